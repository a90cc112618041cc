"""A practice's pages of records (J8-J10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope, system_scope
from portal.foundation.audit.models import AccessEntry, AuditEvent
from portal.records.models import Discrepancy, Holder, Movement
from portal.records.places import holder_of, own_place
from portal.records.tests.factories import Journey, a_movement, a_patient, a_practice, a_record, labelled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Callable[..., Client]
BORN = date(1961, 5, 17)
_CHANGING = re.compile(r'(?:csrfmiddlewaretoken|submission)" value="[^"]*|nonce="[^"]*')


class Site:
    """A practice with somebody signed in."""

    def __init__(self, sign_in: SignIn, role: str = "records_movement_clerk") -> None:
        self.membership = MembershipFactory(roles=[role], organisation__kind="gp_practice")
        self.holder: Holder = holder_of(self.membership.organisation)
        self.client = sign_in(self.membership)
        self.base = f"/o/{self.membership.organisation.code}/records/"

    def get(self, address: str = "") -> Any:
        response = self.client.get(self.base + address)
        set_scope("system")
        return response

    def post(self, address: str, **data: Any) -> Any:
        response = self.client.post(self.base + address, data)
        set_scope("system")
        return response

    def text(self, address: str = "") -> str:
        response = self.get(address)
        assert response.status_code == 200, response.status_code
        return response.content.decode()


@pytest.fixture
def site(sign_in: SignIn) -> Site:
    return Site(sign_in)


def _born() -> dict[str, str]:
    return {"born_on_day": "17", "born_on_month": "5", "born_on_year": "1961"}


def _identified(movement: Movement) -> dict[str, str]:
    patient = movement.record.patient
    patient.born_on = BORN
    patient.save(update_fields=["born_on"])
    return {"number": patient.nhs_number, **_born()}


def test_the_lists_say_what_comes_and_what_goes(site: Site) -> None:
    coming, leaving = a_movement(destination=site.holder), a_movement(origin=site.holder)
    assert coming.reference in site.text("in/")
    assert coming.record.patient.family_name in site.text("in/")
    assert leaving.reference not in site.text("in/")
    assert leaving.reference in site.text("out/")
    assert "To prepare" in site.text()


def test_another_practices_movement_does_not_exist(site: Site) -> None:
    other = a_movement()
    assert site.get(f"movements/{other.reference}/").status_code == 404
    assert other.reference not in site.text("in/")
    for press in ("labels/", "ready/", "received/", "add-bag/"):
        assert site.post(f"movements/{other.reference}/{press}").status_code == 404


def test_a_list_can_be_narrowed_to_what_is_late(site: Site) -> None:
    late, timely = a_movement(destination=site.holder), a_movement(destination=site.holder)
    Movement.objects.filter(pk=late.pk).update(expected_by=timezone.localdate() - timedelta(days=3))
    page = site.text("in/?only=late")
    assert late.reference in page and "3 days late" in page
    assert timely.reference not in page


def test_a_list_costs_the_same_with_more_rows(site: Site) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            a_movement(destination=site.holder)
        site.get("in/")
        with CaptureQueriesContext(connection) as captured:
            site.get("in/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_page_asks_the_second_wall_only_about_the_rows_it_shows(site: Site) -> None:
    """Joined, its policies were asked about every movement of the site: 0.4 ms each (docs/benchmarks.md)."""
    a_movement(destination=site.holder)
    for address in ("in/", "out/", "in/?group=ended"):
        with CaptureQueriesContext(connection) as captured:
            site.get(address)
        pages = [each["sql"] for each in captured if 'ORDER BY "records_movement"' in each["sql"]]
        assert ["JOIN" in page for page in pages] == [False]


def test_from_the_label_to_the_courier(site: Site) -> None:
    movement = a_movement(origin=site.holder)
    here = f"movements/{movement.reference}/"
    assert "Make the labels" in site.text(here)
    assert site.post(f"{here}ready/").status_code == 409
    assert site.post(f"{here}labels/").status_code == 302
    assert site.post(f"{here}add-bag/").status_code == 302
    assert site.post(f"{here}labels/").status_code == 302
    assert site.post(f"{here}ready/").status_code == 302
    page = site.text(here)
    assert "Ready for Collection" in page and "2 of 2" in page


def test_the_printed_labels_can_be_scanned_and_name_no_patient(site: Site) -> None:
    movement = a_movement(origin=site.holder)
    labels = labelled(movement)
    response = site.get(f"movements/{movement.reference}/labels.pdf")
    assert response["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(BytesIO(response.content))
    read = zxingcpp.read_barcodes(document[0].render(scale=4).to_pil())
    assert {(each.format.name, each.text) for each in read} == {
        ("Code128", labels[0].code),
        ("DataMatrix", labels[0].code),
    }
    text = document[0].get_textpage().get_text_range()
    assert movement.destination.code in text
    assert movement.record.patient.nhs_number not in text and movement.record.patient.family_name not in text


def test_received_records_are_marked_several_at_once(site: Site) -> None:
    movements = [a_movement(destination=site.holder) for _ in range(2)]
    for movement in movements:
        Journey(labelled(movement)[0]).scan("delivered", site.holder)
    response = site.post("in/together/", chosen=[each.reference for each in movements])
    assert response["Location"].endswith("done=received")
    assert set(Movement.objects.values_list("state", flat=True)) == {"in_storage"}


def test_what_cannot_be_done_is_said_and_the_rest_is_done(site: Site) -> None:
    done, ended = a_movement(destination=site.holder), a_movement(destination=site.holder)
    Journey(labelled(ended)[0]).scan("received", site.holder)
    page = site.post("in/together/", chosen=[done.reference, ended.reference]).content.decode()
    assert "1 of the records you chose are done" in page and ended.reference in page


def test_a_look_finds_ones_own_and_keeps_the_purpose(site: Site) -> None:
    movement = a_movement(destination=site.holder)
    page = site.post("look-up/", purpose="new_patient", **_identified(movement)).content.decode()
    assert movement.reference in page
    event = AuditEvent.objects.get(type="records.looked_up")
    assert event.payload == {"purpose": "A patient who has registered with us", "found": True}
    assert movement.record.patient.nhs_number not in str(event.__dict__)
    entry = AccessEntry.objects.get()
    assert (entry.patient_reference, entry.purpose) == (movement.record.patient.reference, "new_patient")


def test_who_looks_for_the_patients_of_others_is_in_the_access_log(site: Site) -> None:
    movement = a_movement()
    site.post("look-up/", purpose="care", **_identified(movement))
    site.post("look-up/", purpose="care", **{**_born(), "number": "999 999 9484"})
    entries = AccessEntry.objects.order_by("id").values_list("patient_reference", "organisation_id")
    mine = site.membership.organisation_id
    assert list(entries) == [(movement.record.patient.reference, mine), ("nobody", mine)]


@pytest.mark.parametrize("address", ["in/", "in/export.csv", "in/export.xlsx", "movements/{reference}/"])
def test_a_page_with_patients_logs_each_of_them(site: Site, address: str) -> None:
    movement = a_movement(destination=site.holder)
    response = site.get(address.format(reference=movement.reference))
    assert (response.streaming and b"".join(response)) or response.content
    entry = AccessEntry.objects.get()
    assert (entry.patient_reference, entry.purpose) == (movement.record.patient.reference, "move_record")
    assert entry.request_id == response["X-Request-Id"]


def test_what_is_not_there_and_what_is_not_ones_own_look_the_same(site: Site) -> None:
    other = _identified(a_movement())
    nobody = {**other, "number": "999 999 9484"}
    pages = []
    for given in (other, nobody):
        page = site.post("look-up/", purpose="care", **given).content.decode()
        pages.append(_CHANGING.sub("x", page.replace(given["number"], "x")))
    assert "cannot trace a record" in pages[0]
    assert pages[0] == pages[1]


def test_a_number_that_no_patient_has_says_so(site: Site) -> None:
    page = site.post("look-up/", purpose="care", number="999 123 4560", **_born())
    assert page.status_code == 422
    assert "last digit does not fit" in page.content.decode()


def test_an_envelope_that_fits_makes_the_bag_ready(site: Site) -> None:
    movement = a_movement(origin=site.holder)
    [label] = labelled(movement)
    page = site.post("match/", step="bagged", code=label.code.lower(), **_identified(movement)).content.decode()
    assert "They fit" in page
    movement.refresh_from_db()
    assert movement.state == "ready"


def test_the_wrong_envelope_is_refused_loudly(site: Site) -> None:
    movement, other = a_movement(origin=site.holder), a_movement(origin=site.holder)
    [label] = labelled(movement)
    page = site.post("match/", step="bagged", code=label.code, **_identified(other)).content.decode()
    assert "Stop: wrong patient" in page
    movement.refresh_from_db()
    assert movement.state == "in_progress"
    assert Discrepancy.objects.get().kind == "wrong_patient"


def test_asking_for_the_record_of_a_new_patient(site: Site) -> None:
    patient = a_patient(born_on=BORN, registered_at=site.membership.organisation)
    elsewhere = a_practice()
    a_record(elsewhere, patient=patient)
    given = {"number": patient.nhs_number, **_born(), "urgent": "on", "urgent_reason": "Surgery on Friday"}
    response = site.post("request/", way="bring", **given)
    movement = Movement.objects.get()
    assert movement.reference in response["Location"]
    assert (movement.origin, movement.is_urgent) == (elsewhere, True)


def test_nobody_asks_for_the_record_of_another_practices_patient(site: Site) -> None:
    patient = a_patient(born_on=BORN, registered_at=a_practice().organisation)
    a_record(a_practice(), patient=patient)
    given = {"number": patient.nhs_number, **_born()}
    for way in ("bring", "notes"):
        refused = site.post("request/", way=way, **given)
        unknown = site.post("request/", way=way, **{**given, "number": "999 999 9484"})
        assert (refused.status_code, unknown.status_code) == (422, 422)
        assert "cannot find a record that you may ask for" in refused.content.decode()
    assert not Movement.objects.exists()


def test_a_record_that_came_by_mistake_goes_on_to_where_it_belongs(site: Site) -> None:
    home = a_practice()
    patient = a_patient(born_on=BORN, registered_at=home.organisation)
    a_record(own_place("store"), patient=patient)
    site.post("request/", way="mistake", number=patient.nhs_number, **_born())
    movement = Movement.objects.get()
    assert (movement.origin, movement.destination, movement.reason) == (site.holder, home, "misdelivered")
    with system_scope():
        assert movement.record.parts.get().holder == site.holder


def test_a_record_that_the_practice_never_held_is_looked_for(site: Site) -> None:
    movement = a_movement(origin=site.holder)
    site.post(f"movements/{movement.reference}/never-held/", note="Both cabinets.")
    movement.refresh_from_db()
    assert movement.state == "missing"
    assert Discrepancy.objects.get().kind == "never_held"


def test_a_digitised_record_sends_no_envelope(site: Site) -> None:
    movement = a_movement(origin=site.holder)
    site.post(f"movements/{movement.reference}/no-paper/", why="digitised")
    movement.refresh_from_db()
    assert (movement.state, movement.flags) == ("no_paper", ["digitised"])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_can_be_exported(site: Site, kind: str) -> None:
    movement = a_movement(destination=site.holder)
    response = site.get(f"in/export.{kind}")
    content = b"".join(response.streaming_content)
    assert len(content) > 100
    assert kind == "xlsx" or movement.reference.encode() in content


def test_a_sealed_patient_is_not_named(site: Site) -> None:
    movement = a_movement(destination=site.holder)
    movement.record.is_sealed = True
    movement.record.save()
    page = site.text(f"movements/{movement.reference}/")
    assert "Protected identity" in page and movement.record.patient.family_name not in page


def test_a_pharmacy_has_no_records(sign_in: SignIn) -> None:
    membership = MembershipFactory(roles=["main_contact"], organisation__kind="pharmacy")
    client = sign_in(membership)
    assert client.get(f"/o/{membership.organisation.code}/records/").status_code == 403


def test_who_only_reads_sees_no_button(sign_in: SignIn) -> None:
    reader = Site(sign_in, "read_only")
    movement = a_movement(origin=reader.holder)
    assert "Make the labels" not in reader.text(f"movements/{movement.reference}/")
    assert reader.post(f"movements/{movement.reference}/labels/").status_code == 403
