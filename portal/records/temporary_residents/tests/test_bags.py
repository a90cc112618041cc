"""Bags of temporary residents' forms on paper: labelled, handed over, taken in, emptied, or looked for (J11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.organisations.tests.factories import OperatorFactory
from portal.records.temporary_residents.bag_selectors import bags_for_staff
from portal.records.temporary_residents.models import PaperBag, TemporaryForm
from portal.records.temporary_residents.rules import form_rules
from portal.records.temporary_residents.selectors import queue
from portal.records.temporary_residents.services.enter_form import enter_form
from portal.records.temporary_residents.services.open_bag import empty_bag, say_bag_missing, take_bag_in
from portal.records.temporary_residents.services.prepare_bag import hand_bag_over, make_bag_labels, void_bag_label
from portal.records.temporary_residents.services.send_form import SendForm
from portal.records.temporary_residents.tests.factories import (
    actor_of,
    clerk,
    identifiers,
    patient_at,
    router,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


def _handed_over(forms: int = 3) -> PaperBag:
    practice = clerk()
    [bag] = make_bag_labels(practice, 1)
    return hand_bag_over(practice, bag.reference, forms)


def test_each_bag_gets_a_label_of_its_own() -> None:
    bags = make_bag_labels(clerk(), 3)
    assert len({bag.reference for bag in bags}) == 3
    for number in (0, 21):
        with pytest.raises(InvalidInput):
            make_bag_labels(clerk(), number)


def test_a_bag_that_the_courier_has_has_a_day() -> None:
    bag = _handed_over(forms=7)
    assert (bag.state, bag.said, bag.due_on) == ("handed_over", 7, form_rules().bag_arrives_by(timezone.localdate()))
    with pytest.raises(InvalidInput):
        hand_bag_over(clerk(), bag.reference, 0)


def test_a_bag_that_does_not_come_is_shown_and_turns_up_again() -> None:
    bag = _handed_over()
    assert queue(router()).bags == 0
    PaperBag.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert list(bags_for_staff(router(), "late")) == [bag]
    assert queue(router()).bags == 1
    with pytest.raises(InvalidInput):
        say_bag_missing(router(), bag.reference, " ")
    say_bag_missing(router(), bag.reference, "Asked the courier.")
    assert list(bags_for_staff(router(), "late")) == [bag]
    take_bag_in(router(), bag.reference.lower().replace("-", ""))
    assert PaperBag.objects.get().state == "arrived"


def test_the_hub_sends_each_form_on_for_the_practice() -> None:
    bag = _handed_over(forms=1)
    command = SendForm(patient=identifiers(patient_at(clerk().organisation_id)), upload=upload())
    with pytest.raises(Conflict, match="not at the hub"):
        enter_form(router(), bag.reference, command)
    take_bag_in(router(), bag.reference)
    form = enter_form(router(), bag.reference, command)
    assert (form.sender_id, form.state, form.bag) == (bag.organisation_id, "waiting", bag)
    with pytest.raises(Conflict, match="1 forms of this bag"):
        empty_bag(router(), bag.reference, 0)
    empty_bag(router(), bag.reference, 1)
    with pytest.raises(Conflict):
        take_bag_in(router(), bag.reference)


def test_an_unknown_code_is_said_beside_its_field() -> None:
    with pytest.raises(InvalidInput) as error:
        take_bag_in(router(), "TB-2222-2222")
    assert list(error.value.errors) == ["code"]


def test_a_label_that_is_not_used_is_void_and_its_bag_cannot_arrive() -> None:
    practice = clerk()
    [bag] = make_bag_labels(practice, 1)
    void_bag_label(practice, bag.reference)
    with pytest.raises(Conflict):
        take_bag_in(router(), bag.reference)


def test_another_practice_sees_nothing_of_a_bag() -> None:
    bag, other = _handed_over(), clerk()
    for act in (lambda: void_bag_label(other, bag.reference), lambda: hand_bag_over(other, bag.reference, 1)):
        with pytest.raises(NotFound):
            act()
    set_scope("contractor", other.organisation_id)
    assert PaperBag.objects.count() == 0
    set_scope("system")


@pytest.mark.parametrize(
    "wrong", [{"said": None}, {"due_on": None}, {"found": 3}, {"state": "void"}, {"state": "emptied"}]
)
def test_the_database_holds_what_a_bag_is(wrong: dict[str, Any]) -> None:
    _handed_over()
    with pytest.raises(Exception) as error, transaction.atomic():  # noqa: PT011  a constraint or the table of steps
        PaperBag.objects.update(**wrong)
    assert isinstance(error.value, IntegrityError) or "Invalid transition" in str(error.value)


def test_a_practice_prints_its_labels_and_hands_a_bag_over(sign_in: Callable[..., Any]) -> None:
    practice = MembershipFactory(organisation__contractor_type="gp", roles=["records_movement_clerk"])
    client, here = sign_in(practice), {"code": practice.organisation.code}
    assert "You have labelled no bag." in client.get(reverse("temporary:bags", kwargs=here)).content.decode()
    assert client.get(reverse("temporary:bag_labels", kwargs=here)).status_code == 409
    assert client.post(reverse("temporary:ask_for_labels", kwargs=here), {"number": "0"}).status_code == 422
    client.post(reverse("temporary:ask_for_labels", kwargs=here), {"number": "2"})
    labels = client.get(reverse("temporary:bag_labels", kwargs=here))
    assert labels.content.startswith(b"%PDF")
    bag, other = PaperBag.objects.order_by("id")
    client.post(reverse("temporary:hand_over", kwargs={**here, "bag": bag.reference}), {"forms": "4"})
    client.post(reverse("temporary:void_label", kwargs={**here, "bag": other.reference}))
    page = client.get(reverse("temporary:bags", kwargs=here)).content.decode()
    assert "You put in 4" in page
    assert "Label not used" in page


def test_the_hub_takes_a_bag_in_and_both_sides_read_that_a_form_is_missing(sign_in: Callable[..., Any]) -> None:
    practice = MembershipFactory(organisation__contractor_type="gp", roles=["records_movement_clerk"])
    [bag] = make_bag_labels(actor_of(practice), 1)
    hand_bag_over(actor_of(practice), bag.reference, 2)
    client, this = sign_in(organisation=OperatorFactory(), roles=["records_operator"]), {"bag": bag.reference}
    assert client.post(reverse("staff_temporary:take_in"), {"code": "TB-2222-2222"}).status_code == 422
    answer = client.post(reverse("staff_temporary:take_in"), {"code": bag.reference})
    assert "The bag is at the hub." in client.get(answer["Location"]).content.decode()
    assert "Enter a form" in client.get(reverse("staff_temporary:bag", kwargs=this)).content.decode()
    assert client.get(reverse("staff_temporary:enter_form", kwargs=this)).status_code == 200
    client.post(reverse("staff_temporary:empty_bag", kwargs=this), {"forms": "1"})
    page = client.get(reverse("staff_temporary:bags") + "?group=ended").content.decode()
    assert "Not the same" in page
    mine = sign_in(practice).get(reverse("temporary:bags", kwargs={"code": practice.organisation.code}))
    assert "Not the same" in mine.content.decode()
    assert not TemporaryForm.objects.exists()
