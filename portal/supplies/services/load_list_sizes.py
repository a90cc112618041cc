"""Loading how many patients practices have: whole or not at all, and never backwards in time."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.organisations.models import Organisation
from portal.supplies.events import LIST_SIZES_LOADED
from portal.supplies.models import SiteSize
from portal.supplies.permissions import EDIT_ACCOUNT
from portal.supplies.usage.list_sizes import ListSize


@service(EDIT_ACCOUNT)
def load_list_sizes(actor: Actor, sizes: list[ListSize]) -> tuple[int, int]:
    """Stores the sizes of the practices that the directory knows; how many were stored, and how many it does not know.

    A practice whose size is known of a later day keeps it.
    """
    known = dict(Organisation.objects.filter(code__in=[size.code for size in sizes]).values_list("code", "id"))
    later = dict(SiteSize.objects.values_list("organisation_id", "counted_on"))
    rows = [
        SiteSize(organisation_id=known[size.code], patients=size.patients, counted_on=size.counted_on)
        for size in sizes
        if size.code in known and later.get(known[size.code], size.counted_on) <= size.counted_on
    ]
    SiteSize.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organisation"],
        update_fields=["patients", "counted_on"],
        batch_size=1000,
    )
    unknown = len(sizes) - sum(size.code in known for size in sizes)
    record(LIST_SIZES_LOADED, actor=actor, subject=("list_sizes", "file"), stored=len(rows), unknown=unknown)
    return len(rows), unknown
