"""A page that reads a patient says why and is logged by itself, or is not built (R2, trust I14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit import looking as guard
from portal.foundation.audit.access_log import Looks, looked, looks_at
from portal.foundation.audit.looking import UndeclaredLook
from portal.foundation.audit.models import AccessEntry
from portal.foundation.errors import Refused
from portal.foundation.web.middleware import DeclaredLooksMiddleware
from portal.foundation.web.views import PublicView
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.permissions import VIEW_RECORDS
from portal.records.registrations.models import RegisteredPatient
from portal.records.tests.factories import a_movement, a_patient, a_practice, organisation_of

pytestmark = pytest.mark.django_db


def clerk(organisation_id: int | None = None, **values: Any) -> Actor:
    """Somebody at a practice."""
    known = {"name": "A clerk", "audience": "contractor", "user_id": 7, "permissions": frozenset({VIEW_RECORDS.code})}
    return Actor(organisation_id=organisation_id, **{**known, **values})  # type: ignore[arg-type]


STAFF = clerk(audience="staff")


class _Page(PublicView, abstract=True):
    reader = STAFF

    def find_actor(self) -> Actor:
        return self.reader

    def get(self, request: HttpRequest) -> HttpResponseBase:
        patients = RegisteredPatient.objects.order_by("id")
        return HttpResponse(", ".join(each.family_name for each in patients))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        name = RegisteredPatient.objects.order_by("id")[0].family_name
        if request.POST:
            raise Refused(f"You cannot change {len(name)} letters.")
        return HttpResponse(name)


class Undeclared(_Page):
    """Shows patients and does not say why."""


class Declared(_Page):
    """Shows patients to move their records."""

    shows_patients = "move_record"


class Streamed(Declared):
    """Makes its answer while it is sent."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        def lines() -> Iterator[str]:
            for each in RegisteredPatient.objects.order_by("id"):
                yield f"{each.family_name}\n"

        return StreamingHttpResponse(lines())


class UndeclaredStream(Streamed):
    """The same, without saying why."""

    shows_patients = ""


def visit(view: type[PublicView], request: HttpRequest) -> Any:
    """The answer, as the middleware passes it on."""
    return DeclaredLooksMiddleware(view.as_view())(request)  # type: ignore[arg-type]


def test_a_page_that_does_not_say_why_cannot_show_a_patient(rf: RequestFactory) -> None:
    a_patient()
    with pytest.raises(UndeclaredLook, match="shows_patients"):
        visit(Undeclared, rf.get("/"))


def test_with_the_guard_off_the_same_page_shows_everybody_and_nobody_knows(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = a_patient()
    monkeypatch.setattr("portal.foundation.web.middleware.answering", guard.showing_nothing)
    assert patient.family_name in visit(Undeclared, rf.get("/")).content.decode()
    assert not AccessEntry.objects.exists()


@pytest.mark.parametrize(
    "field", ["nhs_number", "old_number", "family_name", "names", "born_on", "address_lines", "postcode", "has_died"]
)
def test_every_field_that_tells_who_somebody_is_asks(field: str) -> None:
    patient = a_patient()
    fresh = RegisteredPatient.objects.only("reference").get()  # a field that was left out asks, too
    with guard.answering():
        for each in (patient, fresh):
            with pytest.raises(UndeclaredLook):
                getattr(each, field)
        assert patient.reference


def test_a_records_old_number_is_its_patients() -> None:
    record = a_movement().record
    with guard.looking(STAFF, purpose="find_record", page="a page"):
        assert record.old_number == ""
    assert AccessEntry.objects.get().patient_reference == record.patient.reference


def test_a_declared_page_logs_each_patient_it_shows(rf: RequestFactory) -> None:
    patients = [a_patient(), a_patient()]
    assert visit(Declared, rf.get("/")).status_code == 200
    entries = AccessEntry.objects.order_by("id")
    assert [each.patient_reference for each in entries] == [each.reference for each in patients]
    assert {(each.purpose, each.actor_name, each.actor_user_id, each.shown_together) for each in entries} == {
        ("move_record", "A clerk", 7, 2)
    }


def test_without_its_entry_a_page_does_not_leave(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    a_patient()
    monkeypatch.setattr(AccessEntry.objects, "bulk_create", _fail)
    with pytest.raises(OSError, match="disk"):
        visit(Declared, rf.get("/"))


def _fail(*args: Any) -> None:
    raise OSError("the disk is full")


def test_a_form_that_comes_back_is_logged_and_a_refusal_shows_nobody(rf: RequestFactory) -> None:
    a_patient()
    assert visit(Declared, rf.post("/")).status_code == 200
    assert AccessEntry.objects.count() == 1
    assert visit(Declared, rf.post("/", {"what": "everything"})).status_code == 403
    assert AccessEntry.objects.count() == 1


def test_what_is_made_while_it_is_sent_is_logged_before_it_leaves(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_BATCH", 2)
    for _ in range(5):
        a_patient()
    answer = visit(Streamed, rf.get("/"))
    logged = [AccessEntry.objects.count() for _ in answer]
    assert logged == [2, 2, 4, 4, 5]


def test_what_streams_is_guarded_after_the_answer_began(rf: RequestFactory) -> None:
    a_patient()
    answer = visit(UndeclaredStream, rf.get("/"))
    with pytest.raises(UndeclaredLook):
        list(answer)


@service(VIEW_RECORDS)
def compare(actor: Actor, patient: RegisteredPatient) -> bool:
    """Compares a number, and shows none."""
    nothing_changed()
    return patient.nhs_number == "1"


def test_a_service_reads_and_shows_nothing() -> None:
    patient = a_patient()
    with guard.answering():
        assert not compare(STAFF, patient)
        with pytest.raises(UndeclaredLook):
            _ = patient.nhs_number
    assert not AccessEntry.objects.exists()


def test_a_purpose_is_one_of_the_list() -> None:
    with pytest.raises(ImproperlyConfigured, match="unknown purpose"):
        type("Curious", (_Page,), {"shows_patients": "curiosity", "__module__": __name__})
    with pytest.raises(ValueError, match="no purpose"), guard.looking(STAFF, purpose="curiosity", page="a page"):
        pass
    with pytest.raises(IntegrityError), transaction.atomic():
        looked(STAFF, ["R1"], purpose="curiosity", page="a page")


def test_an_entry_never_holds_an_nhs_number() -> None:
    with pytest.raises(IntegrityError, match="by_reference"), transaction.atomic():
        looked(STAFF, [a_patient().nhs_number], purpose="find_record", page="a page")


@pytest.fixture
def moved() -> tuple[str, int, int, int]:
    """A patient's reference, the practice that sends, the one that waits, and one that has nothing to do with it."""
    here, there = a_practice(), a_practice()
    movement = a_movement(here, there)
    stranger = OrganisationFactory(contractor_type="gp")
    return movement.record.patient.reference, organisation_of(here).id, organisation_of(there).id, stranger.id


def test_who_may_read_of_a_look(moved: tuple[str, int, int, int]) -> None:
    patient, here, there, stranger = moved
    looked(STAFF, [patient], purpose="find_record", page="a page")
    assert AccessEntry.objects.get().patient_organisation_ids == sorted([here, there])
    for organisation, number in ((here, 1), (there, 1), (stranger, 0)):
        assert looks_at(clerk(organisation)).count() == number
        set_scope("contractor", organisation)  # the second wall agrees
        assert AccessEntry.objects.count() == number
        set_scope("system")
    assert looks_at(STAFF).count() == 1
    assert looks_at(clerk(here, audience="commissioner")).count() == 0


def test_a_practice_that_looks_tells_the_other_one_too(moved: tuple[str, int, int, int]) -> None:
    patient, here, there, _ = moved
    set_scope("contractor", here)
    looked(clerk(here), [patient], purpose="move_record", page="a page")
    set_scope("system")
    assert [each.organisation_id for each in looks_at(clerk(there), Looks(by_others=True))] == [here]
    assert not looks_at(clerk(here), Looks(by_others=True)).exists()


def test_each_of_a_thousand_snoops_is_found_and_nobody_else() -> None:
    here, elsewhere = a_practice(), a_practice()
    mine, theirs = organisation_of(here).id, organisation_of(elsewhere).id
    patients = [a_patient(registered_at_id=mine).reference for _ in range(20)]
    strangers = [a_patient(registered_at_id=theirs).reference for _ in range(20)]
    for number in range(50):
        looked(clerk(theirs, user_id=number), patients, purpose="care", page="a page")  # the snoops
        looked(clerk(theirs, user_id=number), strangers, purpose="care", page="a page")
        looked(clerk(mine, user_id=number), patients, purpose="care", page="a page")
    found = list(looks_at(clerk(mine), Looks(by_others=True)))
    assert len(found) == 1_000
    assert {(each.organisation_id, each.patient_reference) for each in found} == {(theirs, each) for each in patients}


def test_a_practice_reads_where_its_own_people_looked(moved: tuple[str, int, int, int]) -> None:
    looked(clerk(moved[3]), [moved[0]], purpose="move_record", page="a page")
    assert looks_at(clerk(moved[3])).count() == 1
    assert looks_at(clerk(moved[3]), Looks(patient=moved[0], purpose="move_record", user_id=7)).count() == 1
    assert not looks_at(clerk(moved[3]), Looks(user_id=8)).exists()


def test_a_list_costs_the_same_whatever_it_shows(
    rf: RequestFactory, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in (2, 18):
        for _ in range(number):
            a_patient()
        # Patients; where they are registered, kept and awaited; entries; and the savepoints of the test.
        with django_assert_num_queries(10):
            visit(Declared, rf.get("/"))
