"""The files that are known, and how a file is recognised: by what is in its rows, never by its name.

Evidence, strongest first: the number of columns; roles or settings in column 26; the sub-types in
column 14; and, for files that have neither, the shapes of all codes and parents taken together.
A single row's kind then comes from the file and its role or sub-type (FINDINGS 2, 3; hazards 1 and 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from portal.organisations.kinds import KIND_OF_ROLE, KIND_OF_SETTING, KINDS, UNKNOWN_PRESCRIBER, Kind
from portal.organisations.ods_import.refusal import refuse

ORGANISATION_COLUMNS = 27
MEMBERSHIP_COLUMNS = 6
STATUS_WORDS = {
    "A": "active", "C": "closed", "D": "dormant", "P": "proposed",
    "ACTIVE": "active", "INACTIVE": "closed", "DORMANT": "dormant", "PROPOSED": "proposed",
}  # fmt: skip
# Nine rows in ten decide which file it is; the tenth is then refused by its line, not guessed.
_MOST = 0.9


@dataclass(frozen=True, kw_only=True)
class Family:
    """One kind of file. ``parent`` and ``commissioner`` are SQL over the staged columns c1 to c27."""

    name: str
    label: str
    parent: str = "''"
    commissioner: str = "''"
    kinds: dict[str, str] | None = None  # sub-type -> kind; None where column 26 or the file decides
    kind: str = ""
    has_parents_of_others: bool = False  # only then is it worth looking for children that wait


_FAMILIES = (
    # Column 24 names the provider; where that is the commissioner itself there is no parent to speak of.
    Family(
        name="epraccur",
        label="prescribing cost centres",
        commissioner="c15",
        parent="case when c24 <> c15 then c24 else '' end",
        has_parents_of_others=True,
    ),
    Family(name="ebranchs", label="GP branches", kind="gp_branch", parent="c15"),
    Family(
        name="egdpprac",
        label="dental practices",
        kinds={"D": "dental_practice", "P": "dental_practice"},
        commissioner="c15",
    ),
    Family(
        name="edispensary",
        label="pharmacies",
        kinds={"1": "pharmacy", "2": "appliance_contractor", "3": "oxygen_supplier"},
        parent="c15",
        commissioner="c24",
    ),
    Family(name="eoptsite", label="optical sites", kind="optical_site", parent="c15", commissioner="c24"),
    Family(name="epharmacyhq", label="pharmacy owners", kind="pharmacy_owner", has_parents_of_others=True),
    Family(name="eopthq", label="optical head offices", kind="optical_owner", has_parents_of_others=True),
    Family(name="epcmem", label="practice to commissioner history"),
)
FAMILIES: dict[str, Family] = {family.name: family for family in _FAMILIES}
MEMBERSHIP = FAMILIES["epcmem"]


@dataclass(frozen=True)
class Layout:
    """A family in one of its two forms: ``classic`` until November 2025, ``2026`` since."""

    family: Family
    form: str

    @property
    def name(self) -> str:
        """As ``--json`` and the runs name it."""
        return f"{self.family.name} {self.form}"

    def kind_of(self, subtype: str, setting: str) -> Kind | None:
        """The kind of a row with these values; None when the layout does not know the sub-type."""
        if setting.startswith("RO"):
            known = [KIND_OF_ROLE[role] for role in roles_in(setting) if role in KIND_OF_ROLE]
            return min(known, key=list(KINDS.values()).index) if known else UNKNOWN_PRESCRIBER
        if self.family.kinds is not None:
            code = self.family.kinds.get(subtype)
            return KINDS[code] if code else None
        if self.family.kind:
            return KINDS[self.family.kind]
        return KIND_OF_SETTING.get(setting, UNKNOWN_PRESCRIBER) if setting.isdecimal() else None

    def roles_of(self, subtype: str, setting: str) -> list[str]:
        """The roles of a row: as the file lists them, or the one that its kind stands for."""
        if setting.startswith("RO"):
            return roles_in(setting)
        kind = self.kind_of(subtype, setting)
        return list(kind.roles[:1]) if kind else []


def roles_in(setting: str) -> list[str]:
    """``RO76|RO268`` as a list."""
    return [role.strip() for role in setting.split("|") if role.strip()]


@dataclass(frozen=True)
class Combination:
    """So many rows share these values of columns 13, 14 and 26."""

    status: str
    subtype: str
    setting: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class CodeShapes:
    """What share of the rows looks how; read only for files without settings and sub-types."""

    with_parent: float = 0
    branch: float = 0
    optical_site: float = 0
    pharmacy_owner: float = 0
    known_pharmacy_owner: float = 0
    known_optical_owner: float = 0


def form_of(combinations: list[Combination]) -> str:
    """``2026`` when column 26 holds roles or the statuses are words, else ``classic``."""
    return "2026" if _share(combinations, _has_roles) > _MOST or _share(combinations, _has_words) > _MOST else "classic"


def recognise(combinations: list[Combination]) -> Layout | None:
    """Which of the 27-column files this is; None when only the codes can tell (``recognise_by_shapes``).

    Raises RefusedFile when nothing known fits.
    """

    def mostly(fits: Callable[[Combination], bool]) -> bool:
        return _share(combinations, fits) > _MOST

    form = form_of(combinations)
    if mostly(_has_roles):
        return Layout(_family_of_roles(combinations), form)
    if mostly(lambda each: each.setting.isdecimal()):
        return Layout(FAMILIES["epraccur"], form)
    for name in ("egdpprac", "edispensary"):
        kinds = FAMILIES[name].kinds or {}
        if mostly(lambda each, kinds=kinds: each.subtype in kinds and not each.setting):
            return Layout(FAMILIES[name], form)
    if mostly(_says_nothing):
        return None
    raise refuse(
        "The columns are those of no known ODS file: neither settings, sub-types nor codes tell which.", line=1
    )


def recognise_by_shapes(combinations: list[Combination], shapes: CodeShapes) -> Layout:
    """Which file without settings and sub-types this is. Raises RefusedFile when the codes do not tell either."""
    has_parents = shapes.with_parent > 0.5
    name = ""
    if shapes.branch > _MOST:
        name = "ebranchs"
    elif has_parents and shapes.optical_site > 0.5:
        name = "eoptsite"
    elif not has_parents and max(shapes.pharmacy_owner, shapes.known_pharmacy_owner) > 0.5:
        name = "epharmacyhq"
    elif not has_parents and shapes.known_optical_owner > 0.5:
        name = "eopthq"
    if not name:
        sentence = "The codes do not tell which ODS file this is. Name it with --layout, for example --layout eopthq."
        raise refuse(sentence, line=1)
    return Layout(FAMILIES[name], form_of(combinations))


def _share(combinations: list[Combination], fits: Callable[[Combination], bool]) -> float:
    return sum(each.rows for each in combinations if fits(each)) / sum(each.rows for each in combinations)


def _has_roles(each: Combination) -> bool:
    return each.setting.startswith("RO")


def _has_words(each: Combination) -> bool:
    return len(each.status) > 1


def _says_nothing(each: Combination) -> bool:
    return not each.subtype and not each.setting


def _family_of_roles(combinations: list[Combination]) -> Family:
    """The family whose kinds most rows have; the prescribing file is the one with many kinds."""
    votes: Counter[str] = Counter()
    by_kind = {
        kind: family.name for family in _FAMILIES for kind in [family.kind, *(family.kinds or {}).values()] if kind
    }
    for each in combinations:
        kind = Layout(FAMILIES["epraccur"], "2026").kind_of(each.subtype, each.setting)
        votes[by_kind.get(kind.code, "epraccur") if kind else "epraccur"] += each.rows
    return FAMILIES[votes.most_common(1)[0][0]]
