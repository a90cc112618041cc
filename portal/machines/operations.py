"""What an address for machines takes and gives: said once, read by the view and by the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.machines.shapes import Shape


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one address. ``gives`` is an example of the answer; its members are all that an answer has.

    ``takes`` is the shape of a JSON body; without it, ``media`` says which kinds of body may be sent as they are.
    """

    method: str
    summary: str
    description: str
    gives: Mapping[str, Any]
    takes: Any = None
    media: tuple[str, ...] = ()
    path: Mapping[str, Shape] = field(default_factory=dict)
