"""Each invariant finds the harm it is there for: a row is spoilt behind the portal's back, and it is named."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.foundation.invariants import REGISTER, all_invariants, find_broken, invariant
from portal.foundation.outbox.queue import Email, queue_email
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import Consignment, ConsignmentLine, JointOrder, Order, OrderLine, StockLevel
from portal.supplies.tests import planted_in_boxes, planted_in_levels, planted_in_standing, planted_in_substitutes
from portal.supplies.tests.factories import StoreFactory, contractor_actor, place
from portal.supplies.tests.stock_books import only_line, order, shelf

pytestmark = pytest.mark.django_db


def _sql(statement: str, *values: object) -> None:
    """Runs raw SQL with the tables' triggers and checks off: what a hand in the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in (
            "stocklevel",
            "stockbatch",
            "stockmovement",
            "order",
            "orderline",
            "consignment",
            "consignmentline",
        ):
            cursor.execute(f'alter table "supplies_{table}" disable trigger user')
        cursor.execute(
            "select conrelid::regclass::text, conname from pg_constraint"
            " where contype = 'c' and conrelid::regclass::text ~ '^(supplies|outbox)_'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'alter table {table} drop constraint "{name}"')
        cursor.execute(statement, values)


def _a_level() -> StockLevel:
    return shelf(10)


def _an_order(packs: int = 3, on_hand: int = 10) -> Order:
    return order(contractor_actor(), shelf(on_hand).item, packs)


def _a_consignment(placed: Order, state: str, picked: int) -> Consignment:
    line = only_line(placed)
    consignment = Consignment.objects.create(
        reference=f"CN-{placed.reference}",
        order=placed,
        organisation_id=placed.organisation_id,
        store=StockLevel.objects.get(item=line.item).store,
    )
    ConsignmentLine.objects.create(
        consignment=consignment, line=line, level=StockLevel.objects.get(item=line.item), quantity=3, picked=picked
    )
    _sql("update supplies_consignment set state = %s where id = %s", state, consignment.id)
    return consignment


def _spoil_stock() -> None:
    _sql("update supplies_stocklevel set on_hand = 11 where id = %s", _a_level().id)


def _spoil_a_balance() -> None:
    level = _a_level()
    _sql("update supplies_stockmovement set balance = 9 where level_id = %s", level.id)


def _spoil_reserved() -> None:
    _an_order()
    _sql("update supplies_stocklevel set reserved = reserved + 1")


def _make_stock_negative() -> None:
    _sql("update supplies_stocklevel set on_hand = -1 where id = %s", _a_level().id)


def _reserve_for_a_cancelled_line() -> None:
    _sql("update supplies_orderline set state = 'cancelled' where order_id = %s", _an_order().id)


def _reserve_too_much() -> None:
    _sql("update supplies_orderline set quantity = 1 where order_id = %s", _an_order().id)


def _accept_without_stock() -> None:
    _sql("update supplies_orderline set state = 'accepted' where order_id = %s", _an_order(on_hand=0).id)


def _wait_with_stock() -> None:
    _sql("update supplies_orderline set state = 'back_ordered' where order_id = %s", _an_order().id)


def _spoil_an_order_state() -> None:
    _sql("update supplies_order set state = 'delivered' where id = %s", _an_order().id)


def _forget_where_it_is_picked() -> None:
    _sql("update supplies_order set pick_store_id = null where id = %s", _an_order().id)


def _pick_where_nothing_lies() -> None:
    _sql(
        "update supplies_order set pick_store_id = %s where id = %s", StoreFactory(code="ELSEWHERE").id, _an_order().id
    )


def _lose_an_event() -> None:
    placed = _an_order()
    _sql("alter table audit_auditevent disable trigger user")
    _sql("delete from audit_auditevent where subject_reference = %s", placed.reference)


def _decide_by_the_orderer() -> None:
    placed = _an_order()
    _sql("update supplies_order set decided_by_id = placed_by_id, approval_route = 'site' where id = %s", placed.id)


def _move_a_line_to_another_organisation() -> None:
    other = OrganisationFactory()
    _sql("update supplies_orderline set organisation_id = %s where order_id = %s", other.id, _an_order().id)


def _move_a_consignment_to_another_organisation() -> None:
    consignment = _a_consignment(_an_order(), "picking", 0)
    _sql("update supplies_consignment set organisation_id = %s where id = %s", OrganisationFactory().id, consignment.id)


def _pass_the_allowance() -> None:
    placed = _an_order()
    _sql(
        "update supplies_catalogueitem set allowance_quantity = 2, allowance_days = 90 where id = %s",
        only_line(placed).item_id,
    )


def _dispatch_unsaid() -> None:
    _a_consignment(_an_order(), "dispatched", 3)


def _say_dispatched() -> None:
    _sql("update supplies_orderline set dispatched = 1 where order_id = %s", _an_order().id)


def _say_delivered() -> None:
    _sql("update supplies_orderline set delivered = 1 where order_id = %s", _an_order().id)


def _plant_a_batch() -> None:
    """On a shelf that has none, without a movement, and held for nobody."""
    _a_level()
    _sql(
        "insert into supplies_stockbatch (level_id, code, expires_on, on_hand, held)"
        " select id, 'LOT1', '2030-01-01', 3, 1 from supplies_stocklevel"
    )


def _leave_an_email_for_ever() -> None:
    queue_email(Email(kind="test.kind", recipients=["a@example.org"], subject="Test", body="Test"))
    _sql("update outbox_outboxmessage set due_at = now() + interval '3 days'")


def _lose_a_delivery() -> None:
    placed = _an_order()
    placed.joint = JointOrder.objects.create(
        reference="SJ-TEST", organisation_id=placed.organisation_id, submission=uuid.uuid4(), deliveries=2,
        placed_by_id=placed.placed_by_id, placed_by_name="x",
    )  # fmt: skip
    placed.save()


PLANTED: list[tuple[str, Callable[[], None]]] = [
    ("supplies.stock_is_its_movements", _spoil_stock),
    ("supplies.balances_run", _spoil_a_balance),
    ("supplies.reserved_is_reservations", _spoil_reserved),
    ("supplies.stock_within_bounds", _make_stock_negative),
    ("supplies.reservation_fits_line", _reserve_for_a_cancelled_line),
    ("supplies.reservation_fits_line", _reserve_too_much),
    ("supplies.accepted_is_reserved", _accept_without_stock),
    ("supplies.accepted_is_reserved", _wait_with_stock),
    ("supplies.order_state_is_derived", _spoil_an_order_state),
    ("supplies.order_picked_from_where_it_lies", _forget_where_it_is_picked),
    ("supplies.order_picked_from_where_it_lies", _pick_where_nothing_lies),
    ("supplies.order_has_event", _lose_an_event),
    ("supplies.order_decided_by_another", _decide_by_the_orderer),
    ("supplies.one_organisation", _move_a_line_to_another_organisation),
    ("supplies.one_organisation", _move_a_consignment_to_another_organisation),
    ("supplies.allowance_kept", _pass_the_allowance),
    ("supplies.joint_orders_are_whole", _lose_a_delivery),
    ("supplies.dispatched_is_picked", _dispatch_unsaid),
    ("supplies.dispatched_is_picked", _say_dispatched),
    ("supplies.delivered_is_carried", _say_delivered),
    ("supplies.dispatch_left_the_shelf", _dispatch_unsaid),
    ("supplies.batches_are_the_shelf", _plant_a_batch),
    ("supplies.batch_is_its_movements", _plant_a_batch),
    ("supplies.batch_held_is_picks", _plant_a_batch),
    ("supplies.boxes_hold_what_was_packed", planted_in_boxes.take_a_pack_out_of_a_box),
    ("supplies.boxes_are_counted", planted_in_boxes.say_two_boxes),
    ("supplies.boxes_are_counted", planted_in_boxes.move_a_line_into_another_consignments_box),
    ("supplies.batches_in_boxes_are_picked", planted_in_boxes.lose_the_batch_of_a_box),
    ("supplies.boxes_left_with_their_consignment", planted_in_boxes.leave_a_box_behind),
    ("supplies.received_by_box", planted_in_boxes.receive_fewer_by_box),
    ("supplies.secure_is_never_substituted", planted_in_substitutes.make_the_substitute_secure),
    ("supplies.substitutes_are_agreed", planted_in_substitutes.lose_the_offer),
    ("supplies.substituted_is_offered", planted_in_substitutes.give_up_more),
    ("supplies.levels_count_each_line_once", planted_in_levels.lose_a_line),
    ("supplies.levels_count_what_was_sent", planted_in_levels.bring_more_than_was_sent),
    ("supplies.levels_published_agree", planted_in_levels.publish_two_totals),
    ("supplies.levels_published_agree", planted_in_levels.publish_more_in_time_than_whole),
    ("supplies.standing_date_is_of_its_site", planted_in_standing.give_it_another_sites_order),
    ("outbox.reaches_an_end", _leave_an_email_for_ever),
]


@pytest.mark.parametrize(("code", "plant"), PLANTED, ids=[f"{code}-{plant.__name__}" for code, plant in PLANTED])
def test_the_invariant_finds_planted_harm(code: str, plant: Callable[[], None]) -> None:
    all_invariants()
    assert find_broken([REGISTER[code]]) == []
    plant()
    assert [each.invariant.code for each in find_broken([REGISTER[code]])] == [code]


def test_every_invariant_of_supplies_and_the_outbox_has_planted_harm() -> None:
    ours = {each.code for each in all_invariants() if each.code.startswith(("supplies.", "outbox."))}
    assert ours == {code for code, _ in PLANTED}


def test_everything_holds_after_real_orders() -> None:
    buyer, level, empty = contractor_actor(), shelf(10), shelf()
    place(buyer, (level.item, 3), (empty.item, 2))
    assert find_broken() == []


def test_an_allowance_that_staff_lowered_later_is_not_broken_by_earlier_orders() -> None:
    _pass_the_allowance()
    line = OrderLine.objects.select_related("item").get()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_auditevent (occurred_at, type, actor_name, actor_audience, subject_type,"
            " subject_reference, payload, request_id, digest)"
            " values (now(), 'supplies.item_changed', 'x', 'staff', 'catalogueitem', %s, '{}', '', '')",
            [line.item.code],
        )
        cursor.execute("update supplies_orderline set placed_at = now() - interval '1 hour'")
    assert find_broken([REGISTER["supplies.allowance_kept"]]) == []


def test_at_most_ten_rows_are_shown() -> None:
    for _ in range(12):
        _a_level()
    _sql("update supplies_stocklevel set on_hand = on_hand + 1")
    (broken,) = find_broken([REGISTER["supplies.stock_is_its_movements"]])
    assert len(broken.rows) == 10 and broken.more


def test_a_code_is_declared_once() -> None:
    all_invariants()
    with pytest.raises(ValueError, match="declared twice"):
        invariant("supplies.balances_run", "Again", "select 1")


def test_the_command_says_that_all_holds() -> None:
    out = StringIO()
    call_command("check_invariants", stdout=out)
    assert "BROKEN" not in out.getvalue()


def test_the_command_names_what_is_broken_and_ends_with_one() -> None:
    _spoil_stock()
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_invariants", "--json", stdout=out)
    result = json.loads(out.getvalue())
    assert stopped.value.code == 1
    assert result["broken"][0]["code"] == "supplies.stock_is_its_movements"
    assert result["broken"][0]["rows"][0]["on_hand"] == 11


def test_the_command_checks_one_and_refuses_an_unknown_one() -> None:
    out = StringIO()
    call_command("check_invariants", "--only", "supplies.balances_run", stdout=out)
    assert "1 of 1 hold." in out.getvalue()
    with pytest.raises(CommandError, match="There is no invariant"):
        call_command("check_invariants", "--only", "supplies.nothing", stdout=out)
