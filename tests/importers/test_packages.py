"""Packages as tools list them, and what is made of their names."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.importers.lines import Unreadable
from stacks.importers.manifests import read_packages
from stacks.importers.packages import Package, match, split_purl
from stacks.importers.vocabulary import Known, build
from stacks.importers.yours import recognise_stack
from stacks.matching.scan import Name

CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "components": [
        {"name": "Django", "purl": "pkg:pypi/Django@4.2?file=x#y"},
        {"name": "postgres", "type": "container", "components": [{"purl": "pkg:npm/%40angular/core@17"}]},
        {"purl": 7, "name": None},
        "no object",
    ],
}
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [
        {"name": "x", "externalRefs": [{"referenceLocator": "pkg:golang/github.com/a/b/v2@v2.1"}, 1]},
        {"name": "y"},
    ],
}
TOLD = [
    ("django==4.2\ncelery[redis]>=5,<6 ; python_version > '3'\n-r base.txt\n# no\nnumpy", "requirements.txt", ["django", "celery", "numpy"]),
    ('{"dependencies": {"react": "^18"}, "devDependencies": {"jest": 1, "@types/node": "1"}, "engines": {"node": ">=18"}}',
     "package.json", ["react", "jest", "node"]),
    (json.dumps(CYCLONEDX), "CycloneDX SBOM", ["Django", "postgres", "@angular/core"]),
    (json.dumps(SPDX), "SPDX SBOM", ["github.com/a/b/v2", "y"]),
    ('<bom xmlns="x"><components><component><purl>pkg:gem/rails@7</purl></component></components></bom>', "SBOM", ["rails"]),
    ('<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><purl>pkg:gem/rails@7</purl></bom>', "CycloneDX SBOM", ["rails"]),
    ("<project>\n<dependency><groupId>org.x</groupId>\n <artifactId>kafka</artifactId></dependency></project>", "pom.xml", ["org.x/kafka"]),
    ('{"require": {"php": "^8", "ext-json": "*", "laravel/framework": "^11"}}', "composer.json", ["php", "laravel/framework"]),
    ("// ours\nmodule a.example/b\n\ngo 1.22\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.1\n\tgolang.org/x/sys v0.1 // indirect\n)", "go.mod", ["go", "github.com/gin-gonic/gin"]),
    ("source 'https://rubygems.org'\nruby '3.3'\ngem \"rails\", '~> 7'\ngroup :test do\n  gem 'rspec'\nend", "Gemfile", ["ruby", "rails", "rspec"]),
    ("ARG V\nFROM node:20 AS build\nRUN npm ci\nFROM build\nFROM --platform=linux/amd64 docker.io/library/nginx@sha256:12", "container images", ["node", "library/nginx"]),
    ("services:\n  db:\n    image: 'postgres:16'  # ours\n  web:\n    build: .", "container images", ["postgres"]),
    ("apiVersion: v1\nspec:\n  containers:\n  - name: x\n    image: localhost:5000/redis", "container images", ["redis"]),
    ('[project]\nrequires-python = ">=3.11"\ndependencies = ["django[argon2]>=5", 7]\n[dependency-groups]\ntest = ["pytest"]', "pyproject.toml", ["python", "django", "pytest"]),
    ('[tool.poetry.dependencies]\npython = "^3.12"\nflask = {version = "3"}\n[tool.poetry.group.dev.dependencies]\nruff = "*"', "pyproject.toml", ["python", "flask", "ruff"]),
    ('[package]\nname = "x"\n[dependencies]\ntokio = "1"\n[dev-dependencies]\nserde = { version = "1" }', "Cargo.toml", ["rust", "tokio", "serde"]),
    ("pkg:npm/react@18\npkg:docker/library/redis@7", "package URLs", ["react", "library/redis"]),
]  # fmt: skip
PIECES = [
    "[project]\n", "dependencies = [", '"django"', "]", "[dependencies]\n", "a = ", "{", "}", "module a.b/c\n", "go 1.22\n", "x.y/z v1\n", "gem 'rails'", "\n", "end\n", "FROM ", "redis", ":16",
    " AS b\n", "services:\n", "image: ", "<project>", "<groupId>", "</groupId>", "<artifactId>a<", '{"require": ', '"a/b": ', "pkg:npm/", "a==1\n", "/", "@", "[tool.poetry.dependencies]\n", '{"components": ',
]  # fmt: skip
NONE = [
    "",
    "Django\nRedis",
    "Django >= 4, and Postgres",
    "# Stack\n- Go==1",
    "[" * 5000,
    "[1, 2]",
    '{"a": {}}',
    "<p>Go</p>",
    "<project><name>x</name></project>",
    "[dependencies]\nGo and Redis",
    "[project]\na = " + "[" * 5000,
    "modules of ours\ngo 1.22",
    "gem of a database: Redis",
    "FROM the beginning: Redis",
    "services:\n- Redis",
]


@pytest.mark.parametrize(("text", "form", "names"), TOLD)
def test_a_list_of_packages_is_read_as_what_it_is(text, form, names):
    read = read_packages(text)

    assert read is not None
    assert (read.form, [package.name for package in read.found]) == (form, names)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_list_of_packages_is_left_to_the_recogniser(text):
    assert read_packages(text) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join))
def test_whatever_is_pasted_is_a_list_or_none_or_said_to_be_unreadable(text):
    with suppress(Unreadable):
        read = read_packages(text)
        assert read is None or all(package.name for package in read.found)


@pytest.mark.parametrize("text", ['{"a', '{"a":' * 5000, '{"n": ' + "9" * 5000 + "}"])
def test_json_that_is_none_says_so(text):
    with pytest.raises(Unreadable, match="JSON"):
        read_packages(text)


@pytest.mark.parametrize(
    ("purl", "key"),
    [
        ("pkg:pypi/Foo_Bar@1", "pypi/foo-bar"),
        ("pkg:npm/%40angular/core", "npm/@angular/core"),
        ("pkg:golang/github.com/a/b/v2", "golang/github.com/a/b"),
    ],
)
def test_packages_of_one_thing_have_one_key(purl, key):
    package = split_purl(purl)

    assert package is not None
    assert package.key == key


@pytest.fixture(scope="module")
def vocabulary():
    known = [
        Known("django", "Django", "framework"),
        Known("redis", "Redis", "datastore"),
        Known("nestjs", "NestJS", "framework"),
        Known("gin", "Gin", "framework", repository="https://github.com/gin-gonic/gin"),
        Known("flux-cd", "Flux CD", "tool"),
        Known("flux", "Flux", "library"),
        Known("go", "Go", "language"),
    ]
    names = [
        Name(one.slug, one.name, one.name.lower().replace(" ", "")) for one in known if not one.slug.startswith("flux")
    ]
    shared = [Name(slug, "Flux", "flux", "only_near", homonym=True) for slug in ("flux", "flux-cd")]
    return build(known, [], [*names, *shared], [])


@pytest.mark.parametrize(
    ("package", "slugs", "sure"),
    [
        (Package("pypi", "Django", ""), ("django",), True),  # its package
        (Package("npm", "django", ""), ("django",), False),  # another of the name
        (Package("npm", "redis", ""), ("redis",), False),  # what talks to it
        (Package("docker", "library/redis", ""), ("redis",), True),
        (Package("npm", "@nestjs/core", ""), ("nestjs",), True),
        (Package("npm", "@other/django", ""), None, None),
        (Package("golang", "github.com/gin-gonic/gin/v2", ""), ("gin",), True),
        (Package("npm", "flux", ""), ("flux", "flux-cd"), False),
        (Package("npm", "left-pad", ""), None, None),
    ],
)
def test_a_package_is_taken_for_a_technology_as_far_as_its_name_says(vocabulary, package, slugs, sure):
    found = match(package, vocabulary, {"pypi/django": "django"})

    assert (found and found.slugs, found and found.sure) == (slugs, sure)


def test_names_below_each_other_are_a_name_each(vocabulary):
    found = recognise_stack("Go\nRedis\nNothing\nFlux", vocabulary, {})

    assert [(taken.slugs, taken.line) for taken in found.sure] == [(("go",), 1), (("redis",), 2)]
    assert [taken.slugs for taken in found.unclear] == [("flux", "flux-cd")]
    assert found.unknown == ["Nothing"]


def test_what_prose_tells_as_left_is_asked(vocabulary):
    found = recognise_stack("We run our whole backend on Django. We moved from Redis to Gin last year.", vocabulary, {})

    assert {taken.slugs[0] for taken in found.sure} == {"django", "gin"}
    assert [(taken.slugs, taken.why) for taken in found.unclear] == [(("redis",), "told as left")]


def test_no_time_left_is_told_with_the_line(vocabulary):
    over = iter([False, True])
    found = recognise_stack("Redis\n" * 1000, vocabulary, {}, lambda: next(over))

    assert found.unread > 1
    assert [taken.slugs for taken in found.sure] == [("redis",)]
