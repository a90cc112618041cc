"""J26: two patients known under both numbers are compared, proposed, and joined by a second person, or not."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.invariants import find_broken
from portal.organisations.tests.factories import OperatorFactory
from portal.records.models import Movement
from portal.records.registrations.tests.factories import HERE, THERE, practices
from portal.records.registrations.tests.test_joining import new, old, place, two
from portal.records.registrations.tests.test_number_in_use import has, in_use
from portal.records.tests.factories import a_record
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_one_proposes_and_another_joins(visit: Visit, javascript: bool, width: int) -> None:
    practices()
    question = two(born="1950-01-01")
    a_record(place(HERE), patient=old(), parts=2)
    a_record(place(THERE), patient=new())
    operator = OperatorFactory()
    first = visit(MembershipFactory(organisation=operator, roles=["data_manager"]), javascript=javascript, width=width)
    second = visit(MembershipFactory(organisation=operator, roles=["approver"]), javascript=javascript, width=width)

    first.go("staff_registrations:questions")
    first.looks_right("joining-questions")
    first.follow("Compare the two")
    first.sees("The dates of birth differ")
    first.looks_right("joining-compare")
    first.press("Propose to join them")
    first.page.get_by_label("How do you know that they are one person?").fill("The sender confirmed both.")
    first.press("Propose it")
    first.sees("Say which date of birth is right")
    first.looks_right("joining-propose")
    first.page.get_by_label("as with the number that stands").check()
    first.press("Propose it")
    first.sees("You proposed it, so somebody else has to decide.")
    first.looks_right("joining-proposed")

    second.go("staff:home")
    second.follow("Patients to join, or not")
    second.sees("Waits for a second person")
    second.follow("Compare the two")
    second.looks_right("joining-decide")
    second.press("They are one: join them")
    second.page.get_by_label("What did you compare?").fill("The practice knows one of them.")
    second.looks_right("joining-agree")
    second.press("Join them")
    second.sees("They are one patient from now on.")
    second.looks_right("joining-joined")
    assert old().merged_into == new()
    assert Movement.objects.get(ended_at=None).destination.code == THERE
    assert find_broken() == []
    assert question.reference not in _list(second)


@everywhere
def test_two_with_one_number_are_compared_and_joined(visit: Visit, javascript: bool, width: int) -> None:
    practices()
    question = in_use()
    a_record(place(THERE), patient=has())
    operator = OperatorFactory()
    first = visit(MembershipFactory(organisation=operator, roles=["data_manager"]), javascript=javascript, width=width)
    second = visit(MembershipFactory(organisation=operator, roles=["approver"]), javascript=javascript, width=width)
    first.go("staff_registrations:questions")
    first.sees("The number belongs to another patient here")
    first.follow("Compare the two")
    first.sees("Has the number already")
    first.looks_right("number-in-use-compare")
    first.press("Propose to join them")
    first.page.get_by_label("How do you know that they are one person?").fill("The practice knows only one.")
    first.press("Propose it")
    second.go("staff_registrations:compare", reference=question.reference)
    second.press("They are one: join them")
    second.page.get_by_label("What did you compare?").fill("Names, dates and addresses.")
    second.looks_right("number-in-use-agree")
    second.press("Join them")
    second.sees("They are one patient from now on.")
    assert Movement.objects.get(ended_at=None).destination.code == HERE
    assert find_broken() == []


def _list(visitor: Visitor) -> str:
    visitor.go("staff_registrations:questions")
    return str(visitor.page.content())


@everywhere
def test_who_proposed_it_takes_it_back_and_another_closes_the_question(
    visit: Visit, javascript: bool, width: int
) -> None:
    practices()
    question = two()
    operator = OperatorFactory()
    first = visit(MembershipFactory(organisation=operator, roles=["data_manager"]), javascript=javascript, width=width)
    second = visit(MembershipFactory(organisation=operator, roles=["data_manager"]), javascript=javascript, width=width)
    first.go("staff_registrations:questions")
    first.follow("Compare the two")
    first.press("Propose to join them")
    first.page.get_by_label("How do you know that they are one person?").fill("Both names are the same.")
    first.press("Propose it")
    first.press("Take the proposal back")
    first.sees("Take the proposal back?")
    first.looks_right("joining-take-back")
    first.page.get_by_label("Why do you take it back?").fill("These are twins.")
    first.press("Take it back")
    first.sees("You have taken the proposal back.")
    first.looks_right("joining-taken-back")

    second.go("staff_registrations:compare", reference=question.reference)
    second.sees("These are twins.")
    second.press("They are two people: close the question")
    second.page.get_by_label("What you found out").fill("Twins: the practice knows both.")
    second.press("Settle it")
    second.sees("Settled.")
    assert question.reference not in _list(second)
    assert old().merged_into is None


@everywhere
def test_they_are_two_and_can_be_asked_about_again(visit: Visit, javascript: bool, width: int) -> None:
    practices()
    two()
    operator = OperatorFactory()
    first = visit(MembershipFactory(organisation=operator, roles=["data_manager"]), javascript=javascript, width=width)
    second = visit(MembershipFactory(organisation=operator, roles=["approver"]), javascript=javascript, width=width)
    first.go("staff_registrations:questions")
    first.follow("Compare the two")
    first.press("Propose to join them")
    first.page.get_by_label("How do you know that they are one person?").fill("The sender confirmed both.")
    first.press("Propose it")
    second.go("staff_registrations:questions")
    second.follow("Compare the two")
    second.press("Do not join them")
    second.page.get_by_label("Why are they not joined?").fill("Twins: the sender mixed them up.")
    second.looks_right("joining-refuse")
    second.press("Leave them two")
    second.sees("They count as two people.")
    second.looks_right("joining-refused")
    first.go("staff_registrations:questions")
    first.follow("See the patients who were said to be one, and are two")
    first.sees("Two people: Twins")
    first.looks_right("joining-answered")
    first.follow("Compare the two")
    first.sees("Propose to join them")
    assert old().merged_into is None
