"""Did a fault come to light, and who sees it? Judged from what the portal stored and showed, not from what was sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.records.models import CustodyEvent, Discrepancy, Scan
from portal.records.models.scan import SCAN_KINDS
from portal.records.selectors import open_discrepancies
from portal.records.services.take_scans import Answer
from portal.records.simulation.routes import Fault, Way

# What the operator's staff must see of a fault; the others are answered to the device that sent the scan.
_SHOWN_AS = {
    "lost_scan": "missing_scan",
    "lost_bag": "overdue",
    "misdelivered": "wrong_place",
    "swapped": "wrong_patient",
    "void_label": "void_label",
    "cancelled": "movement_ended",
}
_PRACTICE_SEES = {"misdelivered", "swapped"}
_ANSWERED = {"repeated": "repeated", "doubled": "already", "late": "late"}
# A scan that comes late was missing until then.
_ALSO = {"late": {"missing_scan"}, "lost_bag": {"overdue"}, "misdelivered": {"wrong_place", "overdue"}}


class Judge:
    """Looks once at everything that is stored of one cohort."""

    def __init__(
        self, actor: Actor, ways: list[Way], answers: dict[str, list[Answer]], unpacked: dict[int, Answer]
    ) -> None:
        self._ways, self._answers, self._unpacked = ways, answers, unpacked
        bags = [way.bag.pk for way in ways]
        self._open: dict[int, dict[str, Discrepancy]] = defaultdict(dict)
        for each in open_discrepancies(actor).filter(bag__in=bags):
            self._open[each.bag_id or 0][each.kind] = each
        keys = [fault.key for way in ways for fault in way.faults if fault.key]
        self._scans = {each.key: each for each in Scan.objects.filter(key__in=keys)}
        self._strays = set(
            open_discrepancies(actor).filter(bag=None, scan__key__in=keys).values_list("scan__key", flat=True)
        )
        parts = [way.bag.part_id for way in ways if way.faults]
        self._links: dict[int, list[CustodyEvent]] = defaultdict(list)
        for link in CustodyEvent.objects.filter(part__in=parts).select_related("to_holder"):
            self._links[link.part_id].append(link)
        movements = {way.bag.movement.reference for way in ways if way.faults}
        self._told: dict[str, list[str]] = defaultdict(list)
        for event in AuditEvent.objects.filter(
            type="records.movement_stepped", subject_type="movement", subject_reference__in=movements
        ):
            self._told[event.subject_reference].append(event.payload["how"])

    def verdicts(self) -> Iterator[tuple[Fault, bool, bool]]:
        """Each fault, whether it came to light, and whether somebody is shown it."""
        for way in self._ways:
            for fault in way.faults:
                found = self._is_found(fault, way)
                yield fault, found, found and self._is_shown(fault, way)

    def false_alarms(self) -> int:
        """Open discrepancies of kinds that nothing explains."""
        alarms = 0
        for way in self._ways:
            expected: set[str] = set()
            for fault in way.faults:
                expected |= {_SHOWN_AS.get(fault.kind, ""), *_ALSO.get(fault.kind, set())}
            alarms += len(self._open[way.bag.pk].keys() - expected)
        return alarms

    def _is_found(self, fault: Fault, way: Way) -> bool:
        if fault.kind == "lost_scan":
            to = {"hub_in": fault.place.code if fault.place else ""}.get(fault.step, "COURIER")
            links = self._links[way.bag.part_id]
            return any(link.proof == "implied" and link.to_holder.code == to for link in links)
        if fault.kind == "lost_step":
            scan = self._scans.get(fault.key)
            return scan is not None and scan.outcome == "applied"
        if fault.kind == "unknown_label":
            scan = self._scans.get(fault.key)
            return scan is not None and scan.outcome == "discrepancy" and scan.label_id is None
        if fault.kind in _ANSWERED:
            return fault.key in self._scans
        if fault.kind == "swapped":
            return "wrong_patient" in self._unpacked[way.bag.pk].discrepancies
        return _SHOWN_AS[fault.kind] in self._open[way.bag.pk]

    def _is_shown(self, fault: Fault, way: Way) -> bool:
        if fault.kind == "lost_step":
            return any(how.startswith(SCAN_KINDS[fault.step]) for how in self._told[way.bag.movement.reference])
        if fault.kind == "unknown_label":
            return fault.key in self._strays
        if fault.kind in _ANSWERED:
            return self._answers[fault.key][-1].outcome == _ANSWERED[fault.kind]
        shown = self._open[way.bag.pk].get(_SHOWN_AS[fault.kind])
        if shown is None:
            return False
        if fault.kind in _PRACTICE_SEES and fault.place is not None:
            return shown.shown_to_id == fault.place.organisation_id
        return True
