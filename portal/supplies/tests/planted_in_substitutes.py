"""Harm that a hand in the database does to substitutes, for the test of the invariants."""

from __future__ import annotations

from django.db import connection

from portal.supplies.models import Substitution
from portal.supplies.tests.factories import contractor_actor
from portal.supplies.tests.test_substitution import offered, said, waiting


def write_past_the_rules(statement: str) -> None:
    """A statement with the triggers of orders and substitutes off."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in ("substitution", "orderline"):
            cursor.execute(f'alter table "supplies_{table}" disable trigger user')
        cursor.execute(statement)


def substituted() -> Substitution:
    """An order of which something else is sent."""
    site = contractor_actor()
    order, other = waiting(site)
    said(site, order, "yes")
    return offered(order, other.item)


def make_the_substitute_secure() -> None:
    """It went out as something else, and is a prescription form."""
    substituted()
    write_past_the_rules(
        "update supplies_catalogueitem set item_class = 'secure' where id in"
        " (select item_id from supplies_orderline where substitute_for_id is not null)"
    )


def lose_the_offer() -> None:
    """Nobody agreed to what is sent."""
    substituted()
    write_past_the_rules("update supplies_substitution set new_packs = new_packs + 1")


def give_up_more() -> None:
    """The line gave up more than was agreed."""
    substituted()
    write_past_the_rules("update supplies_orderline set substituted = substituted - 1 where substituted > 0")
