"""What supplies does by itself."""

from datetime import timedelta

from portal.foundation.access import system_actor
from portal.foundation.worker import periodic
from portal.supplies.forecasting.collect import collect_demand
from portal.supplies.permissions import ADJUST_STOCK, PLACE_ORDER, SUBSTITUTE
from portal.supplies.services.answer_substitute import lapse_substitute, substitutes_to_lapse
from portal.supplies.services.place_standing_order import (
    due_standing_orders,
    place_standing_order,
    remind_of_standing_order,
    standing_orders_to_remind_of,
)
from portal.supplies.services.remove_expired import levels_with_expired, remove_expired
from portal.supplies.usage.collect import collect_usage


@periodic("supplies.collect_demand", every=timedelta(hours=6))
def collect_weekly_demand() -> None:
    """Adds up by weeks what sites ordered, for the forecast."""
    collect_demand()


@periodic("supplies.collect_usage", every=timedelta(hours=24))
def collect_yearly_usage() -> None:
    """Adds up a year of deliveries by site, and what is usual among similar sites."""
    collect_usage()


@periodic("supplies.remove_expired", every=timedelta(hours=1))
def remove_expired_stock() -> None:
    """Takes what has gone out of date off the books, a shelf at a time."""
    for level in levels_with_expired():
        remove_expired(system_actor("The portal", ADJUST_STOCK), level)


@periodic("supplies.lapse_substitutes", every=timedelta(minutes=30))
def lapse_substitutes() -> None:
    """Ends offers of something else that nobody answered in time, or that nobody needs any more."""
    portal = system_actor("The portal", SUBSTITUTE)
    for order, offer in substitutes_to_lapse():
        lapse_substitute(portal, order, offer)


@periodic("supplies.place_standing_orders", every=timedelta(minutes=30))
def place_standing_orders() -> None:
    """Orders what standing orders are due for, each in a transaction of its own, and reminds of what comes."""
    portal = system_actor("The portal", PLACE_ORDER)
    for reference in due_standing_orders():
        place_standing_order(portal, reference)
    for reference in standing_orders_to_remind_of():
        remind_of_standing_order(portal, reference)
