"""Changes that a story tells over several sentences, in a title, or of somebody else."""

import pytest

from tests.importers.words import read


def changes(text):
    return {
        (one.origin or one.from_name, one.technology)
        for one in read(text, form="prose").lines
        if one.kind == "migration"
    }


def stages(text):
    return {one.technology: one.stage for one in read(text, form="prose").lines if one.kind == "usage"}


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (
            "# Moving from Nomad to Kubernetes\n\nOur platform serves two million people. Deploys had become slow and the bill kept growing.\n\nThe cluster is provisioned with Terraform.",
            "nomad",
            "kubernetes",
        ),
        (
            "# Goodbye Jenkins, hello Travis CI\n\nOur builds took an hour. Now they take ten minutes.",
            "jenkins",
            "travis-ci",
        ),
        ("# Why we left MongoDB for PostgreSQL\n\nOur data was relational all along.", "mongodb", "postgresql"),
        (
            "# How we migrated to PostgreSQL from MySQL without downtime\n\nWe copied the tables one by one.",
            "mysql",
            "postgresql",
        ),
        (
            "# From Terraform to Crossplane\n\nWe have three hundred servers, and for five years Terraform looked after them.",
            "terraform",
            "crossplane",
        ),
        ("# Our journey from MySQL to ClickHouse\n\nThe warehouse holds 40 TB.", "mysql", "clickhouse"),
        (
            "# Switching to Vue.js\n\nFor years our frontend was bundled with React. Builds took two minutes.\n\nIn March we switched to Vue.js, and they take ten seconds.",
            "react",
            "vuejs",
        ),
        (
            "# A new search\n\nWe ran MongoDB for six years. It served us well, but schema changes were painful.\n\nWe looked around for something easier to operate.\n\nIn 2019 we switched to Elasticsearch.",
            "mongodb",
            "elasticsearch",
        ),
        (
            "# Rewriting the API\n\nThe API was a Rails monolith. It was slow to start and ate memory.\n\nWe rewrote it in Go over six months.",
            "ruby-on-rails",
            "go",
        ),
        (
            "# CI at Acme\n\nUntil last year we ran our own Jenkins. Nobody wanted to maintain it.\n\nAfter weighing a few options, we settled on Travis CI.",
            "jenkins",
            "travis-ci",
        ),
        (
            "# Monitoring\n\nWe had been using Sentry since the beginning. It fell over every week.\n\nPrometheus took its place in 2020.",
            "sentry",
            "prometheus",
        ),
        (
            "# Deploys\n\nBack then everything was deployed with Terraform. Runs took forty minutes.\n\nWe replaced it with Crossplane.",
            "terraform",
            "crossplane",
        ),
        ("# Frontend\n\nThe old app was written in Vue.js. The new one is written in React.", "vuejs", "react"),
        (
            "# Hosting\n\nAll our services run on Nomad. By the end of next year we will have moved everything to AWS.",
            "nomad",
            "amazon-web-services",
        ),
        ("# Cache\n\nInstead of our old Memcached servers we now run Redis.", "memcached", "redis"),
        (
            "# Language\n\nWe used to write everything in Python. New services are in Go, and the last Python service was switched off in May.",
            "python",
            "go",
        ),
        (
            "# Database\n\nMySQL was our first database. In 2016 it could not keep up with the writes any more, so we made the jump to Cassandra.",
            "mysql",
            "apache-cassandra",
        ),
        (
            "# Orchestration\n\nFor four years our clusters ran on Nomad. Its community was fading, and hiring got hard.\n\nSo in 2018 we began a migration to Kubernetes. It was finished a year later.",
            "nomad",
            "kubernetes",
        ),
        ("# Errors\n\nWe cancelled our Memcached subscription and went with Redis.", "memcached", "redis"),
        ("# Workers\n\nBefore Redis, sessions lived in Memcached.", "memcached", "redis"),
        (
            "# Store\n\nOur analytics database used to be MySQL. The move to ClickHouse cut the costs by half.",
            "mysql",
            "clickhouse",
        ),
        (
            "# Hosting\n\nOur servers lived at Nomad. In the spring of 2014 we packed up and moved to AWS.",
            "nomad",
            "amazon-web-services",
        ),
        (
            "# Types\n\nThe codebase began as plain Python. Over two years we converted all of it to TypeScript.",
            "python",
            "typescript",
        ),
        ("# Docs\n\n## Moving off Jenkins\n\nEverything is kept in Travis CI these days.", "jenkins", "travis-ci"),
        ("# State\n\nReact is gone. Vue.js does that job today.", "react", "vuejs"),
    ],
)
def test_a_change_is_told_over_sentences_or_in_a_title(text, old, new):
    assert changes(text) == {(old, new)}


@pytest.mark.parametrize(
    "text",
    [
        "# Data\n\nEvents flow from Kafka to S3, and are loaded from S3 to Redshift every night.",
        "# ETL\n\nWe copy the orders from MySQL to BigQuery with Airflow.",
        "# Choices\n\nMany teams move from MongoDB to PostgreSQL. We use MySQL and are happy.",
        "# Advice\n\nIf you want to switch from Jenkins to GitHub Actions, start small. We use GitLab CI.",
        "# Customers\n\nOur customers often migrate from Heroku to our platform, which runs on Kubernetes.",
        "# Range\n\nOur people know everything from React to PostgreSQL.",
        "# Range\n\nThe stack goes from Terraform at the bottom to React at the top. We use Go in between.",
        "# Weighed\n\nWe looked at RabbitMQ and NATS. In the end we went with Kafka.",
        "# Weighed\n\nWe considered moving to Nomad but stayed on Kubernetes.",
        "# Weighed\n\nWe thought about rewriting our Python services in Rust. We decided against it.",
        "# Compared\n\nUnlike Jenkins, GitHub Actions needs no server. We use GitHub Actions.",
        "# Compared\n\n## Kafka vs RabbitMQ\n\nKafka keeps messages, RabbitMQ drops them. We use Kafka.",
        "# How to migrate from MySQL to PostgreSQL\n\nIn this tutorial I'll show you how to migrate a database.",
        "# Own\n\nBefore I joined, I worked with Perl at a bank. Here we use Go.",
        "# Sync\n\nA job replicates data from PostgreSQL to Elasticsearch, so that search stays fresh.",
        "# Traffic\n\nRequests go from NGINX to Puma, and from there to PostgreSQL.",
        "# Versions\n\nWe upgraded from Rails 5 to Rails 6 and from Ruby 2.5 to Ruby 2.7.",
        "# Tool\n\nOur tool helps companies to move from Oracle to PostgreSQL. It is written in Go.",
        "# Both\n\nWe ran MySQL for years. For search we introduced Elasticsearch in 2015.",
        "# Both\n\nOur first service was written in Ruby. In 2017 we added Kubernetes.",
        "# Related\n\nWe use Kubernetes.\n\n## Related posts\n\n- Moving from Heroku to AWS\n- From Angular to React",
        "# Talk\n\nAt the meetup Anna talked about moving from Jenkins to CircleCI at Shopify. We use Buildkite.",
        "# Example\n\nFor example, switching from AWS to Google Cloud takes a company a year. We are on Azure.",
        "# Docs\n\nTerraform converts HCL to JSON. We use Terraform.",
        "# Ship\n\nWe switched from weekly to daily releases, and Jenkins runs them.",
    ],
)
def test_what_is_no_change_of_the_companys_own_is_none(text):
    assert changes(text) == set()


def test_a_part_that_moved_and_a_service_of_the_same_cloud_leave_nothing():
    text = "# Cloud\n\nWe ran on AWS from day one. Later we moved our batch jobs to AWS Lambda, too.\n"
    assert changes(text) == set()
    text = "# Cache\n\nWe started with Memcached. Last year we moved some of the sessions to Redis.\n"
    assert changes(text) == set()


def test_both_ends_get_their_stage():
    text = (
        "# A new search\n\nWe ran MongoDB for six years.\n\nIt was painful.\n\nIn 2019 we switched to Elasticsearch.\n"
    )
    assert stages(text) == {"mongodb": "retired", "elasticsearch": "in_use"}
    text = "# Hosting\n\nAll our services run on Nomad. Next year we will move everything to AWS.\n"
    assert stages(text) == {"nomad": "retiring", "amazon-web-services": "planned"}


def test_what_is_in_use_elsewhere_was_not_left():
    text = "# Data\n\nWe ran MySQL for years. In 2015 we switched to PostgreSQL.\n\n## Stack\n\n- MySQL\n- PostgreSQL\n"
    assert changes(text) == set()
