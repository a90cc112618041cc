"""Every real sample message on this machine, imported, with its effect (issue 4, "Proved by")."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, WantedMovement
from portal.records.registrations.reading import read_registrations
from portal.records.registrations.services.import_registrations import import_registrations
from portal.records.registrations.tests.factories import importer, practice, standing
from portal.records.registrations.tests.samples import DATA, acceptance, interchange, message, needs_samples, read

pytestmark = [*needs_samples, pytest.mark.django_db(transaction=True)]
NHAIS = DATA / "nhais"
# The samples write 9999999999 for a number that was taken out: it names nobody, so nothing happens to anybody.
_NOBODY = ["unknown_patient"]
_KEPT = ["receipt_kept"]
EXPECTED = {
    "outbound/acceptance/type1-*": ["envelope_created"],
    "outbound/acceptance/type2-*": ["envelope_created"],
    "outbound/acceptance/type3-*": ["previous_practice_sought"],
    "outbound/acceptance/type4-*": ["envelope_created"],
    "outbound/amendment/*": _NOBODY,
    "outbound/deduction/live-1*": _NOBODY,
    "outbound/deduction/app-j-1*": ["recalled_death"],
    "outbound/removal/*": ["noted"],
    "inbound/deduction/app-j-1.edifact*": ["recalled_death"],
    "inbound/deduction/app-j-1.recep*": _KEPT * 2,
    "inbound/approval/*.edifact*": ["waits_for_request"],
    "inbound/approval/*.recep*": _KEPT * 2,
    "multi/multi_transaction.1.dat": [
        "details_changed",
        "recalled_death",
        "recalled",
        "waits_for_request",
        "waits_for_request",
        "waits_for_request",
    ],
    "multi/registration.dat": ["waits_for_request"],
    "multi/registration_recep.dat": _KEPT * 2,
    "multi/multi_transaction.1.recep.dat": _KEPT * 5,
    "multi/recep.dat": _KEPT * 3,
}
# Who is on the lists of the practices when the messages come.
KNOWN = {"AVERT1/1": "281", "TE26": "295", "RE1/12/13": "281"}


def _samples() -> list[str]:
    return sorted(str(path.relative_to(NHAIS)) for path in NHAIS.rglob("*.dat")) if NHAIS.exists() else []


def _expected(name: str) -> list[str]:
    found = [effects for pattern, effects in EXPECTED.items() if Path(name).match(pattern)]
    assert len(found) == 1, f"{name} needs one row in EXPECTED"
    return found[0]


def _known(number: str, code: str) -> RegisteredPatient:
    return RegisteredPatient.objects.create(
        old_number=number, authority="XX1", record_at=practice(code), registered_at=practice(code)
    )


@pytest.fixture(autouse=True)
def _practices() -> None:
    for code in ("281", "282", "295", "G82080", "G82697"):
        practice(code)


@pytest.mark.parametrize("name", _samples())
def test_each_sample_has_the_effect_of_the_table(name: str) -> None:
    for number, code in KNOWN.items():
        _known(number, code)
    if "outbound/deduction" in name:
        _known("N/10/10", "281")
    outcome = import_registrations(importer(), name, read_registrations(NHAIS / name))
    assert outcome.rejected == []
    assert [each["effect"] for each in outcome.transactions] == _expected(name)
    again = import_registrations(importer(), name, read_registrations(NHAIS / name))
    assert {each["effect"] for each in again.transactions} == {"already_imported"}


@pytest.mark.parametrize("name", ["type3-transferin-all", "type3-transferin-mandatory-nhs-number"])
def test_a_transfer_in_of_somebody_known_asks_the_practice_before(name: str) -> None:
    _known("N/10/10", "295")
    path = NHAIS / "outbound" / "acceptance" / f"{name}.edifact.dat"
    outcome = import_registrations(importer(), path.name, read_registrations(path))
    assert [each["effect"] for each in outcome.transactions] == ["movement_started"]
    assert standing() == [("295", "281")]


def test_the_six_answers_of_one_file_meet_the_requests_that_come_after_them() -> None:
    """The answers of the sample come first, as receipts and answers do; then the acceptances that they answer."""
    for number, code in KNOWN.items():
        _known(number, code)
    path = NHAIS / "multi" / "multi_transaction.1.dat"
    import_registrations(importer(), path.name, read_registrations(path))
    moved = acceptance(number="", kind="3", transaction="12", practice="281")
    new = acceptance(number="", kind="2", transaction="13", practice="295", family="NEW")
    requests = interchange(
        message("G1", moved, new, sent="199201240900"),
        reference="00000009",
    )
    import_registrations(importer(), "requests", [*read(requests)[0]])
    effects = dict(RegistrationEvent.objects.filter(kind__in=["F3", "F4"]).values_list("number", "effect"))
    assert effects == {"12": "undone", "13": "number_attached", "14": "waits_for_request"}
    assert RegisteredPatient.objects.get(old_number="RAT56").family_name == "NEW"
    assert WantedMovement.objects.filter(ended_at=None).count() == 2


def test_the_change_of_practice_sample_names_a_practice_of_the_directory() -> None:
    path = DATA / "registration-events" / "mns_pds-change-of-gp-1_event.json"
    practice("ABC123")
    outcome = import_registrations(importer(), path.name, read_registrations(path))
    assert [each["effect"] for each in outcome.transactions] == ["previous_practice_sought"]
    assert RegisteredPatient.objects.get().nhs_number == "9912003888"
