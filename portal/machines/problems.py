"""Errors as programs read them: RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

PROBLEM = "application/problem+json"


class ApiProblem(Exception):
    """A request that cannot be answered. ``errors`` are pairs of a JSON pointer and a sentence."""

    def __init__(self, status: int, detail: str, errors: Sequence[tuple[str, str]] = (), **headers: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers


def problem_response(problem: ApiProblem) -> JsonResponse:
    """The answer. What the caller sent is never in it."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in problem.errors]
    headers = {name.replace("_", "-"): value for name, value in problem.headers.items()}
    return JsonResponse(body, status=problem.status, content_type=PROBLEM, headers=headers)
