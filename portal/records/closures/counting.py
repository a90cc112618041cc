"""What is at a site by the portal, and what of it was seen: worked out from custody each time, never copied."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.records.closures.models import Counted, Inventory
from portal.records.models import Bag, Movement, RecordPart
from portal.records.registrations.models import RegisteredPatient
from portal.records.searches.models import SearchTask
from portal.records.states import FINAL, SOUGHT


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Parts of a site: ``seen`` and ``unseen`` of those in its hands, ``sought`` ones that are not there,
    ``prepared`` ones on a movement that has not left, ``to_move`` ones that were seen and have no movement yet.
    ``left`` have gone since they were seen; ``paperless`` have no paper to send. ``unanswered`` questions wait about
    what is sought.
    """

    seen: int
    unseen: int
    sought: int
    prepared: int
    to_move: int
    left: int
    paperless: int
    unexpected: int
    unanswered: int

    @property
    def still_there(self) -> int:
        """What keeps the closure waiting: everything that is there and not known to be without paper."""
        return self.unseen + self.prepared + self.to_move


def held(site_id: int) -> QuerySet[RecordPart]:
    """What the site has, by the chain of custody."""
    return RecordPart.objects.filter(organisation_id=site_id).exclude(state="destroyed")


def under_way(parts: QuerySet[RecordPart]) -> QuerySet[RecordPart]:
    """Those of ``parts`` that are on a movement."""
    return parts.filter(Exists(_open_bags()))


def at_rest(parts: QuerySet[RecordPart]) -> QuerySet[RecordPart]:
    """Those of ``parts`` that are on no movement, and were not said to be without paper at the place that has them."""
    paperless = Bag.objects.filter(part=OuterRef("pk"), state="no_paper", movement__origin=OuterRef("holder"))
    return parts.filter(~Exists(_open_bags()), ~Exists(paperless))


def listed(site_id: int) -> QuerySet[RegisteredPatient]:
    """Patients whose paper should be at the site by the registers, though nobody ever entered any here."""
    nowhere_else = Q(registered_at=site_id, record_at=None, record_in_store=False)
    return RegisteredPatient.objects.filter(Q(record_at=site_id) | nowhere_else, paper_record=None)


def unseen(inventory: Inventory) -> QuerySet[RecordPart]:
    """What should be there and nobody has seen, in the order in which it was entered."""
    return _without(at_rest(held(inventory.organisation_id).filter(state="kept")), inventory).order_by("id")


def to_search(inventory: Inventory) -> QuerySet[RecordPart]:
    """What nobody saw, and what was missing before without a movement: nobody else was asked about either."""
    seen = Counted.objects.filter(inventory=inventory, part=OuterRef("pk"))
    gone = Q(state="missing") | Q(~Exists(seen), state="kept")
    return at_rest(held(inventory.organisation_id).filter(gone)).order_by("id")


def unanswered(inventory: Inventory) -> int:
    """How many questions wait for an answer about records that the count did not find."""
    started = SearchTask.objects.filter(bag__movement__in=searched_by(inventory), state="asked")
    return started.filter(bag__state__in=SOUGHT).count()


def searched_by(inventory: Inventory) -> QuerySet[Movement]:
    """The movements that carry the search for what the count did not find."""
    return Movement.objects.filter(origin_organisation_id=inventory.organisation_id, reason="closure", state__in=SOUGHT)


def sought(inventory: Inventory) -> QuerySet[RecordPart]:
    """What should be there, was not found, and is looked for."""
    return held(inventory.organisation_id).filter(state__in=SOUGHT).order_by("id")


def to_move(inventory: Inventory) -> QuerySet[RecordPart]:
    """What was seen, is there, and has no movement yet."""
    seen = Counted.objects.filter(inventory=inventory, part=OuterRef("pk"))
    return at_rest(held(inventory.organisation_id).filter(state="kept")).filter(Exists(seen)).order_by("id")


def progress_of(inventory: Inventory) -> Progress:
    """Nine counts, each by an index of the site. The caller may see every row."""
    counted, site = Counted.objects.filter(inventory=inventory), inventory.organisation_id
    here = held(site)
    resting = at_rest(here.filter(state="kept")).count()
    moving, waiting = to_move(inventory).count(), under_way(here.filter(state="kept")).count()
    sought_for = sought(inventory).count()
    return Progress(
        seen=counted.count(),
        unseen=resting - moving,
        sought=sought_for,
        prepared=waiting,
        to_move=moving,
        left=counted.exclude(part__organisation_id=site).count(),
        paperless=max(here.filter(state="kept").count() - resting - waiting, 0),
        unexpected=counted.filter(was_expected=False).count(),
        unanswered=unanswered(inventory),
    )


def _open_bags() -> QuerySet[Bag]:
    return Bag.objects.filter(part=OuterRef("pk")).exclude(state__in=FINAL)


def _without(parts: QuerySet[RecordPart], inventory: Inventory) -> QuerySet[RecordPart]:
    return parts.filter(~Exists(Counted.objects.filter(inventory=inventory, part=OuterRef("pk"))))
