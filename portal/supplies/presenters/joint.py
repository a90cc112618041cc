"""What the pages of an order for several sites say. Strings only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.filters import count, weekday
from portal.foundation.workdays.calendar import WorkingCalendar
from portal.supplies.allowance import obstacle
from portal.supplies.catalogue_query import ShownItem
from portal.supplies.forms.basket import LONGEST_REASON, QUANTITY, REASON
from portal.supplies.forms.joint import JointForm, reasons_at, site_field
from portal.supplies.joint_selectors import SiteCheck
from portal.supplies.models import JointOrder, Order
from portal.supplies.presenters.basket import CheckLine, amount_words, check_line
from portal.supplies.presenters.catalogue import CatalogueWords, limit_words, pack_words, stock_words
from portal.supplies.presenters.checkout import approval_words
from portal.supplies.states import ORDER_LINE

_NOTHING_MORE = ("received", "rejected", "cancelled")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One site's field for one item; ``note`` says why there is none."""

    site: str
    site_name: str
    name: str
    value: str
    error: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRow:
    """One item with a cell for each site."""

    code: str
    name: str
    category: str
    pack: str
    stock: str
    stock_colour: str
    limits: str
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedReason:
    """The field in which a line of the check page asks for its reason."""

    name: str
    label: str
    value: str
    limit: int = LONGEST_REASON


@dataclass(frozen=True, kw_only=True, slots=True)
class SitePart:
    """One site on the check page. ``problems`` are sentences; ``leave_out`` is the address of the page without it."""

    code: str
    name: str
    address: list[str]
    lines: list[tuple[CheckLine, AskedReason | None]]
    approval: str
    problems: list[str]
    basket: str
    leave_out: str
    secure: bool
    steps: dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryRow:
    """One order of a joint order."""

    reference: str
    address: str
    site: str
    site_code: str
    lines: list[str]
    state: str
    colour: str
    promise: str


def sheet_rows(
    items: Sequence[ShownItem], sites: Sequence[Actor], baskets: Mapping[str, Mapping[str, int]], form: JointForm,
    words: CatalogueWords,
) -> list[SheetRow]:  # fmt: skip
    """The rows of one page of the sheet."""
    wrong = form.sentences()
    return [_sheet_row(each, sites, baskets, form, wrong, words) for each in items]


def _sheet_row(
    shown: ShownItem, sites: Sequence[Actor], baskets: Mapping[str, Mapping[str, int]], form: JointForm,
    wrong: Mapping[str, str], words: CatalogueWords,
) -> SheetRow:  # fmt: skip
    item = shown.item
    stock, colour = stock_words(item, shown.stock, words.today)
    cells = []
    for site in sites:
        code, name = site.organisation_code, f"{QUANTITY}{item.code}"
        has = str(baskets.get(code, {}).get(item.code, "") or "")
        cells.append(
            Cell(
                site=code,
                site_name=site.organisation_name,
                name=site_field(code, name),
                value=form.typed(code, name, has),
                error=wrong.get(site_field(code, name), ""),
                note=_note(site, shown),
            )
        )
    return SheetRow(
        code=item.code,
        name=item.name,
        category=item.category,
        pack=pack_words(item.unit, item.pack_size),
        stock=stock,
        stock_colour=colour,
        limits=limit_words(item),
        cells=cells,
    )


def _note(site: Actor, shown: ShownItem) -> str:
    if site.contractor_type not in shown.item.contractor_types:
        return "Not for this type of site"
    if not obstacle(site, shown.item):
        return ""
    return "You need the Secure Stationery Orderer role here" if shown.item.is_secure else "Cannot be ordered now"


def site_parts(
    checks: Sequence[SiteCheck], calendar: WorkingCalendar, typed: Mapping[str, str], refused: Mapping[str, str],
    page: str,
) -> list[SitePart]:  # fmt: skip
    """The sites of the check page; ``typed`` is what was sent, ``refused`` what the service said, by SITE[:ITEM]."""
    codes = [each.actor.organisation_code for each in checks]
    return [_site_part(each, calendar, typed, refused, page, codes) for each in checks]


def _site_part(
    check: SiteCheck, calendar: WorkingCalendar, typed: Mapping[str, str], refused: Mapping[str, str], page: str,
    codes: Sequence[str],
) -> SitePart:  # fmt: skip
    code, organisation = check.actor.organisation_code, check.site.organisation
    words = CatalogueWords(check.actor, calendar, reverse("supplies:catalogue", kwargs={"code": code}))
    reasons = reasons_at(code, typed)
    lines = []
    for row in check.rows:
        line = check_line(row, words, refused.get(f"{code}:{row.item.code}", ""))
        asks = row.quantity > row.item.usual_quantity
        if asks and not row.problem and f"{code}:{row.item.code}" not in refused:
            line = replace(line, reason="", problem="")  # nobody has asked yet: its field is on the page
        asked = _asked(code, check, row.item.code, reasons.get(row.item.code, row.reason)) if asks else None
        lines.append((line, asked))
    problems = [line.problem for line, _ in lines if line.problem]
    if refused.get(code):
        problems.insert(0, refused[code])
    elif not organisation.accepts_orders:
        problems.insert(0, f"{organisation.name} is not an open site in the directory, so nothing can be ordered.")
    approval = ""
    if check.site.approval_required or check.needing_approval:
        approval = approval_words(
            every_order=check.site.approval_required, items=check.needing_approval, at_site=check.approved_at_site
        )
    return SitePart(
        code=code,
        name=organisation.name,
        address=list(organisation.address),
        lines=lines,
        approval=approval,
        problems=problems,
        basket=reverse("supplies:basket", kwargs={"code": code}),
        leave_out=_without(page, [each for each in codes if each != code]),
        secure=any(row.item.is_secure for row in check.rows),
        steps=dict(check.steps),
    )


def _without(page: str, others: list[str]) -> str:
    """The page for the other sites; where only one is left, that site's own check page."""
    if len(others) == 1:
        return reverse("supplies:check", kwargs={"code": others[0]})
    return f"{page}?{urlencode([('site', each) for each in others])}" if others else ""


def _asked(site: str, check: SiteCheck, code: str, value: str) -> AskedReason:
    item = next(row.item for row in check.rows if row.item.code == code)
    return AskedReason(
        name=site_field(site, f"{REASON}{code}"),
        label=f"Why do you need more than {amount_words(item.usual_quantity, item.unit, 1)}?",
        value=value,
    )


def delivery_rows(orders: Sequence[Order]) -> list[DeliveryRow]:
    """The deliveries of a joint order that the reader may see."""
    rows = []
    for order in orders:
        state, site = ORDER_LINE.states[order.state], order.organisation
        promise = weekday(order.promised_on) if order.promised_on else "Not all of it has a date yet"
        rows.append(
            DeliveryRow(
                reference=order.reference,
                address=reverse("supplies:order", kwargs={"code": site.code, "reference": order.reference}),
                site=order.delivery_name,
                site_code=site.code,
                lines=[f"{line.quantity:,} × {line.item_name}" for line in order.lines.all()],
                state=state.label,
                colour=state.colour,
                promise="" if order.state in _NOTHING_MORE else promise,
            )
        )
    return rows


def together_words(joint: JointOrder) -> str:
    """What the page of one of its orders says."""
    others = count(joint.deliveries - 1, "delivery", "deliveries")
    return f"{joint.placed_by_name} ordered this together with {others} for other sites."
