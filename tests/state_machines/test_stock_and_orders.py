"""Random work on stock and orders, by the real services; every invariant must hold after every step (P2, I1-I4)."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from portal.foundation.access import Actor
from portal.foundation.invariants import all_invariants, find_broken
from portal.supplies.models import OrderLine, StockLevel
from tests.state_machines.order_steps import Steps
from tests.state_machines.world import Draw

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DRAWS = st.builds(Draw, which=st.integers(0, 11), other=st.integers(0, 11), packs=st.integers(1, 12), yes=st.booleans())
# Few rules with many verbs: hypothesis leaves whole rules out of a run, and a run without orders shows little.
SITE = ("place", "decide", "cancel", "confirm", "confirm_by_box", "report")
WAREHOUSE = (
    "start",
    "pick",
    "box",
    "box",
    "pack",
    "load",
    "reopen",
    "send",
    "arrive",
    "box_arrives",
    "substitute",
    "hold",
)
STOCK = ("receive", "count", "adjust", "expect", "give")


class StockAndOrders(RuleBasedStateMachine):
    """The machine. ``done`` counts the steps that were carried out, over all runs, by name."""

    done: ClassVar[Counter[str]] = Counter()

    @initialize(draws=st.lists(DRAWS, min_size=2, max_size=4))
    def open_the_warehouse(self, draws: list[Draw]) -> None:
        """Some stock and some orders, inside a transaction that is taken back at the end of the run."""
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = Steps()
        for number, draw in enumerate(draws):
            self.world.receive(Draw(which=number, packs=12))
            self.world.place(draw)
        self.check()

    def teardown(self) -> None:
        """Takes everything back."""
        if hasattr(self, "world"):
            StockAndOrders.done += self.world.done
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(draw=DRAWS, steps=st.integers(1, 7))
    def advance(self, draw: Draw, steps: int) -> None:
        """An order takes its next steps, one after the other."""
        order = self.world.order(draw)
        for _ in range(steps):
            self.world.next_step(order, whole=draw.yes)
            self.check()

    @rule(verb=st.sampled_from(SITE), draw=DRAWS)
    def site(self, verb: str, draw: Draw) -> None:
        """A site does something."""
        self.do(verb, draw)

    @rule(verb=st.sampled_from(WAREHOUSE), draw=DRAWS)
    def warehouse(self, verb: str, draw: Draw) -> None:
        """The warehouse or the carrier does something."""
        self.do(verb, draw)

    @rule(verb=st.sampled_from(STOCK), draw=DRAWS)
    def stock(self, verb: str, draw: Draw) -> None:
        """The stock controller does something."""
        self.do(verb, draw)

    def do(self, verb: str, draw: Draw) -> None:
        """One action of the world, and then the books are read."""
        getattr(self.world, verb)(draw)
        self.check()

    def check(self) -> None:
        """The same SQL as ``bin/portal check-invariants``."""
        chosen = [each for each in all_invariants() if each.code.startswith(("supplies.", "casework."))]
        assert find_broken(chosen) == []
        with connection.cursor() as cursor:  # what the database looks at when a transaction ends
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        # Nobody else is at work here, so nothing was passed over: nobody waits beside free stock.
        free = StockLevel.objects.filter(store__is_active=True, reserved__lt=F("on_hand"))
        assert not OrderLine.objects.filter(state="back_ordered", item__in=free.values("item")).exists()


def _run(**options: Any) -> None:
    run_state_machine_as_test(
        StockAndOrders, settings=settings(deadline=None, suppress_health_check=list(HealthCheck), **options)
    )


def test_no_order_of_steps_breaks_an_invariant() -> None:
    StockAndOrders.done = Counter()
    _run(max_examples=30, stateful_step_count=30, print_blob=True)
    done = StockAndOrders.done
    assert not any("without a word" in name for name in done)
    assert done.keys() >= {
        "order_everything",
        "approve_order",
        "cancel_order",
        "receive_stock",
        "count_and_agree",
        "start_picking",
        "add_box",
        "hand_over",
        "record_delivery",
        "confirm_receipt",
    }


def test_the_machine_finds_a_service_that_does_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that cannot see harm is no use: a receipt that forgets the ledger must be found."""

    def without_a_movement(actor: Actor, level: StockLevel, quantity: int, **_: Any) -> None:
        level.on_hand += quantity
        level.save(update_fields=["on_hand"])

    monkeypatch.setattr("portal.supplies.services.receive_stock.move_stock", without_a_movement)
    with pytest.raises(AssertionError):
        _run(max_examples=20, database=None, phases=[Phase.generate])
