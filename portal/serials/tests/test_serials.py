"""Every number of every form is in exactly one place, from the printer to its end (J7, J24, J25; R4)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg.types.range import Int8Range

from portal.casework.models import Case
from portal.foundation.errors import Conflict, DomainError, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.serials.formats import Formats
from portal.serials.models import SerialMove, SerialRange, SerialReceipt
from portal.serials.numbers import NotASerial, SerialFormat
from portal.serials.register import find_number
from portal.serials.services.destroy_forms import destroy
from portal.serials.services.keep_forms import confirm_arrival, issue, put_back, send_back
from portal.serials.services.missing_forms import report_missing, settle_missing
from portal.serials.services.warehouse import BookIn, Numbers, allocate, book_in, take_back, take_out
from portal.serials.tests.forms import (
    FIRST,
    KEEPER,
    delivered,
    in_store,
    keeper_of,
    missing,
    numbers,
    parcel,
    printed,
    site,
    staff,
    states,
)
from portal.supplies.leaving import check_may_leave
from portal.supplies.tests.factories import SecureItemFactory

pytestmark = pytest.mark.django_db


def refused(error: type[DomainError], action: object, *arguments: object) -> str:
    with pytest.raises(error) as raised, transaction.atomic():
        action(*arguments)  # type: ignore[operator]
    return str(raised.value)


def test_a_number_is_read_as_it_is_printed() -> None:
    written = SerialFormat(digits=11, check_digits=1)
    assert written.sequence("123 456 789 0-1") == 1234567890
    assert written.shown(1234567890) == "1234567890."
    for wrong in ("1234567890", "12345678901x", "", "１２３４５６７８９０１"):
        with pytest.raises(NotASerial):
            written.sequence(wrong)
    with pytest.raises(NotASerial, match="before the first"):
        Formats().range_of("FP10SS", printed(20), printed(10))


def test_numbers_come_in_once() -> None:
    item = in_store(100)
    again = BookIn(numbers=numbers(item, 99, 2), store="LEEDS")
    assert "came in before" in refused(InvalidInput, book_in, staff(*KEEPER), again)
    refused(InvalidInput, book_in, staff(*KEEPER), BookIn(numbers=Numbers(item="X", first="1"), store="LEEDS"))
    refused(Refused, book_in, staff("warehouse_operator"), BookIn(numbers=numbers(item, 200), store="LEEDS"))
    assert states(item) == [(0, 100, "in_store")]


def test_a_part_that_moves_leaves_the_rest_where_it_was() -> None:
    item, member = in_store(1000), site()
    box = parcel(item, member.organisation)
    allocate(staff(*KEEPER), box.reference, numbers(item, 400, 50))
    assert states(item) == [(0, 400, "in_store"), (400, 50, "allocated"), (450, 550, "in_store")]
    take_out(staff(*KEEPER), box.reference, numbers(item, 410, 10))
    assert [state for _, _, state in states(item)] == ["in_store", "allocated", "in_store", "allocated", "in_store"]


def test_a_consignment_takes_no_more_numbers_than_forms() -> None:
    item, member = in_store(1000), site()
    box = parcel(item, member.organisation, packs=2)  # 100 forms
    allocate(staff(*KEEPER), box.reference, numbers(item, 0, 60))
    assert "carries 100 forms" in refused(InvalidInput, allocate, staff(*KEEPER), box.reference, numbers(item, 60, 41))
    other = in_store(10)
    refused(InvalidInput, allocate, staff(*KEEPER), box.reference, numbers(other, 0, 1))


def test_the_same_number_goes_into_one_consignment() -> None:
    item = in_store(1000)
    first, second = parcel(item, site().organisation), parcel(item, site().organisation)
    allocate(staff(*KEEPER), first.reference, numbers(item, 0, 50))
    sentence = refused(Conflict, allocate, staff(*KEEPER), second.reference, numbers(item, 40, 20))
    assert "in a consignment, and not here" in sentence
    assert states(item) == [(0, 50, "allocated"), (50, 950, "in_store")]


def test_the_site_confirms_issues_takes_back_and_destroys() -> None:
    item, member = in_store(1000), site()
    box = delivered(item, member)
    actor = keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 90))
    assert states(item)[:2] == [(0, 90, "at_site"), (90, 10, "allocated")]  # ten are still to be accounted for
    issue(actor, numbers(item, 0, 50), "Dr Patel")
    assert "prescriber or the room" in refused(InvalidInput, issue, actor, numbers(item, 50), " ")
    put_back(actor, numbers(item, 40, 10))
    assert "second person" in refused(InvalidInput, destroy, actor, numbers(item, 0, 5), actor.name)
    destroy(actor, numbers(item, 0, 5), "Pat Lee")
    row = SerialRange.objects.get(item=item, state="destroyed")
    assert row.held_by == f"{actor.name}, seen by Pat Lee"
    refused(Conflict, issue, actor, numbers(item, 0, 1), "Dr Patel")  # what is destroyed stays so


def test_a_delivery_is_confirmed_once() -> None:
    """Found by the random run: an issued form was back in the cupboard by confirming its delivery again."""
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    issue(actor, numbers(item, 0, 1), "Dr Patel")
    refused(Conflict, confirm_arrival, actor, box.reference, numbers(item, 0, 1))


def test_what_is_sent_back_is_taken_in_again() -> None:
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    send_back(actor, numbers(item, 50, 50), "We order less.")
    refused(Conflict, take_back, staff(*KEEPER), "LEEDS", numbers(item, 40, 20))
    take_back(staff(*KEEPER), "LEEDS", numbers(item, 50, 50))
    assert states(item) == [(0, 50, "at_site"), (50, 50, "in_store"), (100, 900, "in_store")]


def test_another_sites_numbers_are_not_known_here() -> None:
    """Control: the condition on the site in ``keep_forms._move``; the row security of the tables stands behind it."""
    item, member = in_store(1000), site()
    box = delivered(item, member)
    confirm_arrival(keeper_of(member), box.reference, numbers(item, 0, 100))
    stranger = keeper_of(site())
    refused(Conflict, issue, stranger, numbers(item, 0, 1), "Dr Eve")
    refused(NotFound, confirm_arrival, stranger, box.reference, numbers(item, 0, 1))
    assert find_number(stranger, item.code, printed(FIRST)) is None


def test_a_report_freezes_the_numbers_and_tells_the_managers() -> None:
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    case = report_missing(actor, missing(numbers(item, 10, 20), "stolen", "Broken window."))
    assert states(item)[1] == (10, 20, "missing")
    refused(Conflict, issue, actor, numbers(item, 15), "Dr Patel")
    assert "red ink" in case.details and case.queue == "supplies"
    mail = OutboxMessage.objects.get(kind="serials.forms_missing")
    assert mail.recipients == [member.user.email] and "red ink" in mail.body


def test_a_report_ends_only_with_an_outcome() -> None:
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    case = report_missing(actor, missing(numbers(item, 0, 20)))
    decider = staff("approver")
    refused(InvalidInput, settle_missing, decider, case.reference, "found", " ")
    refused(InvalidInput, settle_missing, decider, case.reference, "whatever", "x")
    settle_missing(decider, case.reference, "lost", "The police have a crime number.")
    assert states(item)[0] == (0, 20, "lost")
    refused(Conflict, settle_missing, decider, case.reference, "found", "Here.")
    assert Case.objects.get(pk=case.pk).reference == SerialRange.objects.get(state="lost").case_reference


def test_short_in_the_delivery_is_reported_from_the_consignment() -> None:
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 90))
    report_missing(actor, missing(numbers(item, 90, 10), "not_delivered", "Two pads short."))
    assert states(item)[:2] == [(0, 90, "at_site"), (90, 10, "missing")]


def test_where_is_this_number_answers_with_its_whole_history() -> None:
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    issue(actor, numbers(item, 7, 3), "Dr Patel")
    found = find_number(staff("support_agent"), item.code, printed(FIRST + 8))
    assert found is not None and found.row.state == "issued" and found.row.held_by == "Dr Patel"
    assert [move.target for move in found.moves] == ["in_store", "allocated", "at_site", "issued"]
    assert find_number(staff("support_agent"), item.code, printed(FIRST + 5000)) is None


def test_the_database_keeps_the_register_even_from_raw_sql() -> None:
    item = in_store(100)
    row = SerialRange.objects.get(item=item)
    with pytest.raises(IntegrityError), transaction.atomic():
        SerialRange.objects.create(receipt=row.receipt, item=item, serials=Int8Range(FIRST, FIRST + 1), store=row.store)
    with pytest.raises(DatabaseError, match="hold 50 numbers, 100 were received"), transaction.atomic():
        SerialRange.objects.filter(pk=row.pk).update(serials=Int8Range(FIRST, FIRST + 50))
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
    with pytest.raises(DatabaseError), transaction.atomic():
        SerialReceipt.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        SerialMove.objects.update(by_name="nobody")


def test_a_consignment_does_not_leave_without_its_numbers() -> None:
    item, member = in_store(1000), site()
    box = parcel(item, member.organisation, packs=2)
    allocate(staff(*KEEPER), box.reference, numbers(item, 0, 60))
    assert "60 of 100 forms" in refused(Conflict, check_may_leave, box)
    allocate(staff(*KEEPER), box.reference, numbers(item, 60, 40))
    check_may_leave(box)


def test_stock_from_before_the_register_leaves_as_before() -> None:
    form = SecureItemFactory(pack_size=50)
    check_may_leave(parcel(form, site().organisation))
