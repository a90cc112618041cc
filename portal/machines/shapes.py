"""Shapes of JSON: one declaration that reads a value, says what is wrong with it, and describes itself in OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils import timezone
from django.utils.dateparse import parse_datetime

Errors = list[tuple[str, str]]


class Shape(Protocol):
    """What every shape does."""

    def read(self, value: Any, pointer: str, errors: Errors) -> Any:
        """The value as Python has it. Adds to ``errors`` what is wrong, with the JSON pointer of the place."""

    def schema(self) -> dict[str, Any]:
        """The shape as JSON Schema."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text of at most so many characters, without control characters."""

    longest: int
    about: str
    pattern: str = ""

    def read(self, value: Any, pointer: str, errors: Errors) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > self.longest or not value.isprintable():
            errors.append((pointer, f"Send a text of 1 to {self.longest} characters."))
            return ""
        if self.pattern and not re.fullmatch(self.pattern, value):
            errors.append((pointer, f"It does not match {self.pattern}."))
        return value

    def schema(self) -> dict[str, Any]:
        found = {"type": "string", "minLength": 1, "maxLength": self.longest, "description": self.about}
        return found | ({"pattern": f"^{self.pattern}$"} if self.pattern else {})


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """One of some codes, each with its meaning."""

    codes: Mapping[str, str]
    about: str

    def read(self, value: Any, pointer: str, errors: Errors) -> str:
        if not isinstance(value, str) or value not in self.codes:
            errors.append((pointer, f"Send one of {', '.join(self.codes)}."))
            return ""
        return value

    def schema(self) -> dict[str, Any]:
        meanings = "; ".join(f"{code}: {meaning}" for code, meaning in self.codes.items())
        return {"type": "string", "enum": list(self.codes), "description": f"{self.about} {meanings}."}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A date and time with its offset from UTC."""

    about: str

    def read(self, value: Any, pointer: str, errors: Errors) -> datetime:
        found = None
        if isinstance(value, str) and len(value) < 40:
            try:
                found = parse_datetime(value)
                if found is not None and found.tzinfo is not None:
                    return found.astimezone(timezone.get_current_timezone())
            except (ValueError, OverflowError):
                found = None
        errors.append((pointer, "Send a date and time with its offset, such as 2026-11-24T09:30:00Z."))
        return timezone.now()

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "description": self.about}


@dataclass(frozen=True, kw_only=True)
class ListOf:
    """A list of at least one and at most so many."""

    each: Shape
    most: int

    def read(self, value: Any, pointer: str, errors: Errors) -> list[Any]:
        if not isinstance(value, list) or not 0 < len(value) <= self.most:
            errors.append((pointer, f"Send a list of 1 to {self.most}."))
            return []
        return [self.each.read(one, f"{pointer}/{number}", errors) for number, one in enumerate(value)]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "minItems": 1, "maxItems": self.most, "items": self.each.schema()}


@dataclass(frozen=True, kw_only=True)
class Record:
    """An object with these members and no others; those in ``optional`` may be left out."""

    members: Mapping[str, Shape]
    optional: frozenset[str] = field(default_factory=frozenset)

    def read(self, value: Any, pointer: str, errors: Errors) -> dict[str, Any]:
        if not isinstance(value, dict):
            errors.append((pointer, "Send an object."))
            return {}
        known = {name: value[name] for name in self.members if name in value}
        for name in self.members.keys() - known.keys() - self.optional:
            errors.append((f"{pointer}/{name}", "This is missing."))
        if len(known) < len(value):
            errors.append((pointer, f"There is something else in it. It may have {', '.join(self.members)}."))
        return {name: self.members[name].read(each, f"{pointer}/{name}", errors) for name, each in known.items()}

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: each.schema() for name, each in self.members.items()},
            "required": [name for name in self.members if name not in self.optional],
            "additionalProperties": False,
        }
