"""A lost record is put together anew, and joined with its original when that turns up (J26)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.invariants import all_invariants, find_broken
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OperatorFactory
from portal.records.models import Bag, Movement, RecordPart
from portal.records.services.enter_record import add_part
from portal.records.services.reconstitute import join_what_was_found, reconstitute
from portal.records.services.settle_movement import confirm_arrival, mark_lost, mark_missing
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import (
    Journey,
    a_movement,
    a_practice,
    chain_of,
    labelled,
    operator,
    organisation_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Callable[..., Client]


def lost_on_the_way() -> Movement:
    """A movement whose only bag the courier collected, and nobody has seen for six months."""
    movement = a_movement()
    [label] = labelled(movement)
    Journey(label).scan("collected", movement.origin)
    mark_missing(operator(), movement.reference, 1, "Not found")
    mark_lost(operator(), movement.reference, 1, "Six months")
    return movement


def _original(movement: Movement) -> RecordPart:
    return RecordPart.objects.select_related("holder").get(record=movement.record, kind="original")


def test_what_is_put_together_anew_says_what_it_stands_for_and_lies_where_the_bag_was_sent() -> None:
    movement = lost_on_the_way()
    part = reconstitute(operator(), movement.reference, 1, "From the electronic record")
    movement.refresh_from_db()
    assert (part.kind, part.stands_for, part.holder) == ("reconstituted", _original(movement), movement.destination)
    assert chain_of(part) == [("", movement.destination.code, "entered")]
    assert (movement.flags, movement.state) == (["reconstituted"], "lost")  # the original is still looked for
    assert "From the electronic record" in AuditEvent.objects.get(type="records.reconstituted").sentence
    assert find_broken(all_invariants()) == []


def test_only_a_lost_record_is_put_together_and_only_once() -> None:
    movement = a_movement()
    with pytest.raises(Conflict, match="Mark the bag as lost first"):
        reconstitute(operator(), movement.reference, 1, "From the electronic record")
    lost = lost_on_the_way()
    with pytest.raises(InvalidInput):
        reconstitute(operator(), lost.reference, 1, " ")
    reconstitute(operator(), lost.reference, 1, "From the electronic record")
    with pytest.raises(Conflict, match="already"):
        reconstitute(operator(), lost.reference, 1, "Again")


def test_the_database_holds_each_stand_in_to_one_lost_part() -> None:
    movement = lost_on_the_way()
    part = reconstitute(operator(), movement.reference, 1, "From the electronic record")
    with pytest.raises(IntegrityError, match="record_part_stands_for_a_lost_one"), transaction.atomic():
        RecordPart.objects.filter(id=part.id).update(stands_for=None)
    with pytest.raises(IntegrityError, match="record_part_stands_for_a_lost_one"), transaction.atomic():
        RecordPart.objects.filter(id=part.stands_for_id).update(joined_at=timezone.now())


def test_an_original_that_arrives_is_joined_and_the_practice_is_told() -> None:
    movement = lost_on_the_way()
    MembershipFactory(organisation=organisation_of(movement.destination), roles=["records_movement_clerk"])
    part = reconstitute(operator(), movement.reference, 1, "From the electronic record")
    join_what_was_found()
    assert not RecordPart.objects.exclude(joined_at=None).exists()  # nothing has turned up yet
    label = movement.bags.get().labels.get()
    Journey(label, timezone.now() - timedelta(hours=1)).scan("received", movement.destination)
    join_what_was_found()
    join_what_was_found()
    part.refresh_from_db()
    assert part.joined_at is not None
    told = OutboxMessage.objects.get(kind="records.original_found")
    assert movement.reference in told.body
    assert movement.record.patient.family_name not in told.body


def test_an_original_that_turns_up_elsewhere_is_sent_to_the_one_made_anew() -> None:
    movement = lost_on_the_way()
    part = reconstitute(operator(), movement.reference, 1, "From the electronic record")
    third = a_practice()
    command = StartMovement(record=movement.record, origin=part.holder, destination=third, reason="registration")
    onward = start_movement(operator(), command)
    assert [bag.part_id for bag in onward.bags.all()] == [part.id]
    confirm_arrival(operator(), onward.reference)
    Journey(movement.bags.get().labels.get(), timezone.now()).scan("received", movement.destination)
    join_what_was_found()
    sent_on = Movement.objects.get(reason="search")
    assert (sent_on.origin, sent_on.destination, sent_on.follows) == (movement.destination, third, movement)
    confirm_arrival(operator(), sent_on.reference)
    join_what_was_found()
    part.refresh_from_db()
    assert part.joined_at is not None
    assert find_broken(all_invariants()) == []


def test_an_original_is_not_sent_after_one_that_is_itself_on_the_way_or_lost() -> None:
    movement = lost_on_the_way()
    part = reconstitute(operator(), movement.reference, 1, "From the electronic record")
    command = StartMovement(record=movement.record, origin=part.holder, destination=a_practice(), reason="registration")
    onward = start_movement(operator(), command)
    [label] = labelled(onward)
    Journey(label, timezone.now()).scan("collected", onward.origin)
    mark_missing(operator(), onward.reference, 1, "Not found")
    mark_lost(operator(), onward.reference, 1, "Six months")
    Journey(movement.bags.get().labels.get(), timezone.now()).scan("received", movement.destination)
    join_what_was_found()
    assert not Movement.objects.filter(reason="search").exists()  # least of all to the courier who lost it


def test_one_original_that_cannot_leave_yet_does_not_hold_up_the_others() -> None:
    stuck, other = lost_on_the_way(), lost_on_the_way()
    for movement in (stuck, other):
        part = reconstitute(operator(), movement.reference, 1, "From the electronic record")
        command = StartMovement(
            record=movement.record, origin=part.holder, destination=a_practice(), reason="registration"
        )
        confirm_arrival(operator(), start_movement(operator(), command).reference)
        Journey(movement.bags.get().labels.get(), timezone.now()).scan("received", movement.destination)
    notes = add_part(operator(), stuck.record, 9, stuck.destination, how="Notes that came later", kind="extra_notes")
    held_up = start_movement(
        operator(),
        StartMovement(record=stuck.record, origin=stuck.destination, destination=a_practice(), reason="extra_notes"),
    )
    Bag.objects.filter(movement=held_up).exclude(part=notes).delete()  # the original itself is free to go
    join_what_was_found()
    assert [each.record for each in Movement.objects.filter(reason="search")] == [other.record]


def test_staff_enter_it_on_a_page_and_both_practices_read_it(sign_in: SignIn) -> None:
    movement = lost_on_the_way()
    staff = sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["records_operator"]))
    address = f"/staff/records/movements/{movement.reference}/"
    assert "put together anew" in staff.get(address).content.decode()
    done = staff.post(f"{address}made-anew/", {"bag": "1", "why": "From the electronic record"}, follow=True)
    assert "The original is still looked for." in done.content.decode()
    set_scope("system")
    for holder in (movement.origin, movement.destination):
        reader = sign_in(MembershipFactory(organisation=organisation_of(holder), roles=["records_movement_clerk"]))
        page = reader.get(f"/o/{holder.code}/records/movements/{movement.reference}/").content.decode()
        set_scope("system")
        assert "Put together anew" in page and "Reconstituted" in page
