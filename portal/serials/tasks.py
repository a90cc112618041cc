"""What the register of numbered forms does by itself."""

from datetime import timedelta

from portal.foundation.access import system_actor
from portal.foundation.worker import periodic
from portal.serials.permissions import SETTLE_INCIDENTS
from portal.serials.services.remind import due_tasks, late_receipts, open_receipt_case, remind_of_pads


@periodic("serials.watch_receipts", every=timedelta(hours=1))
def watch_receipts() -> None:
    """Opens a case for every secure consignment that nobody confirmed in time."""
    for consignment in late_receipts():
        open_receipt_case(system_actor("The portal", SETTLE_INCIDENTS), consignment.pk)


@periodic("serials.remind_of_pads", every=timedelta(hours=6))
def remind_of_leavers_pads() -> None:
    """Reminds sites of the pads of those who left."""
    for task in due_tasks():
        remind_of_pads(system_actor("The portal", SETTLE_INCIDENTS), task.pk)
