import pytest

from tests.importers.words import kinds, moves, ticked, used


@pytest.mark.parametrize(
    "sentence",
    [
        "We use Kafka for events.",
        "Our events go through Kafka.",
        "The platform is built on Kafka.",
        "Everything is powered by Kafka.",
        "Events are stored in Kafka.",
        "Kafka handles our events.",
        "The message queue is Kafka.",
        "The data platform is on Kafka.",
        "Events are pushed to Kafka.",
        "Kafka is used for all events between services.",
        "We chose Kafka because the team knew it.",
        "Our platform also includes Kafka.",
        "It is fast with Kafka deployments, which are used for all.",
        "Being primarily a Kafka shop, we knew how.",
        "弊社ではイベント処理にKafkaを利用しています。",
        "Wir setzen für Ereignisse auf Kafka.",
        "Die Dienste laufen auf VPS von Kafka.",
        "Abgesehen davon läuft alles in Kafka.",
        "Kafka übernimmt weiterhin die Ereignisse.",
        "Nous utilisons Kafka pour les événements.",
    ],
)
def test_a_verb_of_use_ticks_a_name(sentence):
    assert used(f"# Story\n\n{sentence}\n", form="prose") == {"apache-kafka"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Unlike Kafka, it has no partitions.",
        "We use Redis instead of Kafka.",
        "We looked at Kafka.",
        "We do not use Kafka.",
        "Companies like LinkedIn run Kafka, and you can use Kafka too.",
        "If you use Kafka, this library helps you.",
        "It is faster than Kafka.",
        "Redis is similar to Kafka.",
        "It competes with Kafka.",
        "Avoid Kafka.",
        "Popularised by Kafka, the log became common.",
        "I would have loved Kafka, but the price made it impossible.",
        "We picked Redis over Kafka.",
        "They evaluated various ways like Microservices, Redis, Kafka and MySQL.",
        "This may be done using Kafka or something else.",
        "They developed prototypes in four technologies: Kafka, Redis, Go and Java.",
        "He had previous practice building them in Kafka.",
        "The team, with varied backgrounds in Kafka and Java, likes it.",
        "I wanted the same developer experience as Kafka.",
        "After trying out both Kafka and Redis, we wrote our own.",
        "Like Kafka, it is a log.",
        "We chose Redis, with Kafka coming in a close second.",
        "This does not include Kafka.",
        "The community has chosen Kafka for it.",
        "ClickHouse does not work with Kafka.",
        "Run `kafka-topics` or `docker run kafka` for a list.",
        "It would be possible to automate it using something like Kafka.",
        "I would without a doubt deploy it to Kafka.",
        "If you run Kafka, read on.",
        "The service we most wanted to emulate was Kafka.",
        "Redis supports plugins for other tools like Kafka.",
        "It provides a driver for Kafka.",
        "Redis is a store that is written in Kafka.",
        "The relay is a fast daemon (written in Kafka).",
        "He found Kafka to be a good alternative.",
        "Maybe Kafka could have been used, but they prefer what they chose.",
        "- 1:26:03 -- You can find Ann on [her site](https://ann.example) and Kafka",
        "She's on Kafka too.",
        "The tools improve steadily (see [Kafka](https://kafka.apache.org), and so on).",
        "He and Ann were colleagues at Kafka.",
        "We looked for people with Kafka experience.",
        "Our cabinet holds ten Kafka drives.",
        "We considered building it on a general purpose store like Redis and queues like Kafka, but wrote our own.",
        "They experimented with Kafka but decided to go with Redis.",
        "This case study mentions Kafka, which is old.",
        "Use what you like, unless it's Kafka.",
        "We quickly found two popular frameworks: Kafka and another.",
        "There are solutions like, for example, pooling via Kafka.",
        "There are case studies, such as [the one from Kafka](/blog/kafka/).",
        "A known issue [1](https://github.com/apache/kafka/issues/38) stands.",
        "It is usually used with these components:\n\n- **Carbon** for relaying\n- **Kafka** for logs\n",
        "Some of the best features of the tool include:\n\n- Alerts sent through email, Kafka and phone\n",
        "Powered by Kafka. Hosted somewhere. © Acme 2013",
        "## Related posts\n\n- Migrating from MySQL to Kafka\n",
        "{% highlight js %}\nKafka\n{% endhighlight %}",
        "```\n<Node graphite>\n  Host x = y\n  Kafka = 1\n</Node>\n```",
        "We were hit by the Kafka vulnerability of last year.",
        "Wir betreiben einen Kafka-kompatiblen Speicher.",
    ],
)
def test_what_is_only_named_is_not_ticked(sentence):
    assert "apache-kafka" not in used(f"# Story\n\n{sentence}\n", form="prose")


def test_unlike_reaches_over_and_but_not_over_a_comma():
    assert used("Unlike Redis and Memcached, we like it.", form="prose") == set()
    assert "memcached" in used(
        "Unlike Redis, Memcached handles our sessions. We run Memcached on two machines.", form="prose"
    )


@pytest.mark.parametrize(
    ("sentence", "stage"),
    [
        ("We used to run Kafka.", "retired"),
        ("We no longer use Kafka.", "retired"),
        ("Initially everything was built on Kafka.", "retired"),
        ("We plan to adopt Kafka next year.", "planned"),
        ("Maybe Kafka will be used soon.", "planned"),
        ("We are evaluating Kafka.", "trial"),
        ("We are phasing out Kafka.", "retiring"),
        ("Kafka (deprecated) carries our events.", "retiring"),
        ("The old service used to run on Kafka.", "retired"),
        ("Until last year it was Kafka.", "retired"),
        ("We built it with Kafka, which we dropped last year.", "retired"),
        ("Until recently we were on Kafka.", "retired"),
        ("We started on Kafka, but moved when we had to.", "retired"),
        ("The events, and the devices used to access Kafka, are ours.", "in_use"),
        ("We built it on Kafka. We outgrew Kafka last year.", "retired"),
        ("For two years everything ran smoothly on Kafka, but it was too much work.", "retired"),
        ("The team had been using Kafka as its bus since 2015.", "retired"),
        ("We were trying to get away from Kafka.", "retired"),
        ("At the time, it was running on Kafka.", "retired"),
        ("We should remove Kafka this year.", "retiring"),
        ("Before the rewrite, the service used Kafka.", "retired"),
        ("By migrating to Kafka, we can reduce costs.", "planned"),
        ("We experiment with new things in our internal apps, notably Kafka.", "trial"),
        ("Requests will be retried against three mirrors, two of them in Kafka.", "in_use"),
        ("Events may be analysed by our team using Kafka.", "in_use"),
        ("We left Kafka in 2019. Today we run Kafka again. Our events go through Kafka.", "in_use"),
    ],
)
def test_stages_of_a_sentence(sentence, stage):
    assert [(one[1], one[2]) for one in ticked(f"# Story\n\n{sentence}\n", form="prose")] == [("apache-kafka", stage)]


@pytest.mark.parametrize(
    ("sentence", "stage"),
    [
        ("We migrated from MySQL to PostgreSQL.", "done"),
        ("In 2019 we moved our data from MySQL over to PostgreSQL.", "done"),
        ("We replaced MySQL with PostgreSQL.", "done"),
        ("MySQL was replaced by PostgreSQL.", "done"),
        ("PostgreSQL replaced MySQL.", "done"),
        ("MySQL → PostgreSQL", "done"),
        ("We are currently migrating from MySQL to PostgreSQL.", "under_way"),
        ("We plan to migrate from MySQL to PostgreSQL.", "planned"),
        ("We dropped MySQL in favour of PostgreSQL.", "done"),
        ("After two years on MySQL, we switched to PostgreSQL.", "done"),
        ("We still run MySQL, but it is gradually being superseded by PostgreSQL.", "under_way"),
        ("We store it in MySQL, which was replaced by PostgreSQL.", "done"),
        ("MySQL ought to be replaced by PostgreSQL one day.", "planned"),
        ("We hope to drop MySQL for PostgreSQL.", "planned"),
        ("We are migrating from MySQL to PostgreSQL, and hope to sleep again.", "under_way"),
        ("Our store is PostgreSQL (migrated from a monolithic MySQL).", "done"),
        ("Our data live in PostgreSQL after moving off MySQL.", "done"),
        ("They started rewriting their numerous MySQL databases into PostgreSQL.", "under_way"),
        (
            "Early on, the backend was implemented in MySQL.\n\nEight months later it had been entirely rewritten in PostgreSQL.",
            "done",
        ),
        ("Before the rewrite, it used MySQL. Now, the system uses PostgreSQL.", "done"),
        ("Our store is MySQL (planning to migrate to PostgreSQL).", "planned"),
        ("For years everything ran on MySQL.\n\nIn 2020 the team switched to PostgreSQL.", "done"),
        ("Until 2019 we used MySQL. Then it was slow. We decided to move to PostgreSQL.", "done"),
    ],
)
def test_migrations_and_both_ends(sentence, stage):
    assert moves(f"# Story\n\n{sentence}\n", form="prose") == [("mysql", "postgresql", stage)]
    ends = {one[1]: one[2] for one in ticked(f"# Story\n\n{sentence}\n", form="prose")}
    assert ends["mysql"] in ("retired", "retiring")
    assert ends["postgresql"] == ("planned" if stage == "planned" else "in_use")


def test_what_an_earlier_sentence_left_is_replaced_by_its_kind_alone():
    assert moves("For years we ran on Jenkins. We switched to PostgreSQL.", form="prose") == []


def test_the_end_of_a_migration_may_be_outside_the_catalogue():
    text = "At first we used the [Stager library](https://github.com/acme/stager), but we have migrated to [Kafka](https://kafka.apache.org)."
    assert moves(text, form="prose") == [("Stager", "apache-kafka", "done")]


def test_the_end_of_a_migration_is_known_again_without_its_link():
    text = "We like [Stager](https://github.com/acme/stager).\n\nLast year we migrated from Stager to Kafka.\n"
    assert moves(text, form="prose") == [("Stager", "apache-kafka", "done")]


def test_a_repository_alone_in_a_list_names_its_library_even_if_it_has_moved():
    text = "# Story\n\nWe tell.\n\n## Libraries used\n\n- <https://github.com/somebody/celery>\n- <https://github.com/somebody/dash>\n"
    assert used(text, form="prose") == {"celery"}


def test_under_a_plan_what_is_so_today_is_in_use():
    text = "# RFC\n\n## Proposal\n\nWe currently run Kafka. We will move to Redis.\n"
    assert {(one[1], one[2]) for one in ticked(text, form="prose")} == {
        ("apache-kafka", "in_use"),
        ("redis", "planned"),
    }


def test_what_is_moved_onto_another_kind_is_no_migration():
    assert moves("We moved our Kafka clusters to Kubernetes.", form="prose") == []


def test_a_team_is_called_as_a_technology_is():
    assert used("The Vault team runs Terraform.", form="prose") == {"terraform"}


def test_data_carried_every_night_are_no_migration():
    assert moves("We use tasks to move data from our MySQL and PostgreSQL databases to ClickHouse.", form="prose") == []


def test_a_sentence_with_you_may_speak_of_the_company():
    text = "What you see when you go to our site is built on React and uses PostgreSQL."
    assert used(text, form="prose") == {"react", "postgresql"}


def test_a_practice_is_offered_not_ticked():
    text = "# Story\n\nWe moved to microservices, and run Kafka.\n"
    assert used(text, form="prose") == {"apache-kafka"}
    assert used("| Area | Choice |\n|---|---|\n| Architecture | Microservices |\n| Queue | Kafka |\n") == {
        "microservices",
        "apache-kafka",
    }


def test_what_was_replaced_is_not_what_stands_before_a_comma():
    assert moves("We use Redis, and the old list was replaced by PostgreSQL.", form="prose") == []


def test_from_to_without_a_verb_is_a_range():
    assert moves("It runs from Redis to Kafka in 3 ms.", form="prose") == []


def test_via_in_a_sentence():
    assert ("postgresql", "amazon-rds") in {
        (one[1], one[3]) for one in ticked("We store most data in PostgreSQL on AWS RDS.", form="prose")
    }
    assert ticked("We run Kubernetes (EKS).", form="prose") == [(1, "kubernetes", "in_use", "amazon-eks")]


def test_a_store_as_a_service_is_via_beside_its_engine_and_itself_alone():
    assert ticked("# Stack\n\n- Postgres (Supabase)\n") == [(3, "postgresql", "in_use", "supabase")]
    assert ticked("# Stack\n\n- Supabase\n") == [(3, "supabase", "in_use", None)]


def test_each_technology_once_with_the_line_that_says_most():
    text = "# Story\n\nKafka is nice.\n\nWe use Kafka everywhere.\n"
    assert ticked(text, form="prose") == [(5, "apache-kafka", "in_use", None)]


def test_a_definition_speaks_of_the_first_name_only():
    text = "TypeScript is a language that builds on Java and compiles to C.\n\nWe use TypeScript.\n"
    assert used(text, form="prose") == {"typescript"}


def test_contacts_are_skipped():
    assert kinds("Follow us on GitHub and Slack.", form="prose")["github"] == ("skip", False)


def test_a_saved_page_is_read_without_its_navigation():
    text = (
        "<!doctype html><html><head><title>Stack</title><style>.kafka{}</style></head><body><nav>Redis</nav>\n"
        "<p>We use <b>Django</b>.</p>\n<script>Kafka</script><footer>MySQL</footer></body></html>"
    )
    assert used(text, path="story.html") == {"django"}


def test_what_stands_around_the_text_of_a_saved_page_is_not_read():
    around = (
        '<div class="navbar"><div><a href="/tag/react">React</a></div><div>Kafka</div></div>\n'
        '<div class="post-content"><p>We use <b>Django</b>.</p></div>\n'
        '<div class="author-bio"><p>He worked with Java.</p></div><div id="related"><ul><li>We use Redis.</li></ul></div>\n'
        '<section class="comments">We use MySQL.</section><div class="site-footer">Built with Go.</div>\n'
    )
    assert used(f"<html><body>{around}</body></html>", path="story.html") == {"django"}
    never_closed = '<html><body><div class="nav"><p>We use Django.</p></body></html>'
    assert used(never_closed, path="story.html") == {"django"}


def test_a_kind_of_thing_after_a_name_is_no_other_name():
    assert used("- Redis caches\n- Kafka servers\n") == {"redis", "apache-kafka"}


@pytest.mark.parametrize(
    ("sentence", "old", "new", "stage"),
    [
        ("原来使用 MySQL，现已迁移到 PostgreSQL。", "mysql", "postgresql", "done"),
        ("消息队列采用 Redis，后续计划迁移到 Kafka。", "redis", "apache-kafka", "planned"),
        ("MySQLからPostgreSQLへ移行しました。", "mysql", "postgresql", "done"),
        ("Estamos migrando de MySQL a PostgreSQL.", "mysql", "postgresql", "under_way"),
        ("A migração que fizemos saindo do MySQL e indo para a PostgreSQL.", "mysql", "postgresql", "done"),
        ("Wir haben MySQL durch PostgreSQL ersetzt.", "mysql", "postgresql", "done"),
        ("Мы перешли с MySQL на PostgreSQL.", "mysql", "postgresql", "done"),  # noqa: RUF001
        ("L’équipe a migré sa plateforme de MySQL vers PostgreSQL.", "mysql", "postgresql", "done"),
        ("Comment Acme a migré ses données d’Elasticsearch vers ClickHouse.", "elasticsearch", "clickhouse", "done"),
        ("Wir sind von MySQL auf PostgreSQL umgestiegen, der Umstieg ist fertig.", "mysql", "postgresql", "done"),
    ],
)
def test_migrations_in_other_languages(sentence, old, new, stage):
    assert moves(f"# X\n\n{sentence}\n", form="prose") == [(old, new, stage)]


def test_a_change_told_twice_has_come_as_far_as_the_one_that_tells_most():
    text = "# Why we moved from MySQL to PostgreSQL\n\nIn May we planned to migrate from MySQL to PostgreSQL.\n"
    assert moves(text, form="prose") == [("mysql", "postgresql", "done")]


def test_a_service_left_for_another_of_the_same_engine():
    text = "## What moved\n\n- Redis: ElastiCache → Supabase, in 2020\n- Scripts: our own → Terraform\n"
    assert ("terraform", "in_use") in {(one[1], one[2]) for one in ticked(text, form="prose")}
    text = "## What moved\n\n- Postgres: RDS → Supabase\n"
    assert moves(text, form="prose") == [("amazon-rds", "supabase", "done")]
    assert ("postgresql", "supabase") in {(one[1], one[3]) for one in ticked(text, form="prose")}


def test_how_it_was_when_somebody_came_is_the_past():
    text = "When I joined, it was written in Ruby and deployed on one EC2 instance.\n\nToday we use Go.\n"
    assert {(one[1], one[2]) for one in ticked(text, form="prose")} == {
        ("ruby", "retired"), ("amazon-ec2", "retired"), ("go", "in_use"),
    }  # fmt: skip


def test_a_question_and_other_people_say_nothing_of_the_company():
    text = "Should we use Redis or Memcached? Most of what people reach for Kafka for is a queue.\n"
    assert used(text, form="prose") == set()


def test_they_replaced_all_of_that():
    text = "The old version had more parts, using Docker and Redis.\n\nIn the new version, they replaced all of that with Elixir.\n"
    assert {(one[0], one[1]) for one in moves(text, form="prose")} == {("docker", "elixir"), ("redis", "elixir")}


def test_a_legacy_far_from_its_cue_is_still_what_was_left():
    text = "We should port the store from its current legacy self-hosted MongoDB, to PostgreSQL running on RDS.\n"
    assert moves(text, form="prose") == [("mongodb", "postgresql", "planned")]


@pytest.mark.parametrize(
    ("sentence", "old", "new", "stage"),
    [
        ("We said goodbye to Jenkins and welcomed GitHub.", "jenkins", "github", "done"),
        ("Our Ruby monolith is being rewritten in Go.", "ruby", "go", "under_way"),
        ("The service, originally written in Python, was rewritten in Go.", "python", "go", "done"),
        ("Terraform has taken over from Crossplane.", "crossplane", "terraform", "done"),
        ("Elasticsearch gave way to ClickHouse.", "elasticsearch", "clickhouse", "done"),
        ("This is about our move off MySQL and onto PostgreSQL.", "mysql", "postgresql", "done"),
        ("In place of Redis we now use Memcached.", "redis", "memcached", "done"),
        ("Jenkins was shut down in 2020 in favor of GitHub.", "jenkins", "github", "done"),
        ("We went from a Rails monolith to microservices in Go.", "ruby-on-rails", "go", "done"),
        (
            "We use MySQL (although we are now starting to replace this with PostgreSQL).",
            "mysql",
            "postgresql",
            "under_way",
        ),
        ("- Servers: MySQL boxes → PostgreSQL hosts, replaced in 2020", "mysql", "postgresql", "done"),
        (
            "It is built in MySQL, but - depending on priorities - it might be converted to PostgreSQL.",
            "mysql",
            "postgresql",
            "planned",
        ),
        (
            "Moving from a monolithic MySQL application, Acme transitioned to a new platform, running on three continents, built almost entirely in PostgreSQL.",
            "mysql",
            "postgresql",
            "done",
        ),
        (
            "After a year operating MySQL, the team decided to run its own PostgreSQL platform.",
            "mysql",
            "postgresql",
            "done",
        ),
        (
            "Moving from a MySQL platform, the team embraced new practices: PostgreSQL to help them scale.",
            "mysql",
            "postgresql",
            "done",
        ),
        ("They switched from Redis's built-in MySQL setup to PostgreSQL deployments.", "mysql", "postgresql", "done"),
        ("PostgreSQL is being used in production (they moved away from MySQL).", "mysql", "postgresql", "done"),
        ("We migrated the site to PostgreSQL, and left MySQL behind.", "mysql", "postgresql", "done"),
        ("Our logs used to go to Elasticsearch; now they go to ClickHouse.", "elasticsearch", "clickhouse", "done"),
        ("We're in the middle of moving from MySQL to PostgreSQL.", "mysql", "postgresql", "under_way"),
        ("The team wants to replace Jenkins with GitHub.", "jenkins", "github", "planned"),
        ("We moved our Kafka clusters from MySQL to PostgreSQL.", "mysql", "postgresql", "done"),
        (
            "We recently completed migrating our primary rails app from MySQL to PostgreSQL.",
            "mysql",
            "postgresql",
            "done",
        ),
    ],
)
def test_migrations_as_people_tell_them(sentence, old, new, stage):
    assert moves(f"# X\n\n{sentence}\n", form="prose") == [(old, new, stage)]


@pytest.mark.parametrize(
    ("sentence", "stage"),
    [
        ("Until 2019 we used Kafka.", "retired"),
        ("After using Kafka for a long time, we were tired of it.", "retired"),
        ("I used to avoid queues until I discovered Kafka. We run Kafka now.", "in_use"),
        ("The backend is mainly based around Kafka.", "in_use"),
        ("The old stack: Kafka and more.", "retired"),
        ("We run Kafka, which we're retiring this year.", "retiring"),
        ("Next year we'll be adopting Kafka.", "planned"),
        ("We are also looking into Kafka.", "planned"),
        ("We have yet to adopt Kafka.", "planned"),
        ("The next step is Kafka.", "planned"),
        ("The service will be written in-house and be put behind Kafka.", "planned"),
        ("We knew what we were going to build it on: Kafka.", "in_use"),
        ("The first version of the Kafka bootstrap was a script of ours.", "in_use"),
        ("We started life on Kafka.", "retired"),
        ("Ann is excited to explore more projects, including Kafka.", "planned"),
        ("They prototyped a platform for events based on Kafka.", "trial"),
        ("# In 2015, a team at the company prototyped a platform for all of its events based on Kafka.", "trial"),
        ("We deleted Kafka.", "retired"),
        ("Our old admin panel was outdated. It was built using *Kafka* and done so in a solid way.", "retired"),
        ("Мы используем Kafka для событий.", "in_use"),
        ("Last year, we decided to move away from our self-hosted solution that was based on Kafka.", "retired"),
        ("Historiquement, la plateforme s’appuyait sur des services comme Kafka.", "retired"),
        ("Früher nutzten wir Kafka.", "retired"),
    ],
)
def test_stages_as_people_tell_them(sentence, stage):
    assert [(one[1], one[2]) for one in ticked(f"# X\n\n{sentence}\n", form="prose")] == [("apache-kafka", stage)]


@pytest.mark.parametrize(
    "text", ["## Builds: Jenkins → Make", "## Builds: Make → Jenkins", "Wir nutzen Make für alles."]
)
def test_ordinary_words_are_names_at_the_ends_of_an_arrow_and_after_a_verb_of_use(text):
    assert "gnu-make" in kinds(f"# Stack\n\n{text}\n\nAll else is ours.\n", form="prose")


def test_a_choice_between_two_is_no_migration():
    assert moves("We chose PostgreSQL over MySQL.", form="prose") == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("We deployed our primary rails app ourselves.", ["ruby-on-rails"]),
        ("It runs on rails, as they say.", []),
        ("My main knowledge areas were Rails and Kafka, but we run Redis.", ["redis"]),
    ],
)
def test_a_small_name_before_its_app_and_what_somebody_knows(sentence, found):
    assert [one[1] for one in ticked(f"# X\n\n{sentence}\n", form="prose")] == found


def test_a_text_of_questions_and_answers_is_read_and_such_a_section_is_not():
    told = "## What do you run?\n\nWe run all of our services on Kafka, and we love it.\n"

    assert used(f"# FAQ\n\n{told}", form="prose") == {"apache-kafka"}
    assert used(f"# Our product\n\n## FAQ\n\n#{told}", form="prose") == set()
