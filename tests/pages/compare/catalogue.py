"""Companies to compare."""

from stacks.curating import curating
from tests.factories import make_area, make_category, make_company, make_relation, make_technology, make_usage
from tests.remembered import remembered


@remembered
def make_three():
    """Acme, Bolt and Core, with one category of each agreement."""
    with curating():
        data = make_area("Data")
        companies = [make_company(name) for name in ("Acme", "Bolt", "Core")]
        kafka, fork = make_technology("Kafka"), make_technology("AutoMQ")
        make_relation(fork, "fork_of", kafka)
        go, python, redis, valkey = (make_technology(name) for name in ("Go", "Python", "Redis", "Valkey"))
        rows = {
            "Alike": ([go], [go], [go]),
            "Crossing": ([go, python], [python], []),
            "Kindred": ([kafka], [fork], []),
            "Apart": ([redis], [], [valkey]),
            "Alone": ([], [redis], []),
        }
        for name, cells in rows.items():
            category = make_category(name, parent=data)
            for company, technologies in zip(companies, cells, strict=True):
                for technology in technologies:
                    make_usage(company, technology, category, started="2020", purpose=f"{name} at {company}")
    return companies
