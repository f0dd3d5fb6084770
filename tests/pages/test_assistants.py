"""`/llms.txt`: the few lines that lead a reader without eyes to everything else."""

import re

from tests.factories import make_company


def lines_of(client):
    return [line for line in client.get("/llms.txt").content.decode().splitlines() if line]


def test_it_is_ten_lines_of_plain_text(client):
    answer = client.get("/llms.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(lines_of(client)) == 10


def test_each_address_in_it_answers_with_what_it_says(client, settings):
    settings.SITE_URL = "https://stacks.example.org"
    acme = make_company("Acme", usages=1)
    make_company("Bolt", usages=1)
    usage = acme.usages.get()
    words = {"SLUG/SLUG": "acme/bolt", "companies/SLUG": "companies/acme", "WORDS": "acme", "after=N": "after=1"}
    words["technologies/SLUG"] = f"technologies/{usage.technology.slug}"

    addresses = re.findall(r"<(https://stacks\.example\.org[^>]*)>", "\n".join(lines_of(client)))

    assert len(addresses) == 8
    for address in addresses:
        path = address.removeprefix("https://stacks.example.org")
        for placeholder, word in words.items():
            path = path.replace(placeholder, word)
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Content-Type"].startswith("text/markdown") == ("format=md" in path)


def test_it_names_the_licence_where_there_is_one(client, settings):
    settings.DATA_LICENCE, settings.DATA_LICENCE_URL = "CC*0", ""
    assert lines_of(client)[-1] == "- Licence of the data: CC\\*0."

    settings.DATA_LICENCE = ""
    assert "Licence" not in client.get("/llms.txt").content.decode()


def test_it_asks_nothing_of_the_catalogue(client, django_assert_num_queries):
    # the revision, for the tag
    with django_assert_num_queries(1):
        client.get("/llms.txt")
