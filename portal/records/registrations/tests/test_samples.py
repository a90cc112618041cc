"""Every real sample message on this machine is read whole, as the list of them says."""

from __future__ import annotations

import csv

from portal.records.registrations.incoming import Registration, Rejection
from portal.records.registrations.reading import read_registrations
from portal.records.registrations.tests.samples import DATA, needs_samples

pytestmark = needs_samples
_NHAIS = DATA / "nhais"


def _read(name: str) -> tuple[list[Registration], list[Rejection]]:
    found = list(read_registrations(_NHAIS / name))
    return [each for each in found if isinstance(each, Registration)], [
        each for each in found if isinstance(each, Rejection)
    ]


def test_each_listed_message_has_the_kinds_and_the_transactions_of_the_list() -> None:
    with (_NHAIS / "transactions.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if (_NHAIS / row["file"]).exists()]
    assert len(rows) >= 30
    for row in rows:
        found, rejected = _read(row["file"])
        assert rejected == [], row["file"]
        assert {each.kind for each in found} == set(row["code"].split("|")), row["file"]
        assert len(found) == int(row["transactions_in_message"]), row["file"]
        assert {each.acceptance_type for each in found} == {row["acceptance_type"]}, row["file"]
        assert sorted({each.reason for each in found} - {""}) == sorted(set(row["reason_GIS"].split("|")) - {""})


def test_each_listed_number_is_the_one_read() -> None:
    with (_NHAIS / "transactions.csv").open() as file:
        for row in csv.DictReader(file):
            if not (_NHAIS / row["file"]).exists():
                continue
            found, _ = _read(row["file"])
            numbers = {each.patient.nhs_number or each.patient.old_number for each in found} - {""}
            assert numbers == set(row["nhs_number_or_old_style"].split("|")) - {"", "9999999999"}, row["file"]


def test_each_receipt_is_read() -> None:
    receipts = [path for path in sorted(_NHAIS.rglob("*.dat")) if "recep" in path.name]
    assert len(receipts) >= 5
    for path in receipts:
        found, rejected = _read(str(path.relative_to(_NHAIS)))
        assert rejected == []
        assert {each.kind for each in found} == {"RECEP"}
        assert found[-1].receipt.startswith("RIS OK")


def test_no_sample_is_left_out() -> None:
    for path in sorted(_NHAIS.rglob("*.dat")):
        found, rejected = _read(str(path.relative_to(_NHAIS)))
        assert found and not rejected, path.name


def test_the_change_of_practice_is_read() -> None:
    found = list(read_registrations(DATA / "registration-events" / "mns_pds-change-of-gp-1_event.json"))
    assert [getattr(each, "kind", each) for each in found] == ["pds-change-of-gp-1"]
