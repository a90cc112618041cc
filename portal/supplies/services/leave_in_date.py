"""The last look before a box is closed and before it leaves: nothing out of date goes to a practice (J25)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.foundation.errors import Conflict
from portal.foundation.web.filters import day
from portal.supplies.models import ConsignmentLine
from portal.supplies.services.keep_batches import out_of_date_picks


def refuse_out_of_date(lines: Iterable[ConsignmentLine]) -> None:
    """Raises Conflict, naming the batch, when something that was picked has gone out of date meanwhile."""
    names = {each.id: each.line.item_name for each in lines if each.picked}
    for pick in out_of_date_picks(names):
        raise Conflict(
            f"Batch {pick.batch.code} of {names[pick.consignment_line_id]} is out of date"
            f" since {day(pick.batch.expires_on)}. Open the consignment, put these packs back, then scan others."
        )
