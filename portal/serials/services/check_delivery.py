"""A delivery is checked range by range: here, or disputed (J25, I11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from psycopg.types.range import Int8Range

from portal.foundation.access import Actor, service
from portal.foundation.errors import Conflict, InvalidInput
from portal.serials.formats import Formats
from portal.serials.models import SerialRange
from portal.serials.numbers import bounds_of
from portal.serials.permissions import KEEP_FORMS
from portal.serials.register import ranges_in
from portal.serials.services.keep_forms import confirm_arrival
from portal.serials.services.missing_forms import ReportMissing, report_missing
from portal.serials.services.warehouse import Numbers
from portal.supplies.models import Consignment
from portal.supplies.warehouse_selectors import find_consignment_by

ANSWERS = {
    "here": "It is here",
    "not_delivered": "It is not in the box",
    "tampered": "The seal or the pack was opened",
}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """How many ranges were confirmed, and the cases of those that were disputed."""

    confirmed: int
    cases: list[str]


def key_of(row: SerialRange) -> str:
    """What stands for a range on the page; a range that was split meanwhile has another one."""
    first, end = bounds_of(row.serials)
    return f"{row.item.code}.{first}.{end}"


@service(KEEP_FORMS)
def check_delivery(actor: Actor, consignment_reference: str, answers: dict[str, str], what: str) -> Checked:
    """Confirms or disputes every range that is still to be checked; all of it, or nothing.

    A disputed range is frozen and reported at once. Raises InvalidInput by range when an answer is missing,
    Conflict when the ranges are not what was shown, or the consignment has not left; NotFound for another site's.
    """
    consignment = find_consignment_by(actor, consignment_reference)
    here, disputed = answered(ranges_in(actor, consignment), answers, what)
    for row in here:
        confirm_arrival(actor, consignment_reference, numbers_of_row(row))
    cases = [
        report_disputed(actor, consignment, row, answers[key_of(row)], what, place="In the delivery")
        for row in disputed
    ]
    return Checked(confirmed=len(here), cases=cases)


def answered(
    ranges: list[SerialRange], answers: dict[str, str], what: str
) -> tuple[list[SerialRange], list[SerialRange]]:
    """The ranges that are here, and those that are disputed. Raises InvalidInput, or Conflict, as above."""
    rows = {key_of(row): row for row in ranges}
    if not rows or answers.keys() - rows.keys():
        raise Conflict("The numbers of this delivery have changed. Look at them again.")
    problems: dict[str | None, str] = {
        key: "Say whether this range is here." for key in rows if answers.get(key) not in ANSWERS
    }
    disputed = [row for key, row in rows.items() if answers.get(key) in ("not_delivered", "tampered")]
    if disputed and not what.strip():
        problems["what"] = "Say what is wrong."
    if problems:
        raise InvalidInput(problems)
    return [row for row in ranges if row not in disputed], disputed


def report_disputed(
    actor: Actor, consignment: Consignment, row: SerialRange, kind: str, what: str, *, place: str
) -> str:
    """Freezes and reports one range that was on the note and is not here; the reference of its case."""
    command = ReportMissing(
        numbers=numbers_of_row(row),
        kind=kind,
        what=what,
        found_on=timezone.localdate(),
        last_seen=f"On the delivery note of consignment {consignment.reference}",
        place=place,
    )
    return report_missing(actor, command).reference


def numbers_of_row(row: SerialRange) -> Numbers:
    """The range as it is typed."""
    return _numbers(row.item.code, row.serials)


def _numbers(item_code: str, serials: Int8Range) -> Numbers:
    first, end = bounds_of(serials)
    formats = Formats()
    return Numbers(item=item_code, first=formats.printed(item_code, first), last=formats.printed(item_code, end - 1))
