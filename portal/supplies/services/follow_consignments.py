"""Where order lines stand of which everything has been sent: as far as the consignments that carry them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from portal.foundation.access import Actor
from portal.foundation.workflow import apply
from portal.supplies.models import ConsignmentLine, OrderLine
from portal.supplies.states import ORDER_LINE

# From least to most advanced: a line stands where the least advanced of its consignments stands.
_PRECEDENCE = ("discrepancy", "dispatched", "delivered", "received")


def follow_consignments(actor: Actor, lines: Iterable[OrderLine]) -> None:
    """Moves each line to where its consignments stand, which the caller has written; one query to look.

    A line of which something still has to leave the store stays where it is. A consignment in dispute holds
    back only the lines that were not received whole.
    """
    sent = [line for line in lines if line.dispatched and not line.outstanding]
    carried: dict[int, set[str]] = defaultdict(set)
    parts = ConsignmentLine.objects.filter(line__in=sent, picked__gt=0, consignment__dispatched_at__isnull=False)
    for part in parts.select_related("consignment"):
        carried[part.line_id].add(_stands(part))
    for line in sent:
        target = next(state for state in _PRECEDENCE if state in carried[line.id])
        if line.state != target:
            apply(ORDER_LINE, line, target, actor=actor)


def _stands(part: ConsignmentLine) -> str:
    state = part.consignment.state
    if state == "failed":
        return "dispatched"
    return "received" if state == "discrepancy" and part.received == part.picked else state
