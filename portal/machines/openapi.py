"""The OpenAPI document, made from what the views declare: it cannot say what they do not do."""

from __future__ import annotations

from typing import Any

from portal.machines.limits import machine_limits
from portal.machines.operations import Operation
from portal.machines.scopes import SCOPES
from portal.machines.urls.api import MACHINE_ADDRESSES

_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
_ERRORS = {
    "400": "The request cannot be read.",
    "401": "There is no token, or it is not good.",
    "403": "The token is not good for this.",
    "404": "There is no such thing.",
    "405": "The address has no such method.",
    "413": "The request is too large.",
    "422": "The request is not as it should be; nothing was taken.",
    "429": "The machine calls too often; nothing was taken.",
    "503": "The database is away. The same request with the same key is safe to send again.",
}
_WAIT = {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}}


def document() -> dict[str, Any]:
    """All addresses for machines as OpenAPI 3.1."""
    limits = machine_limits()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Primary care support portal",
            "version": "1",
            "description": (
                "For couriers' scanners, registers and clinical systems. Errors are problem details. A token is good "
                f"for {limits.each_minute} requests a minute, and for {limits.at_once} at once after a quiet time."
            ),
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {
            "/" + address.replace("<", "{").replace(">", "}"): {
                view.operation.method: _operation(view.operation, view.scope)
            }
            for address, view in MACHINE_ADDRESSES.items()
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _PROBLEM},
            "responses": {
                status: {
                    "description": meaning,
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                | ({"headers": _WAIT} if status in ("429", "503") else {})
                for status, meaning in _ERRORS.items()
            },
        },
    }


def _operation(operation: Operation, scope: str) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": shape.schema()}
        for name, shape in operation.path.items()
    ]
    said: dict[str, Any] = {
        "summary": operation.summary,
        "description": f"{operation.description} The token must be good for: {SCOPES[scope].label.lower()}.",
        "responses": {
            "200": {
                "description": "What became of it.",
                "content": {
                    "application/json": {"schema": schema_of(operation.gives), "example": dict(operation.gives)}
                },
            },
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _ERRORS},
        },
    }
    if operation.method == "post":
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "The request's own key. The same key gets the same answer for 30 days.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 100},
            }
        )
        said["requestBody"] = {"required": True, "content": _bodies(operation)}
    return said | {"parameters": parameters}


def _bodies(operation: Operation) -> dict[str, Any]:
    if operation.takes is not None:
        return {"application/json": {"schema": operation.takes.schema()}}
    return {each: {"schema": {} if each.endswith("json") else {"type": "string"}} for each in operation.media}


def schema_of(example: Any) -> dict[str, Any]:
    """A JSON Schema that the example, and every answer with the same members, fits."""
    match example:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array", "items": schema_of(example[0]) if example else {"type": "string"}}
    return {
        "type": "object",
        "properties": {name: schema_of(each) for name, each in example.items()},
        "required": list(example),
        "additionalProperties": False,
    }
