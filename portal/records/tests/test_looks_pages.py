"""Who looked at our patients' records, as the Main Contact sees it (R2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.api import Case
from portal.foundation.access import Actor
from portal.foundation.audit.access_log import looked
from portal.foundation.audit.models import AccessEntry
from portal.foundation.audit.signing import sign
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.looks import name_of
from portal.records.models import Movement
from portal.records.places import holder_of
from portal.records.tests.factories import a_movement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Callable[..., Client]


class Practice:
    """A practice whose Main Contact is signed in, and one of whose records is on its way elsewhere."""

    def __init__(self, sign_in: SignIn, role: str = "main_contact") -> None:
        self.membership = MembershipFactory(roles=[role], organisation__kind="gp_practice")
        self.organisation = self.membership.organisation
        self.client = sign_in(self.membership)
        self.base = f"/o/{self.organisation.code}/records/looks/"
        self.movement: Movement = a_movement(origin=holder_of(self.organisation))
        self.patient = self.movement.record.patient

    def seen_by(self, name: str, organisation_id: int | None = None, audience: str = "contractor") -> AccessEntry:
        """Somebody looks at the patient."""
        actor = Actor(name=name, audience=audience, user_id=4_711, organisation_id=organisation_id)
        looked(actor, [self.patient.reference], purpose="find_record", page="records:look_up")
        return AccessEntry.objects.latest("id")

    def text(self, path: str = "") -> str:
        return self.client.get(self.base + path).content.decode()


@pytest.fixture
def practice(sign_in: SignIn) -> Practice:
    return Practice(sign_in)


def test_the_list_says_who_looked_for_whom_and_why_and_names_no_patient(practice: Practice) -> None:
    elsewhere = OrganisationFactory(name="Harbour Surgery")
    practice.seen_by("Nosy Parker", elsewhere.id)
    page = practice.text()
    assert "Nosy Parker" in page
    assert f"Harbour Surgery ({elsewhere.code})" in page
    assert "To find a paper record" in page
    assert "Outside this practice" in page
    assert practice.patient.reference in page
    assert practice.patient.family_name not in page
    assert practice.patient.nhs_number not in page


def test_the_filter_leaves_out_what_is_not_meant(practice: Practice) -> None:
    practice.seen_by("Own Clerk", practice.organisation.id)
    practice.seen_by("Olga Operator", audience="staff")
    old = AccessEntry(
        actor_user_id=1, actor_name="Long Ago", actor_audience="staff", purpose="care", page="x",
        patient_reference=practice.patient.reference, patient_organisation_ids=[practice.organisation.id],
        occurred_at=timezone.now() - timedelta(days=20),
    )  # fmt: skip
    sign([old])
    old.save()

    def names(query: str) -> set[str]:
        page = practice.text(query)
        return {name for name in ("Own Clerk", "Olga Operator", "Long Ago") if name in page}

    assert names("") == {"Own Clerk", "Olga Operator", "Long Ago"}
    assert names("?others=on") == {"Olga Operator", "Long Ago"}
    assert names("?period=7") == {"Own Clerk", "Olga Operator"}
    assert names("?purpose=care") == {"Long Ago"}
    assert names("?person=1") == {"Long Ago"}
    assert names("?purpose=nonsense&period=zz&person=x") == {"Own Clerk", "Olga Operator", "Long Ago"}


def test_choosing_a_patient_names_them_and_is_a_look_itself(practice: Practice) -> None:
    practice.seen_by("Nosy Parker", OrganisationFactory().id)
    page = practice.text(f"patients/{practice.patient.reference}/")
    assert practice.patient.family_name.upper() in page
    assert "Nosy Parker" in page
    latest = AccessEntry.objects.latest("id")
    assert (latest.purpose, latest.patient_reference) == ("check_looks", practice.patient.reference)


def test_a_patient_of_somebody_else_is_like_one_who_does_not_exist(practice: Practice, sign_in: SignIn) -> None:
    other = Practice(sign_in)
    other.seen_by("Nosy Parker", other.organisation.id)
    for reference in (other.patient.reference, "RP-0000-0000"):
        answer = practice.client.get(f"{practice.base}patients/{reference}/")
        assert answer.status_code == 404
        assert "Nosy Parker" not in answer.content.decode()


def test_a_look_is_reported_once_as_a_case_that_names_nobody(practice: Practice) -> None:
    look = practice.seen_by("Nosy Parker", OrganisationFactory().id)
    address = f"{practice.base}{name_of(look)}/report/"
    assert "Nosy Parker" in practice.client.get(address).content.decode()
    assert practice.client.post(address, {"details": " "}).status_code == 422
    answer = practice.client.post(address, {"details": "She lives next door."}, follow=True)
    assert "We look into it" in answer.content.decode()
    case = Case.objects.get(kind="wrong_look")
    assert (case.organisation_id, case.queue, case.about_reference) == (practice.organisation.id, "data", name_of(look))
    assert practice.patient.nhs_number not in f"{case.subject} {case.details} {case.payload}"
    again = practice.client.post(address, {"details": "Once more."})
    assert again.status_code == 409
    assert case.reference in again.content.decode()


def test_a_look_at_somebody_elses_patient_cannot_be_reported(practice: Practice, sign_in: SignIn) -> None:
    other = Practice(sign_in)
    look = other.seen_by("Nosy Parker", other.organisation.id)
    address = f"{practice.base}{name_of(look)}/report/"
    assert practice.client.get(address).status_code == 404
    assert practice.client.get(f"{practice.base}{look.pk}/report/").status_code == 404
    assert practice.client.post(address, {"details": "Not mine."}).status_code == 404
    assert not Case.objects.filter(kind="wrong_look").exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_has_the_rows_of_the_filter(practice: Practice, kind: str) -> None:
    practice.seen_by("Own Clerk", practice.organisation.id)
    practice.seen_by("Olga Operator", audience="staff")
    response = practice.client.get(f"{practice.base}export.{kind}?others=on")
    content = b"".join(response.streaming_content)  # type: ignore[arg-type]
    assert response.status_code == 200
    if kind == "csv":
        assert b"Olga Operator" in content
        assert b"Own Clerk" not in content


@pytest.mark.parametrize("role", ["records_movement_clerk", "deputy", "read_only"])
def test_only_the_main_contact_sees_it(sign_in: SignIn, role: str) -> None:
    other = Practice(sign_in, role)
    assert other.client.get(other.base).status_code == 403
    assert "Who looked" not in other.client.get(f"/o/{other.organisation.code}/records/").content.decode()


def test_the_list_costs_the_same_however_long_it_is(practice: Practice) -> None:
    practice.seen_by("Somebody", OrganisationFactory().id)
    practice.text()
    with CaptureQueriesContext(connection) as few:
        practice.text()
    for number in range(30):
        practice.seen_by(f"Somebody {number}", OrganisationFactory().id)
    with CaptureQueriesContext(connection) as many:
        practice.text()
    assert len(many) == len(few)
