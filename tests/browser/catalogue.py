"""A small catalogue that has one of everything (stage, blank, agreement, long name), and each kind of page."""

from stacks.curating import curating
from stacks.models import CompanyFact, TechnologyAlias
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
REMARKS = """Chosen for **replay**, see [their notes](https://example.org/notes):

| Before | After |
|:-------|------:|
| 3 s    | 20 ms |

1. first
2. then `kafka-consumer-groups --bootstrap-server localhost:9092 --describe --all-groups`

> It just works.
"""
STORY = "# How it began\n\nWith *two* people.\n\n- one database\n- one queue\n\n" + REMARKS

# Each kind of page, and each state in which it looks different.
PAGES = {
    "home": "/",
    "companies": "/companies/",
    "companies, none found": "/companies/?q=zzz",
    "company": "/companies/acme/",
    "company as of": "/companies/acme/?as_of=2021-06",
    "what changed": "/companies/acme/changes/",
    "what changed, long names": "/companies/long/changes/?from=2001&to=2024",
    "company, long names": "/companies/long/",
    "company, empty": "/companies/bare/",
    "technologies": "/technologies/",
    "technology": "/technologies/kafka/",
    "technology, unused": "/technologies/spare-1/",
    "categories": "/categories/",
    "area": "/categories/data/",
    "category": "/categories/message-brokers/",
    "category, empty": "/categories/nothing/",
    "2 companies": "/compare/companies/acme/bolt/",
    "3 companies": "/compare/companies/acme/bolt/core/",
    "6 companies": "/compare/companies/acme/bolt/core/dyno/long/bare/",
    "companies as of, shared": "/compare/companies/acme/bolt/core/?as_of=2021&only=shared",
    "companies, no row": "/compare/companies/core/bare/?only=shared",
    "2 technologies": "/compare/technologies/kafka/rabbitmq/",
    "6 technologies": "/compare/technologies/kafka/amazon-msk/rabbitmq/postgresql/redis/long/",
    "company in a frame": "/embed/companies/acme/",
    "3 companies in a frame": "/embed/compare/companies/acme/long/bare/",
    "picker of companies": "/compare/companies/",
    "picker of technologies": "/compare/technologies/",
    "picker, unknown name": "/compare/companies/?company=acme&company=bol",
    "your stack, to be pasted": "/compare/yours/",
    "your stack": "/compare/yours/?technology=kafka&technology=postgresql&technology=redis",
    "migrations": "/migrations/",
    "search": "/search/?q=kafka",
    "search, nothing found": "/search/?q=zzzzzz",
    "search, nothing asked": "/search/",
    "changes": "/changes/",
    "about": "/about/",
    "bad request": "/companies/acme/?as_of=soon",
    "not found": "/companies/acm/",
    "no such page": "/nothing/",
}
STATUSES = {"picker, unknown name": 400, "bad request": 400, "not found": 404, "no such page": 404}


def make_catalogue() -> None:
    with curating():
        _make_catalogue()


def _make_catalogue() -> None:
    data, web = make_area("Data", description="Where it is kept."), make_area("Front end")
    brokers = make_category("Message brokers", parent=data, description="Queues and logs.")
    stores = make_category("Relational databases", parent=data)
    caches = make_category("Caches", parent=data)
    alone = make_category("Languages", parent=web)
    make_category("Nothing", parent=web)
    kafka = make_technology("Kafka", brokers, summary="A distributed log.", licence="Apache-2.0", open_source="yes",
        website="https://kafka.apache.org/", repository="https://github.com/apache/kafka")  # fmt: skip
    TechnologyAlias.objects.create(technology=kafka, name="Apache Kafka")
    msk, rabbitmq = make_technology("Amazon MSK", brokers), make_technology("RabbitMQ", brokers)
    postgresql, redis = make_technology("PostgreSQL", stores), make_technology("Redis", caches)
    rds = make_technology("Amazon RDS", stores)
    long = make_technology(LONG, brokers, slug="long", summary=f"What {LONG} is.")
    make_relation(msk, "managed_form_of", kafka)
    fork = make_technology("AutoMQ", brokers)
    make_relation(fork, "fork_of", kafka)
    make_relation(kafka, "built_on", long)
    for n in range(1, 63):  # more than one page of them
        make_technology(f"Spare {n}", alone, kind="language")

    said = make_source(
        title="How we run it, from the first day to the present one", publisher="Acme blog", updated_on="2023-04"
    )
    against = make_source(title="They left it", url="https://example.org/" + "long/" * 20, published_on="2024")
    about = {"industry": "Retail", "country": "India", "founded": "2010", "summary": "Sells anvils to everybody."}
    about |= {"website": "https://acme.example/", "engineering_blog": "https://tech.acme.example/" + "blog/" * 8}
    acme = make_company("Acme", story=STORY, lessons="- Keep it simple.\n- Measure.", **about)
    bolt, core, dyno = (make_company(name, industry="Banks", country="France") for name in ("Bolt", "Core", "Dyno"))
    long_one = make_company(LONG, slug="long", industry=LONG[:60], country="Austria")
    make_company("Bare")

    told = {"purpose": "Events between all of the services", "remarks": REMARKS, "source": said}
    usage = make_usage(acme, kafka, hosting="managed", via=msk, started="2019", **told)
    make_evidence(
        usage=usage, source=against, stance="contradicts", quote="we moved away from it last year", locator="Minute 12"
    )
    make_usage(bolt, kafka, source=said)
    make_usage(core, fork, started="2020-02", stage="trial", purpose="Logs")
    make_usage(dyno, rabbitmq, source=against)
    for company in (acme, bolt, core):
        make_usage(
            company,
            postgresql,
            purpose="Orders",
            via=rds,
            started="2018",
            stage="retiring" if company == core else "in_use",
        )
    make_usage(acme, rds, purpose="Backups", started="2018")
    make_usage(long_one, long, purpose=f"For {LONG} and nothing else", remarks=LONG, started="2018")
    make_usage(dyno, redis, caches)
    make_usage(bolt, make_technology("Go", alone, kind="language"), alone)
    make_usage(acme, rabbitmq, stage="planned", purpose="Jobs")
    make_usage(acme, redis, started="2016", ended="2021-03", purpose="Sessions")
    make_usage(acme, long, stage="retired")
    make_coverage(acme, caches, outcome="not_used", source=said, looked_on="2026-10")
    make_coverage(bolt, caches, outcome="nothing_found", looked_on="2026-11-03")
    CompanyFact.objects.create(company=acme, label="Orders a day", value="9,000", observed_on="2022", source=said)
    CompanyFact.objects.create(company=acme, label="Engineers", value="about 40")
    make_migration(acme, redis, postgresql, source=said, reason=REMARKS, started="2020", ended="2021-03")
    make_migration(bolt, None, kafka, stage="planned")
    make_migration(long_one, rabbitmq, long, source=against, stage="under_way", started="2024")
    make_evidence(company=acme, source=make_source(title="All of it", archive_url="https://archive.example/all"))
