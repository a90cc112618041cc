"""What supplies does by itself."""

import logging
import traceback
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from portal.foundation.access import Actor, system_actor
from portal.foundation.worker import periodic
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
    """Orders what standing orders are due for, and reminds of what comes.

    Each has a transaction of its own, and one over which the portal breaks down does not hold up the others.
    """
    portal = system_actor("The portal", PLACE_ORDER)
    for reference in due_standing_orders():
        _place_or_note(portal, reference)
    for reference in standing_orders_to_remind_of():
        _remind_or_log(portal, reference)


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


def _remind_or_log(portal: Actor, reference: str) -> None:
    try:
        with transaction.atomic():
            remind_of_standing_order(portal, reference)
    except Exception:  # it is tried again at the next run
        _LOG.exception("Nobody could be reminded of standing order %s", reference)


def _where(error: Exception) -> str:
    """The kind of error and its line. Its message may quote anything, so staff and the audit do not get it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
