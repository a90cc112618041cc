"""What the register of numbered forms does by itself."""

from datetime import timedelta

from portal.foundation.access import system_actor
from portal.foundation.worker import one_by_one, periodic
from portal.serials.permissions import SETTLE_INCIDENTS
from portal.serials.services.remind import due_tasks, late_receipts, open_receipt_case, remind_of_pads


@periodic("serials.watch_receipts", every=timedelta(hours=1))
def watch_receipts() -> None:
    """Opens a case for every secure consignment that nobody confirmed in time."""
    portal = system_actor("The portal", SETTLE_INCIDENTS)
    one_by_one(late_receipts(), lambda each: open_receipt_case(portal, each.pk), name=lambda each: each.reference)


@periodic("serials.remind_of_pads", every=timedelta(hours=6))
def remind_of_leavers_pads() -> None:
    """Reminds sites of the pads of those who left."""
    portal = system_actor("The portal", SETTLE_INCIDENTS)
    one_by_one(due_tasks(), lambda task: remind_of_pads(portal, task.pk), name=lambda task: f"pads {task.pk}")
