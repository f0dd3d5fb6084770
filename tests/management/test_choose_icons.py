import json

import pytest
from django.core.management import CommandError, call_command

from stacks.management.commands import choose_icons
from stacks.management.icons.choice import Table
from stacks.management.icons.svg import UnusableError, blacken, shorten

SQUARE = (
    '<svg role="img" viewBox="0 0 24 24" xmlns="http://www.w3.org/2000/svg">'
    '<title>T</title><path d="M0 0h24v24z"/></svg>'
)
BLACK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M0 0h24v24z"/></svg>\n'


def simple(title, source, **more):
    return {"title": title, "slug": title.lower().replace(" ", ""), "source": source, **more}


def technology(slug, name, website=""):
    return {"model": "stacks.technology", "fields": {"slug": slug, "name": name, "website": website}}


def used(slug):
    return {"model": "stacks.usage", "fields": {"technology": [slug]}}


class Place:
    """A folder of made-up icon sets, a catalogue and an empty folder of icons."""

    def __init__(self, root, monkeypatch):
        self.sets, self.catalogue, self.icons = root / "sets", root / "fixtures", root / "icons"
        self.catalogue.mkdir()
        self.monkeypatch = monkeypatch
        self.simple_icons()
        self.devicon()
        self.decide()

    def simple_icons(self, *rows, svg=SQUARE):
        folder = self.sets / "simple-icons"
        for name in ("data", "icons"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"version": "16.0.0"}')
        (folder / "data" / "simple-icons.json").write_text(json.dumps(rows))
        for row in rows:
            (folder / "icons" / f"{row['slug']}.svg").write_text(svg)

    def devicon(self, svg=SQUARE, **names):
        folder = self.sets / "devicon"
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text('{"version": "2.0.0"}')
        (folder / "LICENSE").write_text("Do as you like, says konpa.")
        rows = [{"name": name, "altnames": more, "versions": {"svg": ["plain"]}} for name, more in names.items()]
        (folder / "devicon.json").write_text(json.dumps(rows))
        for name in names:
            (folder / "icons" / name).mkdir(parents=True)
            (folder / "icons" / name / f"{name}-plain.svg").write_text(svg)

    def decide(self, checked=None, drawn=None, refused=None, unreadable=(), known=()):
        table = Table(checked or {}, drawn or {}, refused or {}, frozenset(unreadable), frozenset(known))
        self.monkeypatch.setattr(choose_icons, "TABLE", table)

    def holds(self, *rows):
        (self.catalogue / "all.json").write_text(json.dumps(rows, indent=1) + "\n")

    def run(self, *options):
        call_command(
            "choose_icons", self.sets, *options, f"--catalogue={self.catalogue}", f"--icons={self.icons}", verbosity=2
        )

    def files(self):
        return sorted(path.name for path in self.icons.glob("*.svg"))


@pytest.fixture
def place(tmp_path, monkeypatch):
    return Place(tmp_path, monkeypatch)


def test_a_name_and_an_address_in_common_give_a_technology_its_icon(place):
    place.simple_icons(simple("Apache Kafka", "https://www.apache.org/logos"))
    place.holds(technology("apache-kafka", "Apache Kafka", "https://kafka.apache.org"), used("apache-kafka"))

    place.run("--write")

    assert (place.icons / "apache-kafka.svg").read_text() == BLACK
    assert (
        json.loads((place.catalogue / "all.json").read_text())[0]["fields"]["icon"] == "stacks/icons/apache-kafka.svg"
    )
    assert (
        "| apache-kafka.svg | Apache Kafka | simple-icons | CC0-1.0 |  |" in (place.icons / "LICENCES.md").read_text()
    )


@pytest.mark.parametrize(
    ("title", "more"), [("Old Name", {}), ("Other", {"aliases": {"old": ["new-name"]}}), ("new name", {})]
)
def test_an_alias_on_either_side_is_a_name_too(place, title, more):
    place.simple_icons(simple(title, "https://github.com/owner/art", **more))
    alias = {"model": "stacks.technologyalias", "fields": {"technology": ["new-name"], "name": "old-name"}}
    place.holds(technology("new-name", "New Name", "https://owner.github.io/x"), alias, used("new-name"))

    place.run("--write")

    assert place.files() == ["new-name.svg"]


@pytest.mark.parametrize(
    ("source", "website"),
    [
        ("https://www.boostmobile.com", "https://boost.org"),
        ("https://github.com/simple-icons/simple-icons/issues/1", "https://github.com/simple-icons"),
        ("https://commons.wikimedia.org/wiki/File:A.svg", "https://commons.wikimedia.org/wiki/Boost"),
        ("https://one.co.uk", "https://two.co.uk"),
        ("https://one.readthedocs.io", "https://two.readthedocs.io"),
    ],
)
def test_a_namesake_elsewhere_is_doubtful_and_gets_nothing(place, capsys, source, website):
    place.simple_icons(simple("Boost", source))
    place.holds(technology("boost", "Boost", website), used("boost"))

    place.run("--write")

    assert place.files() == []
    assert f"doubtful: 1\n  boost: Boost, {source}\n" in capsys.readouterr().out


def test_what_is_decided_by_hand_comes_first(place):
    place.simple_icons(
        simple("Lens", "https://one.example"),
        simple("Puma", "https://puma.io"),
        simple("Cockroach Labs", "https://x.example"),
    )
    place.holds(
        technology("lens", "Lens", "https://two.example"),
        technology("puma", "Puma", "https://puma.io"),
        technology("cockroachdb", "CockroachDB"),
        used("puma"),
    )
    place.decide(checked={"lens": "lens", "cockroachdb": "cockroachlabs"}, refused={"puma": "shoes"})

    place.run("--write")

    assert place.files() == ["cockroachdb.svg", "lens.svg"]


def test_devicon_draws_what_simple_icons_lacks_only_where_the_table_says_so(place):
    place.devicon(java=[], slack=[])
    place.holds(technology("java", "Java"), technology("slack", "Slack"), used("java"), used("slack"))
    place.decide(drawn={"java": "java/plain"})

    place.run("--write")

    assert place.files() == ["java.svg"]
    licences = (place.icons / "LICENCES.md").read_text()
    assert "| java.svg | Java | devicon | MIT |  |" in licences
    assert "Do as you like, says konpa." in licences


@pytest.mark.parametrize("licence", ["CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-SA-4.0", "GPL-3.0-only", "custom"])
def test_a_mark_with_a_licence_of_its_own_is_left_out_of_both_sets(place, capsys, licence):
    place.simple_icons(simple("Ruby", "https://ruby-lang.org", license={"type": licence}))
    place.devicon(ruby=[])
    place.holds(technology("ruby", "Ruby", "https://ruby-lang.org"), used("ruby"))
    place.decide(drawn={"ruby": "ruby/plain"})

    place.run("--write")

    assert place.files() == []
    assert f"ruby: Ruby, {licence}" in capsys.readouterr().out


def test_a_licence_that_asks_for_a_credit_gets_one(place):
    place.simple_icons(simple("Git", "https://git-scm.com/logos", license={"type": "CC-BY-3.0"}))
    place.holds(technology("git", "Git", "https://git-scm.com"), used("git"))

    place.run("--write")

    row = "| git.svg | Git | simple-icons | CC-BY-3.0 | <https://git-scm.com/logos> |"
    assert row in (place.icons / "LICENCES.md").read_text()


def test_only_what_is_used_or_well_known_gets_a_file(place):
    names = ["Used", "Both", "Known", "Obscure"]
    place.simple_icons(*(simple(name, f"https://{name.lower()}.example") for name in names))
    place.devicon(both=[])
    place.holds(*(technology(n.lower(), n, f"https://{n.lower()}.example") for n in names), used("used"))
    place.decide(known=["known"])

    place.run("--write")

    assert place.files() == ["both.svg", "known.svg", "used.svg"]


def test_a_drawing_that_is_too_large_gives_way_to_the_other_set(place):
    curve = "c1.23 4.56 7.89 1.23 4.56 7.89" * 200
    place.simple_icons(simple("Gulp", "https://gulpjs.com"), svg=SQUARE.replace("h24v24", curve))
    place.devicon(gulp=[])
    place.holds(technology("gulp", "Gulp", "https://gulpjs.com"), used("gulp"))
    place.run("--write")
    assert place.files() == []

    place.decide(drawn={"gulp": "gulp/plain"})
    place.run("--write")
    assert (place.icons / "gulp.svg").read_text() == BLACK


def test_a_preview_writes_nothing(place, capsys):
    place.simple_icons(simple("Redis", "https://redis.io"))
    place.holds(technology("redis", "Redis", "https://redis.io"), used("redis"))
    before = (place.catalogue / "all.json").read_text()

    place.run()

    assert not place.icons.exists()
    assert (place.catalogue / "all.json").read_text() == before
    assert "2 files to write, 0 to remove, 1 of the catalogue to change" in capsys.readouterr().out


def test_a_second_run_changes_nothing_and_what_is_no_longer_chosen_goes(place, capsys):
    place.simple_icons(simple("Redis", "https://redis.io"))
    place.holds(technology("redis", "Redis", "https://redis.io"), used("redis"))
    place.run("--write")
    place.run()
    assert "0 files to write, 0 to remove, 0 of the catalogue" in capsys.readouterr().out

    place.decide(refused={"redis": "no more"})
    place.run("--write")

    assert place.files() == []
    assert "icon" not in json.loads((place.catalogue / "all.json").read_text())[0]["fields"]


def test_folders_without_sets_or_technologies_are_refused_in_a_sentence(place, tmp_path):
    with pytest.raises(CommandError, match="needs simple-icons and devicon"):
        call_command("choose_icons", tmp_path / "nothing")
    with pytest.raises(CommandError, match="has no technologies"):
        place.run()


def drawing(inner, box='viewBox="0 0 24 24"'):
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{inner}</svg>'


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        ('<path fill="#f00" class="a" id="b" onclick="x()" d="M1 1h2"/>', '<path d="M1 1h2"/>'),
        ('<style>.a{fill:none}</style><path class="a" d="M1 1h2"/><path d="M2 2h2"/>', '<path d="M2 2h2"/>'),
        ('<script>x()</script><path d="M1 1h2"/>', None),
        ('<image href="x.png"/>', None),
        ('<path d="M1 1h2"/><path fill="#FFF" d="M1 1h1"/>', None),
        ('<g fill="white"><path d="M1 1h2"/></g>', None),
        ('<path fill="none" d="M1 1h2"/>', None),
        ('<path fill="none" stroke="red" stroke-width="2" d="M1 1h2"/>',
         '<path d="M1 1h2" fill="none" stroke="#000" stroke-width="2"/>'),
        ('<g transform="scale(2)"><circle cx="1" cy="1" r="1" style="fill:blue;fill-rule:evenodd"/></g>',
         '<g transform="scale(2)"><circle r="1" cx="1" cy="1" fill-rule="evenodd"/></g>'),
    ],
)  # fmt: skip
def test_a_drawing_becomes_black_or_is_not_used(inner, kept):
    if kept is None:
        with pytest.raises(UnusableError):
            blacken(drawing(inner))
    else:
        assert blacken(drawing(inner)) == drawing(kept) + "\n"


def test_a_drawing_without_a_view_box_takes_its_size():
    assert 'viewBox="0 0 48 48"' in blacken(drawing('<path d="M1 1h2"/>', 'width="48" height="48"'))


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 1.0001,2.0009 L 3,4 Z", "M1 2L3 4Z"),
        ("m1 1 2 2 .5.5z", "m1 1l2 2 .5.5z"),
        ("M0 0a.5.5 0 01.5.5", "M0 0a.5.5 0 0 1 .5.5"),
        ("M0 0h.333h.333h.334", "M0 0h.33 .34 .33"),
        ("M1e1-2e-3c1 1 2-2 3 .25", "M10 0c1 1 2-2 3 .25"),
    ],
)
def test_numbers_get_shorter_and_errors_do_not_add_up(path, short):
    assert shorten(path, 2) == short


@pytest.mark.parametrize("path", ["M1", "M1 x", "1 2", "K1 2", "M1 2z3"])
def test_a_path_that_cannot_be_read_is_not_used(path):
    with pytest.raises(UnusableError):
        shorten(path, 2)
