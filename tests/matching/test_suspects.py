import pytest

from stacks.matching.suspects import reasons


@pytest.mark.parametrize(
    ("name", "own_name"),
    [
        ("Kafka", "Apache Kafka"),
        ("AWS SQS", "Amazon SQS"),
        ("Amazon Elastic Container Service", "Amazon ECS"),
        ("Google Cloud PubSub", "Google Cloud Pub/Sub"),
        ("Kubernates", "Kubernetes"),
        ("SolarWinds Pingdom", "Pingdom"),
        ("Ubuntu Linux", "Ubuntu"),
        ("EC2", "Amazon EC2"),
        ("node.js", "Node.js"),
        ("Network File System", "NFS"),
    ],
)
def test_a_spelling_an_abbreviation_or_the_maker_before_the_name_raises_no_suspicion(name, own_name):
    assert reasons(name, own_name) == []


@pytest.mark.parametrize(
    ("name", "own_name", "why"),
    [
        ("Python 2", "Python", "ends in a number"),
        ("Java 8.x", "Java", "ends in a number"),
        ("Kong Mesh", "Kuma", "shares no word with the name"),
        ("FindBugs", "SpotBugs", "shares no word with the name"),
        ("Dalvik", "Android Runtime", "shares no word with the name"),
        ("Spark Streaming", "Apache Spark", "goes on after the name"),
        ("Redis Sentinel", "Redis", "goes on after the name"),
        ("Airbyte Cloud", "Airbyte", "goes on after the name"),
        ("Databricks SQL", "Databricks", "goes on after the name"),
        ("AWS Kafka", "Apache Kafka", "a cloud's form of it"),
        ("CDP", "Cloudera Data Platform", "an abbreviation"),
        ("DHTML", "HTML and CSS", "shares no word with the name"),
        ("Redux / Toolkit", "Redux", "names several things"),
    ],
)
def test_what_may_be_another_thing_is_suspect_with_its_reason(name, own_name, why):
    assert why in reasons(name, own_name)


def test_a_caution_makes_a_suspect():
    assert reasons("Spark", "Apache Spark") == []
    assert reasons("Spark", "Apache Spark", caution="as_written") == ["an everyday word or a short form"]


def test_the_name_itself_is_never_one():
    assert reasons("k3s 1", "K3s-1", caution="entry_only") == []
