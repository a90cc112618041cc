"""What supplies does by itself."""

from datetime import timedelta

from portal.foundation.access import system_actor
from portal.foundation.worker import periodic
from portal.supplies.forecasting.collect import collect_demand
from portal.supplies.permissions import ADJUST_STOCK
from portal.supplies.services.remove_expired import levels_with_expired, remove_expired


@periodic("supplies.collect_demand", every=timedelta(hours=6))
def collect_weekly_demand() -> None:
    """Adds up by weeks what sites ordered, for the forecast."""
    collect_demand()


@periodic("supplies.remove_expired", every=timedelta(hours=1))
def remove_expired_stock() -> None:
    """Takes what has gone out of date off the books, a shelf at a time."""
    for level in levels_with_expired():
        remove_expired(system_actor("The portal", ADJUST_STOCK), level)
