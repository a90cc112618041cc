"""The files that are known, and how a file is recognised: by what is in its rows, never by its name.

Evidence, strongest first: the number of columns; roles or settings in column 26; the sub-types in
column 14; and, for files that have neither, the shapes of all codes and parents taken together.
A single row's kind then comes from the file and its role or sub-type (FINDINGS 2, 3; hazards 1 and 2).
"""

from __future__ import annotations

from collections import Counter
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


_FAMILIES = (
    # Column 24 names the provider; where that is the commissioner itself there is no parent to speak of.
    Family(
        name="epraccur", label="prescribing cost centres", commissioner="c15", parent="coalesce(nullif(c24, c15), '')"
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
    Family(name="epharmacyhq", label="pharmacy owners", kind="pharmacy_owner"),
    Family(name="eopthq", label="optical head offices", kind="optical_owner"),
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
    """So many rows share these values of columns 13, 14 and 26 and these lengths of code and parent."""

    status: str
    subtype: str
    setting: str
    code_length: int
    parent_length: int
    rows: int


@dataclass(frozen=True)
class CodeShapes:
    """What part of the codes looks like what; read only for files without settings and sub-types."""

    optical_site: float
    pharmacy_owner: float
    known_pharmacy_owner: float
    known_optical_owner: float


def recognise(combinations: list[Combination], shapes: CodeShapes | None = None) -> Layout | None:
    """Which of the 27-column files this is; None when that needs ``shapes``.

    Raises RefusedFile when nothing known fits.
    """
    total = sum(each.rows for each in combinations)

    def share(**wanted: object) -> float:
        fits = (each for each in combinations if all(_fits(getattr(each, key), value) for key, value in wanted.items()))
        return sum(each.rows for each in fits) / total

    words = sum(each.rows for each in combinations if len(each.status) > 1) / total
    roles = sum(each.rows for each in combinations if each.setting.startswith("RO")) / total
    form = "2026" if words > _MOST or roles > _MOST else "classic"
    if roles > _MOST:
        return Layout(_family_of_roles(combinations), form)
    if sum(each.rows for each in combinations if each.setting.isdecimal()) / total > _MOST:
        return Layout(FAMILIES["epraccur"], form)
    if share(subtype={"D", "P"}, setting="") > _MOST:
        return Layout(FAMILIES["egdpprac"], form)
    if share(subtype={"1", "2", "3"}, setting="") > _MOST:
        return Layout(FAMILIES["edispensary"], form)
    if share(subtype="", setting="", code_length=9, parent_length=6) > _MOST:
        return Layout(FAMILIES["ebranchs"], form)
    if share(subtype="", setting="") > _MOST:
        return _by_shapes(shapes, has_parents=share(parent_length=0) < 0.5, form=form) if shapes else None
    raise refuse(
        "The columns are those of no known ODS file: neither settings, sub-types nor codes tell which.", line=1
    )


def _by_shapes(shapes: CodeShapes, *, has_parents: bool, form: str) -> Layout:
    if has_parents and shapes.optical_site > 0.5:
        return Layout(FAMILIES["eoptsite"], form)
    if not has_parents and max(shapes.pharmacy_owner, shapes.known_pharmacy_owner) > 0.5:
        return Layout(FAMILIES["epharmacyhq"], form)
    if not has_parents and shapes.known_optical_owner > 0.5:
        return Layout(FAMILIES["eopthq"], form)
    raise refuse(
        "The codes do not tell which ODS file this is. Name it with --layout, for example --layout eopthq.", line=1
    )


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


def _fits(value: object, wanted: object) -> bool:
    return value in wanted if isinstance(wanted, set) else value == wanted
