import pytest

from stacks.industries import BROAD, broad_of, grouped


@pytest.mark.parametrize(
    ("industry", "broad"),
    [
        ("Payments", ["Finance"]),
        ("Stock broking", ["Finance"]),
        ("Ride hailing, delivery and payments", ["Finance", "Transport and delivery"]),
        ("E-commerce", ["Commerce"]),
        ("Social media", ["Media and entertainment", "Social and communication"]),
        ("Optics", ["Industry and energy"]),
        ("IT", ["Software"]),
        ("Hospitality", ["Travel and hospitality"]),
        ("Non-profit", ["Public and non-profit"]),
        ("Alchemy", []),
    ],
)
def test_an_industry_stands_under_each_broad_one_of_which_it_holds_a_word(industry, broad):
    assert [one.name for one in broad_of(industry)] == broad


@pytest.mark.parametrize("broad", BROAD, ids=lambda broad: broad.name)
def test_a_broad_industry_takes_a_company_that_has_its_own_name(broad):
    assert broad.takes(broad.name)


def test_industries_in_groups_leave_out_what_is_empty():
    assert [(broad.name, below) for broad, below in grouped(["Payments", "Banking", "Alchemy"])] == [
        ("Finance", ["Banking", "Payments"])
    ]
