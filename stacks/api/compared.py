"""Comparisons as the schema tells them; tests hold the exporters to the same keys and values."""

from rest_framework import serializers

from stacks.api.serializers import CitedSerializer, DocumentSerializer, RefSerializer, chosen, date, text
from stacks.comparison.matrix import Agreement, Blank, Only
from stacks.models import Hosting, Stage


class ComparedUsageSerializer(serializers.Serializer):
    uid = serializers.CharField()
    url = serializers.URLField()
    technology = RefSerializer()
    scope = text()
    purpose = text()
    remarks = text()
    stage = chosen(Stage)
    hosting = chosen(Hosting)
    via = RefSerializer(allow_null=True)
    started = date()
    started_known_since = date()
    ended = date()
    known_until = date()
    last_said = date()
    sources = CitedSerializer(many=True)


class CellUsageSerializer(ComparedUsageSerializer):
    same_as = serializers.ListField(child=serializers.SlugField(), help_text="Companies of the row that use it too.")
    relative_of = serializers.ListField(
        child=serializers.SlugField(), help_text="Companies of the row that use a relative of it instead."
    )
    technology_ended = serializers.BooleanField(help_text="The makers of the technology do not keep it any more.")
    old = serializers.BooleanField(help_text="It was last said long before the newest edition of the catalogue.")


class CellSerializer(serializers.Serializer):
    company = serializers.SlugField()
    blank = chosen(Blank, allow_null=True, help_text="Why there are no usages; null where there are.")
    usages = CellUsageSerializer(many=True)


class MostCommonSerializer(serializers.Serializer):
    technologies = RefSerializer(many=True)
    companies = serializers.IntegerField(help_text="How many of the compared companies use each.")


class RowSerializer(serializers.Serializer):
    area = RefSerializer()
    category = RefSerializer()
    agreement = chosen(Agreement)
    most_common = MostCommonSerializer(
        allow_null=True, help_text="What most of the companies use here; null where no two use the same."
    )
    cells = CellSerializer(many=True)


class AlikenessSerializer(serializers.Serializer):
    companies = serializers.ListField(child=serializers.SlugField(), min_length=2, max_length=2)
    met = serializers.FloatField()
    of = serializers.IntegerField()
    categories = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)


class SummarySerializer(serializers.Serializer):
    rows = serializers.IntegerField()
    same = serializers.IntegerField()
    overlap = serializers.IntegerField()
    family = serializers.IntegerField()
    different = serializers.IntegerField()
    single = serializers.IntegerField()
    ended = serializers.IntegerField(allow_null=True, help_text="Not counted yet: null.")
    old = serializers.IntegerField(help_text="Usages that were last said long before the newest edition.")
    undated = serializers.IntegerField(help_text="Usages without any date, which `as_of` leaves out.")
    alikeness = AlikenessSerializer(many=True)


class CompanyComparisonSerializer(DocumentSerializer):
    revision = serializers.IntegerField()
    as_of = date()
    only = serializers.ChoiceField(choices=[(only.value, only.value) for only in Only if only], allow_null=True)
    companies = RefSerializer(many=True)
    summary = SummarySerializer(help_text="Speaks of all rows, whatever `only` has left of them.")
    rows = RowSerializer(many=True)


class ComparedTechnologySerializer(RefSerializer):
    companies = serializers.IntegerField(help_text="Companies that use it at present.")


class RoleSerializer(serializers.Serializer):
    category = RefSerializer()
    companies = serializers.ListField(
        child=serializers.IntegerField(), help_text="How many, for each technology in turn."
    )


class TechnologySummarySerializer(serializers.Serializer):
    companies = serializers.IntegerField()
    rows = serializers.IntegerField()
    all = RefSerializer(many=True, help_text="Companies that use every one.")
    several = RefSerializer(many=True, help_text="Companies that use two or more.")
    categories = RoleSerializer(many=True)


class RoledUsageSerializer(ComparedUsageSerializer):
    category = RefSerializer()


class TechnologyCellSerializer(serializers.Serializer):
    technology = serializers.SlugField()
    usages = RoledUsageSerializer(many=True)


class TechnologyRowSerializer(serializers.Serializer):
    company = RefSerializer()
    cells = TechnologyCellSerializer(many=True)


class TechnologyComparisonSerializer(DocumentSerializer):
    revision = serializers.IntegerField()
    technologies = ComparedTechnologySerializer(many=True)
    summary = TechnologySummarySerializer()
    rows = TechnologyRowSerializer(many=True)
