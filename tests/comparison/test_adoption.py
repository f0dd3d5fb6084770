import pytest

from stacks.comparison.adoption import Span, build_adoption, draw, tell_companies


def span(company, since="", until="", said="", stage="in_use", ended=""):
    return Span(company, stage, ended, since, until or ended, said or since)


def by_year(adoption):
    return {year.year: (year.in_use, year.said, year.left, year.planned) for year in adoption.years}


def test_a_company_counts_from_the_year_it_is_known_to_use_it_to_the_year_before_it_left():
    adoption = build_adoption(
        tell_companies([span(1, "2019", "2022-03", "2021", stage="retired", ended="2022-03")]), "2023"
    )

    assert by_year(adoption) == {
        2019: (1, 1, 0, 0),
        2020: (1, 1, 0, 0),
        2021: (1, 1, 0, 0),
        2022: (0, 0, 1, 0),
        2023: (0, 0, 0, 0),
    }
    assert (adoption.users, adoption.left, adoption.undated) == (0, 1, 0)


def test_what_was_said_earlier_and_not_since_is_told_apart():
    adoption = build_adoption(tell_companies([span(1, "2020", said="2021-06"), span(2, "2021", said="2023")]), "2023")

    assert by_year(adoption) == {2020: (1, 1, 0, 0), 2021: (2, 2, 0, 0), 2022: (2, 1, 0, 0), 2023: (2, 1, 0, 0)}


def test_companies_that_tell_the_same_count_each():
    two = [span(1, "2020"), span(1, "2020", stage="planned"), span(2, "2020", stage="planned"), span(2, "2020")]

    assert by_year(build_adoption(tell_companies([*two, span(3, "2020")]), "2020")) == {2020: (3, 3, 0, 0)}


def test_a_company_with_several_roles_counts_once_and_has_left_only_when_all_have_ended():
    spans = [span(1, "2019", said="2022"), span(1, "2018", "2020", stage="retired")]

    adoption = build_adoption(tell_companies(spans), "2022")

    assert by_year(adoption)[2020] == (1, 1, 0, 0)
    assert (adoption.users, adoption.left) == (1, 0)


def test_what_bears_no_date_stands_beside_the_axis():
    adoption = build_adoption(tell_companies([span(1), span(2, "2022"), span(3, stage="retired")]), "2022")

    assert by_year(adoption) == {2022: (1, 1, 0, 0)}
    assert (adoption.users, adoption.undated, adoption.left, adoption.left_undated) == (2, 1, 1, 1)
    assert [box.kind for box in draw(adoption).boxes] == ["said", "undated"]


def test_what_was_in_use_on_no_known_day_is_drawn_on_no_year():
    spans = [span(1, "2020", stage="retired"), span(2, "2021", "2021", stage="retired")]

    adoption = build_adoption(tell_companies(spans), "2022")

    assert adoption.years == ()
    assert adoption.left == 2
    assert draw(adoption) is None


def test_a_plan_counts_from_the_edition_that_tells_of_it_until_it_is_carried_out():
    spans = [Span(1, "planned", "", "", "", "2020"), Span(2, "planned", "", "", "", ""), span(3, "2019", said="2021")]

    adoption = build_adoption(tell_companies(spans), "2021")

    assert by_year(adoption) == {2019: (1, 1, 0, 0), 2020: (1, 1, 0, 1), 2021: (1, 1, 0, 1)}
    assert adoption.planned == 2


def test_the_last_year_is_that_of_the_newest_edition_and_the_first_at_most_forty_years_before():
    adoption = build_adoption(tell_companies([span(1, "1950"), span(2, "2024")]), "2026-11")

    assert (adoption.years[0].year, adoption.years[-1].year) == (1987, 2026)
    assert adoption.years[0].in_use == 1
    assert build_adoption(tell_companies([]), "2026").years == ()


@pytest.mark.parametrize("companies", [1, 7, 5000])
def test_the_picture_keeps_its_height_and_width_however_many_there_are(companies):
    spans = [span(n, str(1990 + n % 37), said="2026") for n in range(companies)] + [span(-1), span(-2)]

    picture = draw(build_adoption(tell_companies(spans), "2026"))

    assert picture.height <= 200
    assert all(box.y >= 0 and box.height > 0 and box.x + box.width <= 100 for box in picture.boxes)
    assert 0 < sum(1 for text in picture.texts if text.kind == "t" and not text.wide) <= 8
