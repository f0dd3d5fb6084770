import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.folding import alias_key
from stacks.matching.scan import Name, Scanner

WRITTEN = [
    *("Apache Kafka", "Kafka", "Kafka Streams", "Go", "Golang", "C", "C++", "C#", ".NET", "React", "React Native"),
    *("MySQL", "Amazon S3", "S3", "Elastic Container Service", "ECS", "Python", "Django", "CI/CD", "Node.js", "V8"),
    *("RabbitMQ", "Redis", "Łódź Tool", "Log4j", "Log4j 2", "AWS", "EC2", "Java", "PostgreSQL", "Ubuntu", "使用"),
]


def name(written, **more):
    return Name(alias_key(written), written, alias_key(written), **more)


SCANNER = Scanner(map(name, WRITTEN))


def found(text, **options):
    """Each name as it is written in the text, with its version."""
    return [f"{f.text} {f.version}".strip() for f in SCANNER.find(text, **options)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Elastic Container Service (ECS)", ["Elastic Container Service", "ECS"]),
        ("Go / Golang", ["Go", "Golang"]),
        ("Python (Django)", ["Python", "Django"]),
        ("Kafka Streams / connect", ["Kafka Streams"]),  # the longest, not the Kafka in it
        ("Apache-Kafka, apache_kafka, ApacheKafka", ["Apache-Kafka", "apache_kafka", "ApacheKafka"]),
        ("node js, NodeJS and Node.JS", ["node js", "NodeJS", "Node.JS"]),
        ("Rabbit MQ", ["Rabbit MQ"]),
        ("łódź tool", ["łódź tool"]),
        ("C, C++ and C#.", ["C", "C++", "C#"]),
        (".NET or NET", [".NET", "NET"]),
        ("Go/Redis/django", ["Go", "Redis", "django"]),
        ("CI/CD", ["CI/CD"]),
        ("_Redis_ and **Redis**", ["Redis", "Redis"]),
        ("they use使用Kafka和Redis", ["使用", "Kafka", "Redis"]),
        ("ECSs and Kafka's", ["ECS", "Kafka"]),
        ("React/Redis and S3/EC2", ["React", "Redis", "S3", "EC2"]),
        ("React+Redis", ["React", "Redis"]),
    ],
)
def test_whole_names_are_found_in_a_text(text, names):
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Kafkaesque goals",
        "There's 3-5 servers",  # no S3
        "AWS. EC 3",  # the names of two sentences never join: only the first is one here
        "v8.4.45",
        "my_redis_client",
        "redis.conf",
        "ASP.NET",
        "https://redis.io/react",
        "mail@redis.io",
        "src/react/index",
        "facebook/react",
        "C+ or C#Builder",
        "Java_x",
        "reacts",  # a plural follows a capital only
    ],
)
def test_parts_of_words_files_and_addresses_are_no_names(text):
    assert found(text) in ([], ["AWS"])


@pytest.mark.parametrize("between", [". ", " - ", "\n", " \u2013 ", ", ", "\n\n"])
def test_a_name_never_goes_across_what_separates(between):
    assert found(f"Apache{between}Kafka") == ["Kafka"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("React 18", ["React 18"]),
        ("Go 1.21, C# 12; MySQL 8.0", ["Go 1.21", "C# 12", "MySQL 8.0"]),
        ("Python3 and Java8", ["Python 3", "Java 8"]),
        ("PostgreSQL 9.6+ (PostgreSQL 14)", ["PostgreSQL 9.6+", "PostgreSQL 14"]),
        ("React (v18.2), React@17, Django>=4.2", ["React 18.2", "React 17", "Django 4.2"]),
        ("Ubuntu 22.04 LTS", ["Ubuntu 22.04"]),
        ("Log4j 2 and Log4j 1.2", ["Log4j 2", "Log4j 1.2"]),
        ("Kafka™ 3.x", ["Kafka™ 3.x"]),
        ("Redis 5 nodes, Kafka 3 %", ["Redis", "Kafka"]),  # they count something
        ("go 2 market", ["go"]),
    ],
)
def test_a_version_stands_after_the_name_and_is_no_part_of_it(text, names):
    assert found(text) == names


def test_reach_is_where_the_version_ends():
    [one] = SCANNER.find("(React (v18) here")

    assert ("(React (v18) here"[one.start : one.end], "(React (v18) here"[one.start : one.reach]) == (
        "React",
        "React (v18)",
    )


def test_in_what_is_typed_case_and_slashes_say_nothing():
    assert found("go/golang") == []
    assert found("go/golang", typed=True) == ["go", "golang"]
    assert found("react 18", typed=True) == ["react 18"]
    assert found("react 18") == ["react"]


def test_covered_names_are_found_on_demand():
    assert [f.text for f in SCANNER.find_all("Apache Kafka Streams")] == ["Apache Kafka", "Kafka Streams", "Kafka"]


@pytest.mark.parametrize(
    ("text", "text_found", "version"),
    [
        ("“Redis”", "Redis", ""),
        (" `React 18`, ", "React", "18"),
        ("Kafka™", "Kafka", ""),
        ("C# 12", "C#", "12"),
        ("Python3", "Python", "3"),
        ("Log4j 2", "Log4j 2", ""),  # a name that ends in a number
        ("node.js v18", "node.js", "18"),
        ("node.js (v18),", "node.js", "18"),
        ("Redis ()", "Redis", ""),
        ("[Redis](", "Redis", ""),
        ("Apache Kafkas", "Apache Kafka", ""),
    ],
)
def test_a_whole_entry_is_a_name_with_quotes_signs_and_version_aside(text, text_found, version):
    entry = SCANNER.whole(text)

    assert (entry.text, entry.version) == (text_found, version)


@pytest.mark.parametrize("text", ["", " ", "''", "Redis and Kafka", "18", "9.6", "unknown"])
def test_what_is_more_or_less_than_a_name_is_no_whole_entry(text):
    assert SCANNER.whole(text) is None


def test_a_homonym_is_all_that_share_it_the_likelier_first():
    shared = [
        Name("redis-sentinel", "Sentinel", "sentinel", "only_near", ("redis",), homonym=True, position=2),
        Name("microsoft-sentinel", "Sentinel", "sentinel", "only_near", ("azure",), homonym=True, position=1),
    ]

    [one] = Scanner(shared).find("with Sentinel")

    assert [n.slug for n in one.names] == ["microsoft-sentinel", "redis-sentinel"]
    assert one.exact_case
    assert not Scanner(shared).find("with sentinel")[0].exact_case


def test_no_vocabulary_finds_nothing():
    assert Scanner([]).find("Kafka") == []
    assert Scanner([]).whole("Kafka") is None


@given(
    st.text(max_size=200) | st.lists(st.sampled_from([*WRITTEN, " ", ".", "-", "/", "8", "s", "\u0301"])).map("".join)
)
def test_no_text_raises_and_places_are_those_of_the_text(text):
    last = 0
    for one in SCANNER.find(text):
        assert last <= one.start < one.end <= one.reach <= len(text)
        assert one.text == text[one.start : one.end]
        assert alias_key(one.text) == one.names[0].key
        last = one.end
    SCANNER.whole(text)


def test_a_long_word_of_names_is_read_once():
    text = "Kafka/" * 20_000 + "x" * 50_000

    assert len(SCANNER.find(text)) <= 20_000


@pytest.mark.parametrize("dash", ["—", "–", "\u2012", "\u2015"])
def test_a_dash_ends_a_name(dash):
    assert found(f"We run Kafka{dash}it carries our events") == ["Kafka"]
