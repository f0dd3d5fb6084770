"""How operations describe themselves: the declared serializers, the query forms, and the failures they share."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from stacks.api.errors import PROBLEM_TYPE
from stacks.api.serializers import ProblemSerializer

_MOVED = OpenApiResponse(description="An old slug: the answer is at the address of the Location header.")


class ProblemAutoSchema(AutoSchema):
    """Adds what every operation may answer, and takes the query parameters from the view."""

    def _get_parameters(self):
        # the parameters of the view are OpenAPI already, which the overrides of a decorator are not
        described = self.view.query_parameters() if hasattr(self.view, "query_parameters") else []
        return [*super()._get_parameters(), *described]

    def get_response_serializers(self) -> Any:
        files = getattr(self.view, "files", ())  # media types, where the answer is no document
        answers: dict[Any, Any] = {(200, media_type): OpenApiTypes.BINARY for media_type in files}
        answers = answers or {200: super().get_response_serializers()}
        answers[(400, PROBLEM_TYPE)] = OpenApiResponse(
            ProblemSerializer, description="The query string is not a good one."
        )
        if any(part.startswith("{") for part in self.path.split("/")):
            answers[(404, PROBLEM_TYPE)] = OpenApiResponse(ProblemSerializer, description="There is no such object.")
        if "{slug}" in self.path or "/compare/" in self.path:
            answers[301] = _MOVED
        return answers

    def get_operation_id(self):
        noun = "_".join(part for part in self.path.split("/")[3:] if part and not part.startswith("{")) or "root"
        return f"{noun}_{'detail' if '{' in self.path else 'read'}"
