"""What supplies does by itself."""

import logging
import traceback
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from portal.foundation.access import Actor, system_actor
from portal.foundation.worker import one_by_one, periodic
from portal.supplies.forecasting.collect import collect_demand
from portal.supplies.permissions import ADJUST_STOCK, PLACE_ORDER, SUBSTITUTE
from portal.supplies.services.answer_substitute import lapse_substitute, substitutes_to_lapse
from portal.supplies.services.place_standing_order import (
    due_standing_orders,
    note_fault,
    place_standing_order,
    remind_of_standing_order,
    standing_orders_to_remind_of,
)
from portal.supplies.services.remove_expired import levels_with_expired, remove_expired
from portal.supplies.usage.collect import collect_usage

_LOG = logging.getLogger(__name__)


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
    portal = system_actor("The portal", ADJUST_STOCK)
    one_by_one(
        levels_with_expired(),
        lambda level: remove_expired(portal, level),
        name=lambda level: f"{level.item.code} in {level.store.code}",
    )


@periodic("supplies.lapse_substitutes", every=timedelta(minutes=30))
def lapse_substitutes() -> None:
    """Ends offers of something else that nobody answered in time, or that nobody needs any more."""
    portal = system_actor("The portal", SUBSTITUTE)
    one_by_one(substitutes_to_lapse(), lambda each: lapse_substitute(portal, *each), name=lambda each: each[1])


@periodic("supplies.place_standing_orders", every=timedelta(minutes=30))
def place_standing_orders() -> None:
    """Orders what standing orders are due for, and reminds of what comes.

    One over which the portal breaks down does not hold up the others: staff find it under Orders.
    """
    portal = system_actor("The portal", PLACE_ORDER)
    for reference in due_standing_orders():
        _place_or_note(portal, reference)
    one_by_one(standing_orders_to_remind_of(), lambda reference: remind_of_standing_order(portal, reference))


def _place_or_note(portal: Actor, reference: str) -> None:
    try:
        with transaction.atomic():
            place_standing_order(portal, reference)
    except Exception as error:
        _LOG.exception("Standing order %s could not be placed", reference)
        try:
            with transaction.atomic():
                note_fault(portal, reference, _where(error))
        except Exception:  # not even that: the others still have their day
            _LOG.exception("The fault of standing order %s could not be noted", reference)


def _where(error: Exception) -> str:
    """The kind of error and its line. Its message may quote anything, so staff and the audit do not get it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
