"""What a feature says of its service levels: where the things are that it counts, and how each figure is counted.

Each app declares its own in ``levels.py``; the worker counts them, ``home`` shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

from portal.foundation.access.permissions import Permission

LONGEST = 400  # days; what took longer is counted as this


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure. ``counted`` and ``met`` are SQL conditions on a row of the source's ``things``.

    ``shape`` says what it is: ``share`` (met of counted), ``days`` (``days`` is SQL for how long each took), ``rate``
    (not met, for each 1,000 counted) or ``number`` (counted, and no more). ``definition`` stands beside the figure.
    """

    code: str
    label: str
    definition: str
    counted: str
    met: str = "true"
    days: str = "0"
    shape: str = "share"
    offered_for_chart: bool = False


@dataclass(frozen=True, kw_only=True)
class LevelSource:
    """A feature's service levels.

    ``things`` is a SELECT of what is counted, one row each, that names at least ``site`` (a number that stands for
    whom it was for), ``organisation_id``, ``site_code``, ``contractor_type``, ``area``, ``month`` and ``kind``; where
    it says ``{kind}``, ``kind`` is put, or a kind of its own that an app above declares (``kind_of_its_own``). It
    must narrow itself by the named parameters ``begin``, ``end`` (days), ``begin_at``, ``end_at`` (moments);
    ``zone`` and ``today`` are given too. ``{scope}`` stands where a condition on the base table's organisation can be
    put, which ``of_organisation`` writes. ``columns`` are the raw rows' titles and SQL. ``permission`` is what a
    member of a site needs to see the site's own. ``wider_because`` says why a site's own count must look beyond
    its own rows; without it the second wall stands around that count.
    """

    code: str
    label: str
    things_are: str
    things: str
    of_organisation: str
    measures: tuple[Measure, ...]
    kinds_are: str
    kinds: Mapping[str, str]
    columns: tuple[tuple[str, str], ...]
    permission: Permission
    kind: str = "''"
    wider_because: str = ""

    @property
    def all_kinds(self) -> dict[str, str]:
        """The kinds, and those of their own, with their labels."""
        return {**self.kinds, **{each.code: each.label for each in KINDS_OF_THEIR_OWN.get(self.code, [])}}

    def things_where(self, scope: str = "") -> str:
        """SQL: what is counted, all of it or as ``scope`` narrows it."""
        cases = "".join(f" when {each.when} then '{each.code}'" for each in KINDS_OF_THEIR_OWN.get(self.code, []))
        kind = f"case{cases} else {self.kind} end" if cases else self.kind
        return self.things.replace("{scope}", scope).replace("{kind}", kind)

    def facts_where(self, scope: str = "") -> str:
        """SQL: a row for each thing and measure that counts it."""
        values = ", ".join(
            f"('{each.code}', least(greatest(({each.days}), 0), {LONGEST}), ({each.counted}), ({each.met}))"
            for each in self.measures
        )
        return f"""
            select thing.site, thing.month, thing.area, thing.contractor_type, thing.kind,
                   fact.measure, fact.days, fact.met
            from ({self.things_where(scope)}) thing
            cross join lateral (values {values}) fact (measure, days, counted, met)
            where fact.counted
        """  # noqa: S608  our own words

    def measure(self, code: str) -> Measure:
        """The measure with this code. Raises StopIteration when there is none."""
        return next(each for each in self.measures if each.code == code)


@dataclass(frozen=True, kw_only=True)
class KindOfItsOwn:
    """Things of a source that an app above it knows apart, because something else was promised for them.

    ``when`` is a condition on the rows that the source's SELECT is made of.
    """

    source: str
    code: str
    label: str
    when: str


REGISTER: dict[str, LevelSource] = {}
KINDS_OF_THEIR_OWN: dict[str, list[KindOfItsOwn]] = {}


def kind_of_its_own(kind: KindOfItsOwn) -> KindOfItsOwn:
    """Declares one. A thing has one kind, so what is of this kind is not counted as another."""
    KINDS_OF_THEIR_OWN.setdefault(kind.source, []).append(kind)
    return kind


def level_source(source: LevelSource) -> LevelSource:
    """Declares a source. Raises ValueError when the code is taken."""
    if source.code in REGISTER:
        raise ValueError(f"The service levels of {source.code} are declared twice.")
    REGISTER[source.code] = source
    return source


def all_sources() -> list[LevelSource]:
    """Every declared source, in the order in which pages show them. Finds the apps' declarations on the first call."""
    autodiscover_modules("levels")
    order = ("supplies", "records", "casework")
    return sorted(REGISTER.values(), key=lambda each: (order.index(each.code) if each.code in order else 9, each.code))
