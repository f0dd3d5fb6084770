"""The change feed: everything that the public could see change, in order, without gaps."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks import feed
from stacks.api.errors import BadQuery
from stacks.api.pagination import DEFAULT_SIZE, MOST, WholeNumberField
from stacks.api.parameters import Described, describe, read
from stacks.api.serializers import ChangesSerializer
from stacks.conditional import catalogue_revision
from stacks.filtersets import StrictForm
from stacks.links import Links
from stacks.models import Change


class ChangesForm(StrictForm):
    after = WholeNumberField(
        required=False, min_value=0, help_text="Changes with a greater `seq` than this; 0 unless told."
    )
    page_size = WholeNumberField(
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=f"How many results a page has; {DEFAULT_SIZE} unless told.",
    )


class ChangesView(APIView):
    """What changed after a `seq`, oldest first. `next` is null at the end: keep the last `seq` and ask again later.

    A change of something that is no longer public tells its kind and its slug or uid, and nothing else.
    """

    serializer_class = ChangesSerializer

    def query_parameters(self) -> Described:
        return describe(ChangesForm().fields)

    def get(self, request: Request) -> Response:
        asked = read(ChangesForm, request.GET)
        after, size = asked["after"] or 0, asked["page_size"] or DEFAULT_SIZE
        revision = catalogue_revision(request)
        if after > revision:
            message = f"The newest change is {revision}: this number is of another catalogue, so begin again with 0."
            raise BadQuery([{"parameter": "after", "message": message}])
        links = Links(request)
        # not beyond the revision that the answer tells and its tag stands for
        changes = Change.objects.filter(seq__gt=after, seq__lte=revision).order_by("seq")[:size]
        results = [_shape(line, links) for line in feed.read(changes)]
        last = results[-1]["seq"] if results else after
        return Response(
            {
                "next": _page(request, last, asked["page_size"]) if last < revision else None,
                "previous": _page(request, max(0, after - size), asked["page_size"]) if after else None,
                "revision": revision,
                "results": results,
            }
        )


def _page(request: Request, after: int, size: int | None) -> str:
    own_size = f"&page_size={size}" if size else ""
    return f"{request.build_absolute_uri(request.path)}?after={after}{own_size}"


def _shape(line: feed.Line, links: Links) -> dict[str, Any]:
    change, row = line.change, line.row
    return {
        "seq": change.seq,
        "at": change.at,
        "verb": change.verb,
        "kind": change.kind,
        "object": change.object,
        "url": links(change.kind, getattr(row, "uid", None) or row.slug) if row is not None else None,
        "payload": line.payload,
    }
