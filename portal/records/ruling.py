"""What a scan means, given where the bag is thought to be: one pure function (J26, J27).

Scans are lost, come twice, and come late in any order. So a scan is judged by what is known now, and says what is true
from it on: a bag that is seen at the hub has been with the courier, whether or not that scan ever comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.records.states import BEFORE_LEAVING, FINAL, SOUGHT


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One scan: what was done with the bag, where (``place``, of ``place_kind``), when.

    ``courier`` is the code of the courier whose device it was, or who takes over. ``envelope_differs`` says that
    somebody compared the envelope inside with the label, and it is another patient's.
    """

    kind: str
    place: str
    place_kind: str
    at: datetime
    courier: str
    hub: str
    envelope_differs: bool = False


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of the bag that the label names. ``holder`` has it ``since`` then, from ``came_from``."""

    state: str
    origin: str
    destination: str
    holder: str
    holder_kind: str
    since: datetime
    came_from: str = ""
    is_void: bool = False


@dataclass(frozen=True, kw_only=True)
class Passing:
    """The bag passes to ``to``; ``implied`` when no scan said so."""

    to: str
    implied: bool = False


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the scan did: the hands the bag passed through, its new state ('' for the same), what does not fit."""

    outcome: str
    passings: tuple[Passing, ...] = ()
    state: str = ""
    discrepancies: tuple[str, ...] = ()


_LATE = {"collected", "hub_in", "hub_out", "delivered", "failed", "received", "shelved", "retrieved", "bagged"}


def judge(seen: Seen, known: Known) -> Ruling:
    """What ``seen`` does to a bag. Pure: reads and changes nothing."""
    if known.is_void:
        return Ruling(outcome="discrepancy", discrepancies=("void_label",))
    if seen.envelope_differs:
        return _wrong_patient(seen, known)
    if seen.at < known.since:
        return _late(seen, known)
    if known.state in FINAL:
        return _after_the_end(seen, known)
    ruling = _RULES[seen.kind](seen, known)
    if known.state in SOUGHT and ruling.outcome == "already":
        # Nobody else has it since: it was here all the time.
        ruling = Ruling(outcome="applied", state=_state_at(seen, known))
    if known.state in SOUGHT:
        return _adding(ruling, "found_again")
    return ruling


def _adding(ruling: Ruling, discrepancy: str) -> Ruling:
    return Ruling(
        outcome=ruling.outcome,
        passings=ruling.passings,
        state=ruling.state,
        discrepancies=(*ruling.discrepancies, discrepancy),
    )


def _late(seen: Seen, known: Known) -> Ruling:
    """Older than what is known. It agrees when it lies on the way that the bag was to take."""
    on_the_way = {
        "collected": (known.origin,),
        "bagged": (known.origin,),
        "retrieved": (known.origin,),
        "delivered": (known.destination,),
        "received": (known.destination,),
        "shelved": (known.destination,),
    }.get(seen.kind)
    agrees = seen.place_kind == "hub" if on_the_way is None and seen.kind != "failed" else True
    if on_the_way is not None:
        agrees = seen.place in on_the_way or seen.place_kind == "hub"
    return Ruling(outcome="late") if agrees else Ruling(outcome="discrepancy", discrepancies=("late_conflict",))


def _after_the_end(seen: Seen, known: Known) -> Ruling:
    if seen.place == known.holder and seen.kind in ("delivered", "received", "shelved"):
        return Ruling(outcome="already")
    return Ruling(outcome="discrepancy", discrepancies=("movement_ended",))


def _wrong_patient(seen: Seen, known: Known) -> Ruling:
    """At bagging nothing has happened yet. Elsewhere the bag's own part is somewhere nobody knows."""
    if seen.kind == "bagged" or known.state in FINAL:
        return Ruling(outcome="discrepancy", discrepancies=("wrong_patient",))
    return Ruling(outcome="discrepancy", state="missing", discrepancies=("wrong_patient",))


def _bagged(seen: Seen, known: Known) -> Ruling:
    if known.holder != seen.place:
        return Ruling(outcome="discrepancy", discrepancies=("not_where_known",))
    if known.state == "ready":
        return Ruling(outcome="already")
    if known.state not in (*BEFORE_LEAVING, *SOUGHT):
        return Ruling(outcome="discrepancy", discrepancies=("not_where_known",))
    return Ruling(outcome="applied", state="ready")


def _collected(seen: Seen, known: Known) -> Ruling:
    if known.holder == seen.courier:
        return Ruling(outcome="already")
    state = "collected" if known.state in (*BEFORE_LEAVING, *SOUGHT) and known.holder == known.origin else "in_transit"
    ruling = Ruling(outcome="applied", passings=(Passing(to=seen.courier),), state=state)
    return ruling if known.holder == seen.place else _adding(ruling, "not_where_known")


def _hub_in(seen: Seen, known: Known) -> Ruling:
    if seen.place_kind != "hub":
        return _arrived(seen, known)  # whatever it was called: the bag is there now, and that may be a wrong place
    if known.holder == seen.place:
        return Ruling(outcome="already")
    return _through(seen, known, (Passing(to=seen.place),), "in_transit")


def _hub_out(seen: Seen, known: Known) -> Ruling:
    if known.holder_kind == "courier":
        if known.holder == seen.courier and known.came_from == seen.place:
            return Ruling(outcome="already")
        # A courier that has it from elsewhere has been here since: the scan of the arrival never came.
        steps: tuple[Passing, ...] = (Passing(to=seen.place, implied=True), Passing(to=seen.courier))
        return Ruling(outcome="applied", passings=steps, state="in_transit", discrepancies=("missing_scan",))
    if known.holder == seen.place:
        return Ruling(outcome="applied", passings=(Passing(to=seen.courier),), state="in_transit")
    steps = (
        Passing(to=seen.courier, implied=True),
        Passing(to=seen.place, implied=True),
        Passing(to=seen.courier),
    )
    return Ruling(outcome="applied", passings=steps, state="in_transit", discrepancies=("missing_scan",))


def _through(seen: Seen, known: Known, last: tuple[Passing, ...], state: str, *found: str) -> Ruling:
    """To its place from the courier; when nobody scanned that the courier had it, that is implied."""
    if known.holder_kind == "courier":
        return Ruling(outcome="applied", passings=last, state=state, discrepancies=found)
    steps = (Passing(to=seen.courier, implied=True), *last)
    return Ruling(outcome="applied", passings=steps, state=state, discrepancies=("missing_scan", *found))


def _arrived(seen: Seen, known: Known) -> Ruling:
    """Delivered, received or shelved. At the wrong place it is still there, and that is said (64 % of practices)."""
    state = _state_at(seen, known)
    if known.holder == seen.place and known.state == state:
        return Ruling(outcome="already")
    found = () if seen.place == known.destination else ("wrong_place",)
    if known.holder == seen.place:
        if found and seen.place == known.origin and known.state in BEFORE_LEAVING:
            # It has not left: nothing has come anywhere.
            return Ruling(outcome="discrepancy", discrepancies=("not_where_known",))
        return Ruling(outcome="applied", state="" if known.state == state else state, discrepancies=found)
    return _through(seen, known, (Passing(to=seen.place),), state, *found)


def _state_at(seen: Seen, known: Known) -> str:
    if seen.kind == "bagged":
        return "ready"
    if seen.place != known.destination:
        return "in_transit"
    if seen.kind == "received":
        return "in_storage" if seen.place_kind == "practice" else "in_store"
    return "in_store" if seen.kind == "shelved" else "delivered"


def _failed(seen: Seen, known: Known) -> Ruling:
    """The courier keeps it."""
    if known.holder == seen.courier:
        if known.state == "in_transit":
            return Ruling(outcome="already")
        return Ruling(outcome="applied", state="in_transit")
    steps = (Passing(to=seen.courier, implied=True),)
    return Ruling(outcome="applied", passings=steps, state="in_transit", discrepancies=("missing_scan",))


def _retrieved(seen: Seen, known: Known) -> Ruling:
    return _collected(seen, known)


_RULES = {
    "bagged": _bagged,
    "collected": _collected,
    "retrieved": _retrieved,
    "hub_in": _hub_in,
    "hub_out": _hub_out,
    "delivered": _arrived,
    "received": _arrived,
    "shelved": _arrived,
    "failed": _failed,
}
