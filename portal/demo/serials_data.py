"""Sample serial numbers: some of every numbered form in the main store."""

from __future__ import annotations

from datetime import time

from django.db import transaction

from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.supplies_data import actor_of
from portal.foundation.access.row_security import system_scope
from portal.serials.models import SerialReceipt
from portal.serials.register import numbered_items
from portal.serials.services.warehouse import BookIn, Numbers, book_in

_FORMS = 5_000


def load() -> None:
    """Books them in once; leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if SerialReceipt.objects.exists():
            return
        with happening_at(working_days_ago(20, time(8, 45))):
            for place, item in enumerate(numbered_items(), start=1):
                first = place * 10_000_000
                numbers = Numbers(item=item.code, first=_printed(first), last=_printed(first + _FORMS - 1))
                book_in(actor_of("sam"), BookIn(numbers=numbers, store="MAIN", delivery_note=f"PR-{5000 + place}"))


def _printed(sequence: int) -> str:
    """Eleven digits; the last would check the others, and these are invented."""
    return f"{sequence:010}0"
