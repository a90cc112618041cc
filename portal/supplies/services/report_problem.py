"""Reporting that something about an order is wrong: it becomes a case with everything known filled in (J6, J20)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.casework.api import Case, OpenCase, open_case
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.foundation.workflow import apply
from portal.supplies.events import PROBLEM_REPORTED
from portal.supplies.models import Consignment, Order, OrderLine
from portal.supplies.permissions import REPORT_PROBLEM
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.lock_order import lock_order
from portal.supplies.states import CONSIGNMENT, ORDER_LINE

PROBLEMS = {
    "not_arrived": "It has not arrived",
    "short": "Something is missing",
    "damaged": "Something is damaged",
    "wrong_item": "Something is not what we ordered",
    "other": "Something else",
}


@dataclass(frozen=True, kw_only=True)
class ReportProblem:
    """The command: an order, perhaps one of its consignments, a key of PROBLEMS, and what happened."""

    order: str
    kind: str
    details: str
    consignment: str = ""


@service(REPORT_PROBLEM)
def report_problem(actor: Actor, command: ReportProblem) -> Case:
    """Opens a case about the order and returns it; a consignment that was sent becomes a discrepancy."""
    if command.kind not in PROBLEMS:
        raise InvalidInput({"kind": "Choose what is wrong."})
    order = lock_order(actor, command.order)
    consignment = _consignment(actor, order, command.consignment) if command.consignment else None
    if consignment is not None:
        _mark(actor, consignment)
        derive_state(order)
    case = open_case(actor, _case(order, consignment, command))
    record(
        PROBLEM_REPORTED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        kind=PROBLEMS[command.kind].lower(),
        case=case.reference,
    )
    return case


def _consignment(actor: Actor, order: Order, reference: str) -> Consignment:
    sent = Consignment.objects.visible_to(actor).filter(order=order, reference=reference)  # type: ignore[attr-defined]
    found: Consignment | None = sent.select_for_update().first()
    if found is None:
        raise NotFound
    return found


def _mark(actor: Actor, consignment: Consignment) -> None:
    """The consignment, and its lines of which nothing more is to come, stand where the problem is."""
    if (consignment.state, "discrepancy") not in CONSIGNMENT.steps:
        return
    consignment.disputed_at = timezone.now()
    consignment.save(update_fields=["disputed_at"])
    apply(CONSIGNMENT, consignment, "discrepancy", actor=actor)
    sent = OrderLine.objects.filter(
        consignment_lines__consignment=consignment,
        consignment_lines__picked__gt=0,
        state__in=("dispatched", "delivered", "received"),
    )
    for line in sent:
        apply(ORDER_LINE, line, "discrepancy", actor=actor)


def _case(order: Order, consignment: Consignment | None, command: ReportProblem) -> OpenCase:
    what = f"Consignment {consignment.reference}" if consignment else f"Order {order.reference}"
    return OpenCase(
        kind=command.kind,
        subject=f"{what}: {PROBLEMS[command.kind].lower()}",
        details=command.details,
        payload={"consignment": consignment.reference} if consignment else {},
        about_type="order",
        about_reference=order.reference,
    )
