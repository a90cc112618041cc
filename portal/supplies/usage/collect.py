"""Adding up a year of deliveries by site and item, and the quartiles of similar sites: four statements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.foundation.access.row_security import system_scope
from portal.supplies.usage.settings import usage_settings

_FORGET = "delete from supplies_siteusage"
_SITES = """
insert into supplies_siteusage (organisation_id, item_id, contractor_type, band, packs, rate)
select used.organisation_id, used.item_id, place.contractor_type,
       case when size.patients is null then null
            when cardinality(%(sizes)s::int[]) = 0 then 0
            else width_bucket(size.patients, %(sizes)s::int[]) end,
       used.packs,
       case when size.patients is null then used.packs else used.packs * 1000.0 / size.patients end
from (select organisation_id, item_id, sum(delivered) as packs
      from supplies_orderline where placed_at >= %(since)s group by organisation_id, item_id) used
join organisations_organisation place on place.id = used.organisation_id
left join supplies_sitesize size on size.organisation_id = used.organisation_id
where used.packs > 0
"""
_FORGET_NORMS = "delete from supplies_usagenorm"
_NORMS = """
insert into supplies_usagenorm (item_id, contractor_type, band, sites, low, middle, high)
select item_id, contractor_type, band, count(*),
       round((percentile_cont(0.25) within group (order by rate))::numeric, 1),
       round((percentile_cont(0.5) within group (order by rate))::numeric, 1),
       round((percentile_cont(0.75) within group (order by rate))::numeric, 1)
from supplies_siteusage group by item_id, contractor_type, band having count(*) >= %(fewest)s
"""


def collect_usage() -> None:
    """Makes both tables anew, in one transaction: readers see the old ones until it is done."""
    settings = usage_settings()
    values: dict[str, Any] = {
        "sizes": list(settings.sizes),
        "since": timezone.now() - timedelta(days=settings.days),
        "fewest": settings.fewest_others,
    }
    with system_scope(), transaction.atomic(), connection.cursor() as cursor:
        for statement in (_FORGET, _SITES, _FORGET_NORMS, _NORMS):
            cursor.execute(statement, values)
