"""Which batch packs are put into and taken from: first expired, first out (J24, R4).

Everything here is called by a service that has locked the stock levels: their lock is the lock of their batches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils import timezone

from portal.foundation.errors import InvalidInput
from portal.supplies.models import BatchMovement, BatchPick, ConsignmentLine, StockBatch, StockLevel, StockMovement


@dataclass(frozen=True, kw_only=True)
class BatchName:
    """A batch as the supplier names it, and the first day on which it may no longer be sent."""

    code: str = ""
    expires_on: date | None = None


NOT_RECORDED = BatchName()


def put_into_batch(movement: StockMovement, level: StockLevel, name: BatchName) -> None:
    """Books what came onto the shelf into its batch; one is made when there is none of that name."""
    batch, _ = StockBatch.objects.get_or_create(level=level, code=name.code, expires_on=name.expires_on)
    _move(movement, batch, movement.quantity)


def take_from_batches(movement: StockMovement, level: StockLevel, *, name: BatchName | None = None) -> None:
    """Books what left the shelf out of the batches, first expired first, whatever lies in no consignment.

    With ``name`` only from that batch. Raises InvalidInput when it holds fewer.
    """
    batches = StockBatch.objects.filter(level=level, on_hand__gt=F("held"))
    if name is not None:
        batches = batches.filter(code=name.code, expires_on=name.expires_on)
    wanted = -movement.quantity
    for batch in batches.order_by(F("expires_on").asc(nulls_last=True), "id"):
        taken = min(wanted, batch.free)
        if taken:
            _move(movement, batch, -taken)
        wanted -= taken
    if wanted:
        raise InvalidInput({"quantity": f"{wanted:,} of these packs are not in the batch, or lie in a consignment."})


def send_picks(movement: StockMovement, line: ConsignmentLine) -> None:
    """Books what a consignment line carries away out of the batches that were picked for it."""
    for pick in _picks([line]):
        pick.batch.held -= pick.quantity
        _move(movement, pick.batch, -pick.quantity)


def hold_batches(lines: Iterable[ConsignmentLine]) -> None:
    """Finds the batches for consignment lines, first expired first, and holds their packs for them.

    What a line holds already stays, unless it has gone out of date meanwhile. A line of which too few packs
    are in date holds fewer than its quantity: the rest cannot be picked.
    """
    wanted = [each for each in lines if each.level.item.kept_in_batches]
    if not wanted:
        return
    today = timezone.localdate()
    _let_go_of([pick for pick in _picks(wanted) if not pick.batch.usable_on(today)])
    held = held_packs(wanted)
    batches = _usable_batches([each.level_id for each in wanted], today)
    for line in wanted:
        missing = line.quantity - held.get(line.id, 0)
        for batch in batches[line.level_id]:
            taken = min(missing, batch.free)
            if taken > 0:
                missing -= taken
                _hold(line, batch, taken)


def held_packs(lines: Iterable[ConsignmentLine]) -> dict[int, int]:
    """Consignment line -> packs of batches that it holds."""
    held: dict[int, int] = defaultdict(int)
    for pick in _picks(lines):
        held[pick.consignment_line_id] += pick.quantity
    return held


def let_go(lines: Iterable[ConsignmentLine]) -> None:
    """The lines hold no batch any more: their packs are free for others."""
    _let_go_of(_picks(lines))


def keep_only_picked(lines: Iterable[ConsignmentLine], boxed: dict[tuple[int, int], int]) -> None:
    """Lines hold what was really picked; what they held beyond that is let go, the last to expire first.

    What lies in a box stays held: ``boxed`` is (line, batch) -> packs.
    """
    chosen = list(lines)
    held = held_packs(chosen)
    picked = {each.id: each.picked for each in chosen}
    for pick in sorted(_picks(chosen), key=lambda each: each.id, reverse=True):
        loose = pick.quantity - boxed.get((pick.consignment_line_id, pick.batch_id), 0)
        spare = min(held[pick.consignment_line_id] - picked[pick.consignment_line_id], loose)
        if spare > 0:
            held[pick.consignment_line_id] -= spare
            _lessen(pick, spare)


def out_of_date_picks(line_ids: Iterable[int]) -> list[BatchPick]:
    """What the lines hold that may not be sent any more."""
    picks = BatchPick.objects.filter(
        consignment_line_id__in=list(line_ids), batch__expires_on__lte=timezone.localdate()
    )
    return list(picks.select_related("batch").order_by("id"))


def _usable_batches(level_ids: Iterable[int], today: date) -> dict[int, list[StockBatch]]:
    found: dict[int, list[StockBatch]] = defaultdict(list)
    for batch in StockBatch.objects.filter(level_id__in=set(level_ids), on_hand__gt=F("held")):
        if batch.usable_on(today):
            found[batch.level_id].append(batch)
    return found


def _picks(lines: Iterable[ConsignmentLine]) -> list[BatchPick]:
    return list(BatchPick.objects.filter(consignment_line__in=list(lines)).select_related("batch").order_by("id"))


def _hold(line: ConsignmentLine, batch: StockBatch, packs: int) -> None:
    batch.held += packs
    batch.save(update_fields=["held"])
    pick, made = BatchPick.objects.get_or_create(consignment_line=line, batch=batch, defaults={"quantity": packs})
    if not made:
        pick.quantity += packs
        pick.save(update_fields=["quantity"])


def _let_go_of(picks: Iterable[BatchPick]) -> None:
    for pick in picks:
        _lessen(pick, pick.quantity)


def _lessen(pick: BatchPick, packs: int) -> None:
    StockBatch.objects.filter(id=pick.batch_id).update(held=F("held") - packs)
    if pick.quantity == packs:
        pick.delete()
    else:
        pick.quantity -= packs
        pick.save(update_fields=["quantity"])


def _move(movement: StockMovement, batch: StockBatch, packs: int) -> None:
    batch.on_hand += packs
    batch.save(update_fields=["on_hand", "held"])
    BatchMovement.objects.create(movement=movement, batch=batch, quantity=packs)
