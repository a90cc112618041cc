"""What the check page sends: a token and the lines that were seen. Nothing in it was typed by a person."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from portal.foundation.errors import Conflict
from portal.supplies.services.place_order import PlaceOrder

_SEEN = re.compile(r"(?:[A-Z0-9][A-Z0-9-]{1,19}:[0-9]{1,9}(?: |$))+")
_BROKEN = "The page was not sent as a whole, so nothing was ordered. Check your order again."


def seen_as(quantities: Mapping[str, int]) -> str:
    """The hidden field ``seen``: CODE:packs for each line."""
    return " ".join(f"{code}:{packs}" for code, packs in quantities.items())


def read_order(data: Mapping[str, str]) -> PlaceOrder:
    """The command. Raises Conflict for a page that was cut short or made up."""
    text = data.get("seen", "")
    try:
        submission = uuid.UUID(data.get("submission", ""))
    except ValueError as error:
        raise Conflict(_BROKEN) from error
    if not _SEEN.fullmatch(text):
        raise Conflict(_BROKEN)
    seen = {code: int(packs) for code, _, packs in (line.partition(":") for line in text.split())}
    return PlaceOrder(submission=submission, seen=seen)
