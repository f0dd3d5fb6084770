"""The whole public catalogue in one answer."""

import os
import re
from collections.abc import Iterator
from typing import IO, Any

from django import forms
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from stacks.api import copies
from stacks.api.errors import problem
from stacks.api.parameters import Described, describe, read
from stacks.conditional import CACHE_CONTROL, make_etag, revision_of
from stacks.filtersets import StrictForm
from stacks.links import Links
from stacks.revisions import Revision

TYPES = {"ndjson": "application/x-ndjson", "csv": "application/zip", "sqlite": "application/vnd.sqlite3"}
BYTES = "application/octet-stream"
_ENDINGS = {"ndjson": "ndjson", "csv": "csv.zip", "sqlite": "sqlite3"}
_BLOCK = 1 << 16
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class ExportForm(StrictForm):
    format = forms.ChoiceField(
        choices=[(name, name) for name in TYPES],
        help_text="`ndjson`: a JSON document a line, sent while it is read; `csv`: a zip with a file for each table; "
        "`sqlite`: a database with the same tables, with indexes.",
        error_messages={"invalid_choice": "“%(value)s” is none of: ndjson, csv, sqlite."},
    )


class _BeingMade(exceptions.APIException):
    status_code = 503
    default_detail = "This copy is being made. Ask again in a moment."
    wait = 10


class ExportView(APIView):
    """The whole public catalogue in one answer, of one revision, which the headers and the file itself name.

    `changes/?after=` goes on exactly from there. A copy that is kept is answered in parts too (`Range`), so that a
    download that broke can go on; `If-Range` with the ETag sees to it that the parts are of the same copy. `Accept:
    application/octet-stream` gets the same bytes under that name, which is what generated clients know a file by.
    """

    files = (*TYPES.values(), BYTES)

    def query_parameters(self) -> Described:
        return describe(ExportForm().fields)

    def get(self, request: Request) -> Any:
        form = read(ExportForm, request.GET)["format"]

        def etag_of(revision: Revision) -> str:
            """A strong one: parts of two copies do not fit together."""
            return make_etag(request, revision.of_catalogue).removeprefix("W/")

        def tag_of(revision: Revision) -> str:
            return etag_of(revision).strip('"')

        revision = revision_of(request)
        file = _open(copies.place(form, tag_of(revision)))
        if file is None:
            if form == "ndjson" and "Range" not in request.headers:
                if request.method == "HEAD":
                    return _described(HttpResponse(), request, form, revision, etag_of(revision))
                streamed = copies.Streamed(tag_of, Links(request))
                response = StreamingHttpResponse(streamed)
                return _described(response, request, form, streamed.revision, etag_of(streamed.revision))
            try:
                file, revision = copies.make(form, tag_of, Links(request))
            except copies.BeingMade as error:
                raise _BeingMade from error
        return _give(request, file, form, revision, etag_of(revision))


def _open(path: Any) -> IO[bytes] | None:
    try:
        return path.open("rb")
    except OSError:
        return None


def _give(request: Request, file: IO[bytes], form: str, revision: Revision, etag: str) -> Any:
    size = os.fstat(file.fileno()).st_size
    part = _asked(request, size, etag)
    if part is not None and not part:
        file.close()
        response = problem(request, 416, f"This copy has {size} bytes.")
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    sent = part or range(size)
    answer: Any = StreamingHttpResponse(_Part(file, sent), status=206 if part else 200)
    answer.headers["Content-Length"] = str(len(sent))
    answer.headers["Accept-Ranges"] = "bytes"
    if part:
        answer.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return _described(answer, request, form, revision, etag)


def _asked(request: Request, size: int, etag: str) -> range | None:
    """The part asked for; None for the whole, an empty one for a part that there is not."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if not found or not any(found.groups()) or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    stop = min(size, int(last) + 1) if last else size
    if last and int(last) < int(first):
        return None  # no part at all, says RFC 9110, and so as if nothing was asked
    return range(int(first), stop) if int(first) < size else range(0)


class _Part:
    """A part of an open file, block by block."""

    def __init__(self, file: IO[bytes], part: range):
        self._file, self._part = file, part

    def __iter__(self) -> Iterator[bytes]:
        with self._file:
            self._file.seek(self._part.start)
            left = len(self._part)
            while left and (block := self._file.read(min(_BLOCK, left))):
                left -= len(block)
                yield block

    def close(self) -> None:
        self._file.close()


def _described(response: Any, request: Request, form: str, revision: Revision, etag: str) -> Any:
    response.headers["Content-Type"] = BYTES if request.headers.get("Accept") == BYTES else TYPES[form]
    patch_vary_headers(response, ["Accept"])
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["Stacks-Revision"] = str(revision.revision)
    response.headers["Stacks-Catalogue"] = revision.identity
    name = f"{settings.SITE_NAME.lower()}-{revision.revision}.{_ENDINGS[form]}"
    safe = re.sub(r"[^a-z0-9.-]+", "-", name)
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    if settings.DATA_LICENCE_URL:
        response.headers["Link"] = f'<{settings.DATA_LICENCE_URL}>; rel="license"'
    return response
