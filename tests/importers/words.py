"""A small vocabulary, as the catalogue would hand it in, and answers short enough to compare."""

from stacks.folding import alias_key
from stacks.importers.findings import Given
from stacks.importers.formats import parse
from stacks.importers.vocabulary import Known, Place, Vocabulary, build
from stacks.matching.scan import Name

_PLACES = {
    "programming-languages": "foundations", "architecture-practices": "foundations", "protocols": "foundations", "runtimes": "foundations",
    "web-frameworks": "backend", "background-jobs": "backend", "gateways-and-proxies": "backend",
    "relational-databases": "data", "document-databases": "data", "caches": "data", "search-engines": "data", "message-brokers": "data",
    "analytical-databases": "data", "wide-column-databases": "data", "ui-frameworks": "frontend", "cloud-platforms": "infrastructure",
    "container-orchestration": "infrastructure", "containers": "infrastructure", "serverless": "infrastructure", "object-storage": "infrastructure",
    "compute": "infrastructure", "infrastructure-as-code": "infrastructure", "continuous-integration": "delivery", "build-tools": "delivery",
    "source-hosting": "delivery", "logs": "observability", "metrics": "observability", "dashboards": "observability", "error-tracking": "observability",
    "secrets-management": "security", "policy-enforcement": "security", "team-communication": "delivery", "developer-environments": "delivery",
}  # fmt: skip

# slug | name | kind | category | website | repository | aliases (~: as written, !: entry only, ?near: only near)
_TECHNOLOGIES = """
go | Go | language | programming-languages | https://go.dev | | ~Go, Golang
python | Python | language | programming-languages | https://www.python.org | |
java | Java | language | programming-languages | | |
swift | Swift | language | programming-languages | https://swift.org | | ~Swift
typescript | TypeScript | language | programming-languages | | |
ruby | Ruby | language | programming-languages | | |
elixir | Elixir | language | programming-languages | | |
c | C | language | programming-languages | | | !C
nodejs | Node.js | framework | runtimes | https://nodejs.org | | ~Node, NodeJS
django | Django | framework | web-frameworks | https://www.djangoproject.com | https://github.com/django/django |
ruby-on-rails | Ruby on Rails | framework | web-frameworks | | | ~Rails
spring | Spring Framework | framework | web-frameworks | https://spring.io | | ~Spring
express | Express | framework | web-frameworks | https://expressjs.com | | ~Express
react | React | framework | ui-frameworks | https://react.dev | | ~React
vuejs | Vue.js | framework | ui-frameworks | https://vuejs.org | | Vue, VueJS
celery | Celery | library | background-jobs | https://docs.celeryq.dev | https://github.com/celery/celery |
nginx | NGINX | tool | gateways-and-proxies | https://nginx.org | |
postgresql | PostgreSQL | datastore | relational-databases | https://www.postgresql.org | | Postgres
orjson | orjson | library | protocols | | |
100ms | 100ms | service | team-communication | https://www.100ms.live | |
sql | SQL | language | programming-languages | | |
microsoft-sql-server | Microsoft SQL Server | datastore | relational-databases | | | SQL Server
mysql | MySQL | datastore | relational-databases | https://www.mysql.com | |
mongodb | MongoDB | datastore | document-databases | https://www.mongodb.com | | Mongo
redis | Redis | datastore | caches | https://redis.io | | Redis cache
valkey | Valkey | datastore | caches | https://valkey.io | |
memcached | Memcached | datastore | caches | | |
apache-cassandra | Apache Cassandra | datastore | wide-column-databases | | | Cassandra
elasticsearch | Elasticsearch | datastore | search-engines | https://www.elastic.co/elasticsearch | |
elastic-stack | Elastic Stack | tool | logs | | | ELK, ELK stack
apache-kafka | Apache Kafka | datastore | message-brokers | https://kafka.apache.org | | Kafka
clickhouse | ClickHouse | datastore | analytical-databases | https://clickhouse.com | |
amazon-web-services | Amazon Web Services | platform | cloud-platforms | https://aws.amazon.com | | AWS
amazon-rds | Amazon RDS | service | relational-databases | | | RDS, AWS RDS
amazon-elasticache | Amazon ElastiCache | service | caches | | | ElastiCache, ElasticCache
amazon-eks | Amazon EKS | service | container-orchestration | | | EKS, AWS EKS
amazon-msk | Amazon MSK | service | message-brokers | | | MSK
amazon-ec2 | Amazon EC2 | service | compute | | | EC2
amazon-s3 | Amazon S3 | service | object-storage | | | S3
aws-lambda | AWS Lambda | service | serverless | | | ~Lambda
kubernetes | Kubernetes | platform | container-orchestration | https://kubernetes.io | | K8s, k8s, Kubernates
docker | Docker | tool | containers | https://www.docker.com | |
nomad | HashiCorp Nomad | tool | container-orchestration | | | ~Nomad
terraform | Terraform | tool | infrastructure-as-code | https://www.terraform.io | |
crossplane | Crossplane | tool | infrastructure-as-code | https://www.crossplane.io | |
vault | HashiCorp Vault | tool | secrets-management | | | ?terraform,nomad,hashicorp:Vault
supabase | Supabase | platform | relational-databases | https://supabase.com | |
jenkins | Jenkins | tool | continuous-integration | https://www.jenkins.io | |
travis-ci | Travis CI | service | continuous-integration | https://travis-ci.com | |
gnu-make | GNU Make | tool | build-tools | | | !Make
github | GitHub | service | source-hosting | https://github.com | |
sentry | Sentry | tool | error-tracking | https://sentry.io | | ~Sentry
prometheus | Prometheus | tool | metrics | https://prometheus.io | |
orchestrator | Orchestrator | tool | relational-databases | | |
grafana | Grafana | tool | dashboards | https://grafana.com | |
dash | Dash | framework | ui-frameworks | | | ~Dash
segment | Segment | service | metrics | https://segment.com | | ~Segment
slack | Slack | service | team-communication | https://slack.com | | ~Slack
microservices | Microservices | practice | architecture-practices | | |
grpc | gRPC | protocol | protocols | https://grpc.io | |
"""
_HOMONYMS = (
    ("Reactor", "reactor-swift", ("swift", "ios"), "Reactor (Swift)", "ui-frameworks"),
    ("Reactor", "project-reactor", ("java", "spring"), "Project Reactor", "web-frameworks"),
)  # fmt: skip
_RELATIONS = (
    ("amazon-rds", "managed_form_of", "postgresql"), ("amazon-rds", "managed_form_of", "mysql"),
    ("amazon-elasticache", "managed_form_of", "redis"), ("amazon-elasticache", "managed_form_of", "valkey"),
    ("amazon-eks", "managed_form_of", "kubernetes"), ("amazon-msk", "managed_form_of", "apache-kafka"),
    ("supabase", "built_on", "postgresql"),
)  # fmt: skip


def make_vocabulary() -> Vocabulary:
    technologies, names = [], []
    for row in _TECHNOLOGIES.strip().splitlines():
        slug, name, kind, category, website, repository, aliases = (part.strip() for part in row.split("|"))
        technologies.append(Known(slug, name, kind, category, website, repository))
        written = [_alias(slug, alias.strip()) for alias in _split(aliases)]
        if all(alias.key != alias_key(name) for alias in written):
            written.append(Name(slug, name, alias_key(name)))
        names += written
    for position, (written, slug, near, name, category) in enumerate(_HOMONYMS):
        technologies.append(Known(slug, name, "library", category))
        names.append(Name(slug, written, alias_key(written), beside=near, homonym=True, position=position))
    places = [
        Place(slug, slug.replace("-", " ").capitalize(), area, area.capitalize()) for slug, area in _PLACES.items()
    ]
    return build(technologies, places, names, _RELATIONS, companies=("Netflix", "Uber"))


def _split(aliases: str) -> list[str]:
    return [aliases] if aliases.startswith("?") else [one for one in aliases.split(",") if one.strip()]


def _alias(slug: str, alias: str) -> Name:
    if alias.startswith("?"):
        near, written = alias[1:].split(":")
        return Name(slug, written, alias_key(written), "only_near", tuple(near.split(",")))
    caution = {"~": "as_written", "!": "entry_only"}.get(alias[0], "free")
    written = alias.lstrip("~!")
    return Name(slug, written, alias_key(written), caution)


VOCABULARY = make_vocabulary()


def read(text, form="", company="", technology="", path="stack.md"):
    return parse(text, VOCABULARY, Given(company, technology, path), form)


def ticked(text, **given):
    """(line, technology, stage, via) of what would be proposed."""
    return sorted((one.line, one.technology, one.stage, one.via) for one in usages(text, **given) if one.ticked)


def usages(text, **given):
    return [one for one in read(text, **given).lines if one.kind == "usage"]


def used(text, **given):
    """The technologies that would be proposed."""
    return {one.technology for one in usages(text, **given) if one.ticked}


def moves(text, **given):
    return [
        (one.origin or one.from_name, one.technology, one.stage)
        for one in read(text, **given).lines
        if one.kind == "migration"
    ]


def kinds(text, **given):
    """What became of each name: technology -> kind, ticked."""
    return {one.technology: (one.kind, one.ticked) for one in read(text, **given).lines}
