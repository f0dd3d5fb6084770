from stacks.comparison.matrix import Blank, Fact, Looked, Place, Ref
from stacks.comparison.stack import build_stack

PLACES = [
    Place(Ref("data", "Data"), Ref("brokers", "Brokers"), (1, 1, 1)),
    Place(Ref("data", "Data"), Ref("caches", "Caches"), (1, 2, 2)),
]


def fact(technology: str, **fields) -> Fact:
    return Fact(technology, "a", "brokers", Ref(technology, technology), **fields)


def test_what_is_planned_and_what_is_past_stands_apart():
    stack = build_stack(
        PLACES,
        [fact("kafka"), fact("nats", stage="planned"), fact("rabbitmq", ended="2019"), fact("nsq", stage="retired")],
    )

    assert [f.uid for area in stack.areas for shelf in area.shelves for f in shelf.facts] == ["kafka"]
    assert [f.uid for f, _ in stack.planned] == ["nats"]
    assert [f.uid for f, _ in stack.past] == ["rabbitmq", "nsq"]


def test_as_of_a_date_all_facts_given_stand_in_the_stack():
    stack = build_stack(PLACES, [fact("rabbitmq", ended="2019", stage="retired")], as_of="2018")

    assert stack.count == 1
    assert stack.past == ()


def test_a_look_fills_only_an_empty_shelf():
    looks = [Looked("a", category, Blank.NOTHING_FOUND, "2026") for category in ("brokers", "caches")]

    stack = build_stack(PLACES, [fact("kafka")], looks)

    shelves = {shelf.place.category.slug: shelf for area in stack.areas for shelf in area.shelves}
    assert shelves["brokers"].looked is None
    assert shelves["caches"].looked == looks[1]
    assert stack.categories == 1
