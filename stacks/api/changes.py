"""The change feed: everything that the public could see change, in order, without gaps."""

from django import forms
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks import feed
from stacks.api.asking import FieldsForm
from stacks.api.errors import BadQuery
from stacks.api.pagination import DEFAULT_SIZE, MOST, WholeNumberField
from stacks.api.parameters import Described, describe, read
from stacks.api.serializers import ChangeSerializer, ChangesSerializer
from stacks.conditional import revision_of
from stacks.feed import ObjectKind, Scope
from stacks.filtersets import ChoicesField, SlugsField
from stacks.links import Links
from stacks.models import Change, Company, Technology

SCANNED = 2000  # lines that one answer looks at, where it is narrowed


class ChangesForm(FieldsForm):
    serializer_class = ChangeSerializer
    after = WholeNumberField(
        required=False, min_value=0, help_text="Changes with a greater `seq` than this; 0 unless told."
    )
    catalogue = forms.CharField(
        required=False, max_length=32, help_text="The identity that `after` is of: a 409 where it is another's by now."
    )
    kind = ChoicesField(
        choices=ObjectKind, required=False, help_text="Only about these kinds of objects. Repeatable: any of them."
    )
    company = SlugsField(
        model=Company,
        required=False,
        help_text="Only about this company and what hangs on it. Repeatable: any of them.",
    )
    technology = SlugsField(
        model=Technology,
        required=False,
        help_text="Only about this technology, its usages and the migrations from and to it. Repeatable: any of them.",
    )
    page_size = WholeNumberField(
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=f"How many results a page has; {DEFAULT_SIZE} unless told.",
    )


class _OtherCatalogue(exceptions.APIException):
    status_code = 409
    default_detail = (
        "This is another catalogue than the one that you follow, or the same one restored: "
        "copy it again from the beginning (export/)."
    )


class ChangesView(APIView):
    """What changed after a `seq`, oldest first. `next` is null at the end: keep the last `seq` and ask again later.

    A change of something that is no longer public tells its kind and its slug or uid, and nothing else: so `removed`
    and `redirected` lines pass every filter, and so does a change of the company or the technology itself. Where it is
    narrowed, an answer looks at a bounded number of lines: it may be short, or empty, while `next` leads on.
    """

    serializer_class = ChangesSerializer

    def query_parameters(self) -> Described:
        return describe(ChangesForm().fields)

    def get(self, request: Request) -> Response:
        asked = read(ChangesForm, request.GET)
        known = revision_of(request)
        if asked["catalogue"] and asked["catalogue"] != known.identity:
            raise _OtherCatalogue
        after, size, revision = asked["after"] or 0, asked["page_size"] or DEFAULT_SIZE, known.revision
        if after > revision:
            message = f"The newest change is {revision}: this number is of another catalogue, so begin again with 0."
            raise BadQuery([{"parameter": "after", "message": message}])
        links = Links(request)
        scope = Scope(asked["kind"], asked["company"] or None, asked["technology"] or None)
        # not beyond the revision that the answer tells and its tag stands for
        changes = Change.objects.filter(seq__gt=after, seq__lte=revision).order_by("seq")
        lines = feed.read(changes[: SCANNED if scope.narrows else size])
        passing = [line for line in lines if scope.passes(line)]
        told = passing[:size]
        read_to = told[-1] if len(passing) > size else lines[-1] if lines else None
        last = read_to.change.seq if read_to else after
        return Response(
            {
                "next": _page(request, after=last) if last < revision else None,
                "previous": _page(request, after=max(0, after - size)) if after and not scope.narrows else None,
                "catalogue": known.identity,
                "revision": revision,
                "results": [asked["fields"].of(feed.document(line, links)) for line in told],
            }
        )


def _page(request: Request, after: int) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    rest = query.urlencode()
    return f"{request.build_absolute_uri(request.path)}?after={after}{f'&{rest}' if rest else ''}"
