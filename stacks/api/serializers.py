"""The answers as the schema tells them; tests hold the functions that shape the answers to the same keys and values."""

from rest_framework import serializers

from stacks.api.meanings import DATE_FORM
from stacks.matching.ranking import How
from stacks.models import (
    CheckResult,
    CompanyScheme,
    Hosting,
    IdentifierScheme,
    Kind,
    Life,
    Lifecycle,
    MigrationStage,
    OpenSource,
    Outcome,
    RelationKind,
    SourceKind,
    Stage,
    Stance,
    Verb,
)

KINDS = [(kind, kind) for kind in ("category", "company", "coverage", "migration", "source", "technology", "usage")]
IDENTITY = "The catalogue's identity: a number of another says nothing here. It is renewed by each load and restore."
FOUND_KINDS = [(kind, kind) for kind in ("company", "technology", "category", "industry", "country", "comparison")]
COUNTED = ("companies", "technologies", "usages")


def text(**options):
    """Text, null where unknown."""
    return serializers.CharField(allow_null=True, **options)


def date(**options):
    """A date of the precision that is known, null where unknown."""
    return serializers.CharField(allow_null=True, help_text=DATE_FORM, **options)


def chosen(enum, **options):
    choices = getattr(enum, "choices", None) or [(member.value, member.value) for member in enum]
    return serializers.ChoiceField(choices=choices, **options)


class WithParts(serializers.Serializer):
    """A document with parts that are there where `include` asks for them."""

    def get_parts(self):
        return {}

    def get_fields(self):
        return super().get_fields() | self.get_parts()


class RefSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField()
    url = serializers.URLField()


class SourceRefSerializer(serializers.Serializer):
    uid = serializers.CharField()
    url = serializers.URLField(help_text="The address of the source itself.")
    title = serializers.CharField()


class CitedSerializer(serializers.Serializer):
    uid = serializers.CharField()
    url = serializers.URLField(help_text="The address of the source itself.")
    title = serializers.CharField()
    publisher = text()
    kind = chosen(SourceKind)
    first_party = serializers.BooleanField(
        help_text="The company spoken of says it itself, or its parent since it belongs to it."
    )
    edition = serializers.CharField(
        allow_null=True, help_text="The date of the edition that says it: `edition_on`, else the newest of the source."
    )
    edition_on = date()
    accessed_on = date()
    verified_on = date()
    stage = chosen(Stage, allow_null=True, help_text="Of a usage, where the edition says another than in use.")
    technology_version = text(help_text="Of the technology, as the edition tells it.")
    stance = chosen(Stance)
    quote = text()
    locator = text()
    archive_url = serializers.URLField(allow_null=True)


class FactSerializer(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()
    observed_on = date()
    source = SourceRefSerializer(allow_null=True)  # type: ignore[assignment]


class CompanyIdentifierSerializer(serializers.Serializer):
    scheme = chosen(CompanyScheme)
    value = serializers.CharField()


class CompanySerializer(WithParts):
    slug = serializers.SlugField()
    url = serializers.URLField()
    html_url = serializers.URLField()
    name = serializers.CharField()
    summary = text()
    website = serializers.URLField(allow_null=True)
    engineering_blog = serializers.URLField(allow_null=True)
    industry = text()
    country = text()
    founded = date()
    story = text()
    lessons = text()
    aliases = serializers.ListField(child=serializers.CharField())
    identifiers = CompanyIdentifierSerializer(many=True, help_text="How others call the same company.")
    facts = FactSerializer(many=True)
    sources = CitedSerializer(many=True)
    life = chosen(Life)
    life_on = date()
    parent = RefSerializer(allow_null=True, help_text="The company it belongs to now.")
    usages_count = serializers.IntegerField(help_text="Usages that are current.")
    revision = serializers.IntegerField(help_text="The newest change to the company and what hangs on it.")

    def get_parts(self):
        return {
            "usages": IncludedUsageSerializer(many=True, required=False, help_text="`include=usages`: at most 500."),
            "migrations": IncludedMigrationSerializer(
                many=True, required=False, help_text="`include=migrations`: at most 100."
            ),
            "coverage": CoverageSerializer(many=True, required=False, help_text="`include=coverage`: at most 100."),
        }


class RelationSerializer(serializers.Serializer):
    kind = chosen(RelationKind)
    technology = RefSerializer()


class TechnologyIdentifierSerializer(serializers.Serializer):
    scheme = chosen(IdentifierScheme)
    value = serializers.CharField()


class TechnologySerializer(WithParts):
    slug = serializers.SlugField()
    url = serializers.URLField()
    html_url = serializers.URLField()
    name = serializers.CharField()
    kind = chosen(Kind)
    summary = text()
    website = serializers.URLField(allow_null=True)
    repository = serializers.URLField(allow_null=True)
    licence = text(help_text="Its licence, as an SPDX expression.")
    open_source = chosen(OpenSource)
    lifecycle = chosen(Lifecycle, help_text="Whether its makers still keep it.")
    lifecycle_on = date()
    lifecycle_source = serializers.URLField(allow_null=True, help_text="Where that was read.")
    category = RefSerializer()
    aliases = serializers.ListField(child=serializers.CharField())
    homonyms = serializers.ListField(
        child=serializers.CharField(), help_text="Short forms that it shares with others: by itself each leads to none."
    )
    identifiers = TechnologyIdentifierSerializer(many=True, help_text="How others call the same thing.")
    relations = RelationSerializer(many=True)
    companies_count = serializers.IntegerField(help_text="Companies that use it at present.")

    def get_parts(self):
        told = "`include=usages`: the 100 that were added first."
        return {"usages": IncludedUsageSerializer(many=True, required=False, help_text=told)}


class CategorySerializer(WithParts):
    slug = serializers.SlugField()
    url = serializers.URLField()
    html_url = serializers.URLField()
    name = serializers.CharField()
    description = text()
    parent = RefSerializer(allow_null=True, help_text="The area; null for an area itself.")
    position = serializers.IntegerField()

    def get_parts(self):
        told = "`include=technologies`: the 100 that were added first."
        return {"technologies": IncludedTechnologySerializer(many=True, required=False, help_text=told)}


class UsageSerializer(serializers.Serializer):
    uid = serializers.CharField()
    url = serializers.URLField()
    html_url = serializers.URLField()
    company = RefSerializer()
    technology = RefSerializer()
    category = RefSerializer()
    scope = text(help_text="The team, product or platform that is spoken of; null for the company as a whole.")
    purpose = text()
    remarks = text()
    stage = chosen(Stage)
    hosting = chosen(Hosting)
    via = RefSerializer(allow_null=True, help_text="The technology it is run through.")
    started = date()
    started_known_since = serializers.CharField(
        allow_null=True, help_text="Where `started` is null: the earliest edition that says it is in use."
    )
    ended = date()
    known_until = serializers.CharField(
        allow_null=True, help_text="`ended`, or of what is retired the earliest edition that calls it so."
    )
    last_said = serializers.CharField(allow_null=True, help_text="The newest edition that supports it.")
    is_current = serializers.BooleanField()
    sources = CitedSerializer(many=True)
    updated_at = serializers.DateTimeField()


class MigrationSerializer(serializers.Serializer):
    uid = serializers.CharField()
    url = serializers.URLField()
    html_url = serializers.URLField()
    company = RefSerializer()
    from_technology = RefSerializer(allow_null=True)
    to_technology = RefSerializer()
    category = RefSerializer()
    stage = chosen(MigrationStage)
    started = date()
    ended = date()
    reason = text(help_text="Why, Markdown.")
    sources = CitedSerializer(many=True)


class SourceSerializer(serializers.Serializer):
    uid = serializers.CharField()
    url = serializers.URLField(help_text="The address of the source itself.")
    api_url = serializers.URLField()
    title = serializers.CharField()
    publisher = text()
    kind = chosen(SourceKind)
    company = RefSerializer(allow_null=True, help_text="Whose own words these are.")
    first_party = serializers.BooleanField(help_text="Whether these are the words of a company of the catalogue.")
    published_on = date()
    updated_on = date()
    archive_url = serializers.URLField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    check_result = chosen(CheckResult, allow_null=True)


class CoverageSerializer(serializers.Serializer):
    uid = serializers.CharField()
    url = serializers.URLField()
    company = RefSerializer()
    category = RefSerializer()
    looked_on = serializers.CharField()
    outcome = chosen(Outcome)
    source = SourceRefSerializer(allow_null=True)  # type: ignore[assignment]


class LicenceSerializer(serializers.Serializer):
    name = serializers.CharField()
    url = text()


class DocumentSerializer(serializers.Serializer):
    url = serializers.URLField(help_text="Where this document is to be had.")
    licence = LicenceSerializer()


class Included(serializers.Serializer):
    """A document inside another: the lists that cost a query each are there where they are asked for by name."""

    lists: tuple[str, ...] = ()

    def get_parts(self):
        return {}

    def get_fields(self):
        fields = super().get_fields()
        for name in self.lists:
            fields[name].required = False
        return fields


class IncludedUsageSerializer(Included, UsageSerializer):
    lists = ("sources",)


class IncludedMigrationSerializer(Included, MigrationSerializer):
    lists = ("sources",)


class IncludedTechnologySerializer(Included, TechnologySerializer):
    lists = ("aliases", "homonyms", "identifiers", "relations")


class AlikeCompanySerializer(serializers.Serializer):
    company = RefSerializer()
    met = serializers.FloatField(help_text="Technologies of the two that meet; one that meets a relative counts half.")
    of = serializers.IntegerField(help_text="Technologies that the two have in the categories that both document.")
    categories = serializers.IntegerField(help_text="Categories that both document.")
    share = serializers.FloatField(allow_null=True, help_text="`met` of `of`, from 0 to 1.")


class AlikeSerializer(DocumentSerializer):
    revision = serializers.IntegerField()
    company = RefSerializer()
    results = AlikeCompanySerializer(many=True)


class BesideSerializer(serializers.Serializer):
    technology = RefSerializer()
    together = serializers.IntegerField(help_text="Companies that use both at present.")
    companies_count = serializers.IntegerField(help_text="Companies that use this one at present.")


class TogetherSerializer(DocumentSerializer):
    revision = serializers.IntegerField()
    technology = RefSerializer()
    companies = serializers.IntegerField(help_text="Its users that were looked at.")
    results = BesideSerializer(many=True)


class HitSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=FOUND_KINDS)
    slug = serializers.CharField(
        help_text="Of an industry or a country its name, as the filters of `companies/` take it; of a comparison the "
        "slugs with slashes between them."
    )
    name = serializers.CharField()
    url = serializers.URLField()
    html_url = serializers.URLField()
    matched = serializers.CharField(help_text="The name or alias that met the query.")
    how = serializers.ChoiceField(choices=[(how.word, how.word) for how in How], help_text="How it met the query.")
    sure = serializers.FloatField(help_text="How sure it is that the query means it, from 0 to 1.")
    what = serializers.CharField(help_text="What it is, in a few words.")
    companies_count = serializers.IntegerField(
        allow_null=True, help_text="Companies that use the technology, or are of the industry or country; else null."
    )
    technologies_count = serializers.IntegerField(
        allow_null=True, help_text="Technologies in use in the category or area; else null."
    )
    usages_count = serializers.IntegerField(
        allow_null=True, help_text="Usages of the company that are current; else null."
    )


class SearchSerializer(serializers.Serializer):
    query = serializers.CharField()
    results = HitSerializer(many=True)
    suggestions = HitSerializer(
        many=True, help_text="What is only near, or, with `match`, what else it may be; empty where there are results."
    )


class ChangeSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    verb = chosen(Verb)
    kind = serializers.ChoiceField(choices=KINDS)
    object = serializers.CharField(help_text="Slug or uid.")
    url = serializers.URLField(allow_null=True, help_text="Null when it is gone.")
    payload = serializers.DictField(
        child=serializers.JSONField(),
        help_text="`company`, `technology`, `category`: where it hangs; `fields`: what changed; `to`: where an old "
        "slug leads, null from here on nowhere. Empty when the object is no longer public.",
    )


class ChangesSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    catalogue = serializers.CharField(help_text=IDENTITY)
    revision = serializers.IntegerField(help_text="The newest `seq` of the catalogue.")
    results = ChangeSerializer(many=True)


class RootSerializer(serializers.Serializer):
    name = serializers.CharField()
    software = serializers.CharField(help_text="What answers, and its version.")
    catalogue = serializers.CharField(help_text=IDENTITY)
    revision = serializers.IntegerField()
    licence = LicenceSerializer()
    resources = serializers.DictField(child=serializers.URLField())


class ComplaintSerializer(serializers.Serializer):
    parameter = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = ComplaintSerializer(many=True)  # type: ignore[assignment]
    suggestions = RefSerializer(many=True, help_text="What may have been meant, the best first.")
