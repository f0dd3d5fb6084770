import pytest

from stacks.exporters.linked_data import DataPage, Site, company, page_document, technology

SITE = Site("Stacks", "https://stacks.example.org/", "", 7)


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("language", "ComputerLanguage"),
        ("practice", "DefinedTerm"),
        ("protocol", "DefinedTerm"),
        ("datastore", "SoftwareApplication"),
        ("service", "SoftwareApplication"),
    ],
)
def test_each_kind_of_technology_has_a_word(kind, word):
    assert technology("X", kind)["@type"] == word


def test_a_word_that_is_no_software_has_nothing_that_only_software_has():
    assert technology("CQRS", "practice", category="Patterns", licence="MIT") == {
        "@type": "DefinedTerm",
        "name": "CQRS",
    }


def test_what_is_unknown_is_left_out():
    assert company("Acme") == {"@type": "Organization", "name": "Acme"}
    document = page_document(DataPage("T", "D", "https://stacks.example.org/t/"), SITE)
    (dataset,) = document["@graph"]
    assert set(dataset) == {
        "@type",
        "@id",
        "name",
        "description",
        "url",
        "creator",
        "isAccessibleForFree",
        "version",
    }
    assert dataset["version"] == "7"
