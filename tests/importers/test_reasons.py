import pytest

from tests.importers.words import read


def reasons(text, **given):
    return [line.reason for line in read(text, **given).lines if line.kind == "migration"]


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        (
            "We moved from MySQL to PostgreSQL because our tables grew too large.",
            "because our tables grew too large.",
        ),
        ("Because MySQL was slow, we migrated from MySQL to PostgreSQL.", "Because MySQL was slow"),
        ("To cut costs, we switched from Jenkins to GitHub in 2020.", "To cut costs"),
        ("We migrated from MySQL to PostgreSQL in order to get better indexes.", "in order to get better indexes."),
        (
            "We replaced MySQL with PostgreSQL, which gave us JSON columns.",
            "which gave us JSON columns.",
        ),
        ("MySQL was too slow for us. So we moved from MySQL to PostgreSQL.", "MySQL was too slow for us."),
        (
            "We moved from MySQL to PostgreSQL. The main reason was its support for JSON.",
            "The main reason was its support for JSON.",
        ),
        ("We migrated from MySQL to PostgreSQL. This gave us JSON columns.", "This gave us JSON columns."),
        (
            "MySQL could not keep up with us.\n\nIn 2020 we migrated from MySQL to PostgreSQL.",
            "MySQL could not keep up with us.",
        ),
        ("Wir sind von MySQL auf PostgreSQL umgestiegen, weil MySQL zu langsam war.", "weil MySQL zu langsam war."),
        ("We decided to make the move from MySQL to PostgreSQL because it scales.", "because it scales."),
        (
            "We had cross-domain concerns due to cookies, and they decided to replace MySQL with PostgreSQL.",
            "due to cookies",
        ),
        ("We have since consolidated on PostgreSQL, and moved to PostgreSQL from MySQL.", ""),
        ("We moved from MySQL to PostgreSQL in 2019.", ""),
        ("Everyone is happy here. We moved from MySQL to PostgreSQL. Lunch is free.", ""),
    ],
)
def test_a_story_says_why(story, reason):
    assert reasons(f"# Story\n\n{story}\n", form="prose") == [reason]


def test_a_table_says_why():
    text = "| Old | New | Why |\n|---|---|---|\n| MySQL | PostgreSQL | Better indexes and JSON |\n"
    assert reasons(text, form="markdown") == ["Better indexes and JSON"]


def test_a_reason_has_at_most_25_words_and_nobody_speaks_in_it():
    told = reasons(f"We moved from MySQL to PostgreSQL because {'it is far too slow ' * 20}.", form="prose")
    assert len(told[0].split()) == 25
    said = "MySQL was too slow for us, says Jane Roe, CTO at Acme. So we moved from MySQL to PostgreSQL."
    assert "Jane" not in reasons(said, form="prose")[0]


def test_a_list_of_adopters_says_why():
    text = "# Adopters\n\n- [Acme](https://acme.example): moved from Terraform to Crossplane because of drift between files.\n"
    assert reasons(text, form="adopters", technology="crossplane") == ["because of drift between files."]
