"""Forms that are missing from a store: frozen and told as a site's are, by the operator's staff (J7, J25)."""

from __future__ import annotations

from portal.casework.api import Case
from portal.foundation.access import Actor, service
from portal.serials.permissions import RECEIVE_SERIALS
from portal.serials.services.missing_forms import ReportMissing, freeze_and_tell


@service(RECEIVE_SERIALS)
def report_missing_here(actor: Actor, command: ReportMissing) -> Case:
    """Freezes numbers of a store, opens a case of the operator, writes the register, tells those who must know.

    Nobody prescribes on these forms, so there is no ink instruction: whoever is offered one knows that it is stolen.
    Raises InvalidInput for what is missing in the report, Conflict for numbers that are not in a store.
    """
    in_store = {"state": "in_store"}
    return freeze_and_tell(actor, command, called="Missing from a store", source=in_store, until=None)
