"""Sample serial numbers: those of every numbered form that lies in a store, but for one pack that nobody booked in.

How the numbers of one form are read waits for a second person. No rule of a check digit is among it: none is known.
"""

from __future__ import annotations

from datetime import time

from django.db import transaction
from django.db.models import QuerySet

from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.supplies_data import actor_of
from portal.foundation.access.row_security import system_scope
from portal.serials.format_values import FormatValues
from portal.serials.models import SerialReceipt
from portal.serials.numbers import bounds_of
from portal.serials.register import numbered_items
from portal.serials.services.keep_formats import AskForFormat, ask_for_format
from portal.serials.services.warehouse import BookIn, Numbers, book_in
from portal.supplies.models import StockLevel

# One shelf on which the register and the stock books differ, by a pack.
_UNBOOKED = ("MAIN", "FP10NC")


def load() -> None:
    """Books them in once; leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if SerialReceipt.objects.exists():
            return
        with happening_at(working_days_ago(20, time(8, 45))):
            for place, level in enumerate(_shelves(), start=1):
                packs = level.on_hand - ((level.store.code, level.item.code) == _UNBOOKED)
                first = place * 10_000_000
                last = first + packs * level.item.pack_size - 1
                numbers = Numbers(item=level.item.code, first=_printed(first), last=_printed(last))
                note = f"PR-{5000 + place}"
                book_in(actor_of("sam"), BookIn(numbers=numbers, store=level.store.code, delivery_note=note))
            _ask_for_a_format()


def _ask_for_a_format() -> None:
    """The format as it is already, but written down for one form: with numbers that came in, and a reason."""
    receipt = SerialReceipt.objects.select_related("item").order_by("id").first()
    if receipt is None:
        return
    first, end = bounds_of(receipt.serials)
    ask_for_format(
        actor_of("sam"),
        AskForFormat(
            item=receipt.item.code,
            values=FormatValues(digits=11, check_digits=1, kind="none"),
            examples=[_printed(first), _printed(end - 1)],
            reason="As printed on the boxes. The printer has not told us how the last digit is worked out",
        ),
    )


def _shelves() -> QuerySet[StockLevel]:
    """Where numbered forms lie now: the orders that were sent came before the register."""
    lying = StockLevel.objects.filter(item__in=numbered_items(), on_hand__gt=0)
    return lying.select_related("item", "store").order_by("item__name", "store__priority")


def _printed(sequence: int) -> str:
    """Eleven digits; the last would check the others, and these are invented."""
    return f"{sequence:010}0"
