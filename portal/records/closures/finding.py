"""Which parts of a site the numbers on envelopes name: a fixed number of queries for a whole stack."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from portal.records.closures.counting import held
from portal.records.models import Label, RecordPart
from portal.records.reference import plain
from portal.records.registrations.nhs_number import WrongNumber, split_number
from portal.records.registrations.succession import current_numbers


def parts_named(site_id: int, lines: Sequence[str]) -> dict[str, list[RecordPart]]:
    """The parts at the site that each line names: by label, by the record's reference, or by the envelope's number.

    Only what the site has is looked at, so that nothing is said of anybody else's records (J8). The caller may see
    every row.
    """
    plains = {line: plain(line) for line in lines}
    numbers = {line: _number(line) for line in lines}
    wanted = {number for number in numbers.values() if number}
    today = current_numbers(wanted)
    labels = dict(
        Label.objects.filter(code__in=set(plains.values()), bag__part__organisation_id=site_id).values_list(
            "code", "bag__part_id"
        )
    )
    matching = held(site_id).filter(
        Q(pk__in=labels.values())
        | Q(record__reference__in=set(plains.values()))
        | Q(record__patient__nhs_number__in=wanted | set(today.values()))
        | Q(record__patient__old_number__in=wanted)
        | Q(record__patient__merged__old_number__in=wanted)
        | Q(record__old_number__in=wanted)
    )
    ids = matching.order_by().values("id")  # a patient may have had several numbers
    found_here = held(site_id).filter(id__in=ids).select_related("record__patient")
    parts = list(found_here.prefetch_related("record__patient__merged").order_by("record_id", "number"))
    found: dict[str, list[RecordPart]] = {}
    for line in lines:
        code, number = plains[line], today.get(numbers[line], numbers[line])
        if code in labels:
            its = [part for part in parts if part.pk == labels[code]]
        else:
            its = [part for part in parts if code == part.record.reference or (number and number in _numbers(part))]
        if its:
            found[line] = its
    return found


def _number(line: str) -> str:
    try:
        nhs_number, old_number = split_number(line)
    except WrongNumber:
        return ""
    return nhs_number or old_number


def _numbers(part: RecordPart) -> set[str]:
    patient = part.record.patient
    earlier = {each.old_number for each in patient.merged.all()}
    return {patient.nhs_number, patient.old_number, part.record.old_number, *earlier}
