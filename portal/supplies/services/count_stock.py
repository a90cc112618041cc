"""A stock count: what agrees is recorded at once, a difference waits for a second person (J24)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.foundation.references import new_reference
from portal.supplies.events import COUNT_DIFFERS, STOCK_COUNTED
from portal.supplies.models import StockBatch, StockCount, StockLevel, StockMovementKind
from portal.supplies.permissions import COUNT_STOCK
from portal.supplies.services.keep_batches import NOT_RECORDED, BatchName
from portal.supplies.services.lock_levels import find_level, lock_level
from portal.supplies.services.move_stock import LARGEST_STOCK, move_stock


@dataclass(frozen=True, kw_only=True)
class CountStock:
    """The command: codes of store and item, packs counted, and what the page said was on hand (``seen``).

    Of clinical supplies one ``batch`` is counted.
    """

    store: str
    item: str
    counted: int
    seen: int
    batch: BatchName | None = None


@service(COUNT_STOCK)
def count_stock(actor: Actor, command: CountStock) -> StockCount | None:
    """Records a count that agrees with the books; of one that does not, returns what waits for a second person.

    Raises InvalidInput when stock moved since the page was shown, or when another count of the same shelf
    waits already.
    """
    if not 0 <= command.counted <= LARGEST_STOCK:
        raise InvalidInput({"counted": f"Enter a number of packs from 0 to {LARGEST_STOCK:,}."})
    level = lock_level(find_level(command.store, command.item))
    batch = (command.batch or NOT_RECORDED) if level.item.kept_in_batches else NOT_RECORDED
    books = _books(level, batch)
    if books != command.seen:
        raise InvalidInput({None: f"Stock moved while you counted: the books now say {books:,}. Count again."})
    if command.counted == books:
        sentence = "The shelf agrees with the books."
        move_stock(actor, level, 0, kind=StockMovementKind.COUNT, reference="", reason=sentence)
        record(STOCK_COUNTED, actor=actor, subject=level, counted=command.counted, expected=command.seen)
        return None
    return _wait(actor, level, batch, command)


def _books(level: StockLevel, batch: BatchName) -> int:
    if not level.item.kept_in_batches:
        return level.on_hand
    found = StockBatch.objects.filter(level=level, code=batch.code, expires_on=batch.expires_on).first()
    return found.on_hand if found else 0


def _wait(actor: Actor, level: StockLevel, batch: BatchName, command: CountStock) -> StockCount:
    try:
        with transaction.atomic():
            count = StockCount.objects.create(
                reference=new_reference("SC"),
                level=level,
                batch_code=batch.code,
                batch_expires_on=batch.expires_on,
                counted=command.counted,
                seen=command.seen,
                counted_by_id=actor.user_id,
                counted_by_name=actor.name,
            )
    except IntegrityError as error:
        raise InvalidInput(
            {None: "A count of this shelf waits for a second person already. Decide it first."}
        ) from error
    record(COUNT_DIFFERS, actor=actor, subject=level, counted=command.counted, expected=command.seen)
    return count
