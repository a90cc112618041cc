"""One order for several sites of a person: the sheet, the check page, the deliveries (issue 5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.web.pages import page_of
from portal.foundation.web.posted import posted
from portal.foundation.web.views import ContractorView
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies import joint_selectors as read
from portal.supplies.forms.basket import shown_as
from portal.supplies.forms.joint import JointForm, joint_seen_as, read_joint_order, site_field
from portal.supplies.joint_sites import MOST_SITES, sites_of_person
from portal.supplies.ordering_selectors import order_lines
from portal.supplies.permissions import ORDER_SECURE_ITEMS, PLACE_ORDER, VIEW_ORDERS
from portal.supplies.presenters.catalogue import CatalogueWords
from portal.supplies.presenters.joint import delivery_rows, sheet_rows, site_parts
from portal.supplies.presenters.problems import Problem, problems_of
from portal.supplies.services.add_to_basket import add_for_another_site
from portal.supplies.services.fill_baskets import fill_baskets
from portal.supplies.services.place_joint_order import place_joint_order
from portal.supplies.views.catalogue import LONGEST_SEARCH

ITEMS_ON_A_PAGE = 40  # times ten sites stays below what one form may send


class _JointPage(ContractorView, abstract=True):
    """A page about the sites named in the query, each by the person's own membership."""

    def chosen(self, sites: Mapping[str, Actor]) -> list[Actor]:
        """The chosen ones of the person's sites; all of them where none is chosen and one sheet holds them."""
        wanted = set(self.request.GET.getlist("site"))
        found = [site for code, site in sites.items() if code in wanted]
        if not found and len(sites) <= MOST_SITES:
            found = list(sites.values())
        return found if len(found) <= MOST_SITES else []

    def address_with(self, name: str, sites: list[Actor]) -> str:
        """The address of another page about these sites."""
        address = reverse(f"supplies:{name}", kwargs={"code": self.actor.organisation_code})
        return f"{address}?{urlencode([('site', site.organisation_code) for site in sites])}"


class Sheet(_JointPage):
    """Items down, sites across: the person's baskets at these sites."""

    permission = PLACE_ORDER
    notices = {"saved": "The baskets were changed. Nothing is ordered yet."}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The sheet, or first the question for which sites."""
        sites = sites_of_person(self.actor, PLACE_ORDER)
        chosen = self.chosen(sites)
        return self._show(sites, chosen, JointForm([site.organisation_code for site in chosen]))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Saves what was changed, in all baskets or in none; then the check page, or this page again."""
        sites = sites_of_person(self.actor, PLACE_ORDER)
        chosen = self.chosen(sites)
        form = JointForm([site.organisation_code for site in chosen], request.POST)
        if not form.is_valid():
            return self._show(sites, chosen, form, status=422)
        try:
            with transaction.atomic():
                fill_baskets(self.actor, form.changes())
        except InvalidInput as error:
            form.refuse(error.errors)
            return self._show(sites, chosen, form, status=422)
        if request.POST.get("action") == "check":
            return HttpResponseRedirect(self.address_with("joint_check", chosen))
        kept = [(key, value) for key, many in request.GET.lists() for value in many if key != "done"]
        return HttpResponseRedirect(f"{request.path}?{urlencode([*kept, ('done', 'saved')])}")

    def _show(
        self, sites: Mapping[str, Actor], chosen: list[Actor], form: JointForm, *, status: int = 200
    ) -> HttpResponse:
        query = self.request.GET
        words = query.get("q", "").strip()[:LONGEST_SEARCH]
        category = query.get("category", "")[:LONGEST_SEARCH]
        only = query.get("only", "") == "chosen"
        baskets = read.baskets_of(self.actor, chosen)
        items = read.items_for(chosen, words=words, category=category)
        if only:
            items = [each for each in items if any(each.item.code in basket for basket in baskets.values())]
        page = page_of(items, query, size=ITEMS_ON_A_PAGE)
        base = reverse("supplies:catalogue", kwargs={"code": self.actor.organisation_code})
        rows = sheet_rows(page.rows, chosen, baskets, form, CatalogueWords(self.actor, working_calendar(), base))
        fields = [cell.name for row in rows for cell in row.cells if not cell.note]
        return self.page(
            "supplies/joint/sheet.html.jinja",
            {
                "sites": list(sites.values()),
                "chosen": chosen,
                "most": MOST_SITES,
                "rows": rows,
                "problems": problems_of(_with_site(form.sentences(), chosen), fields),
                "shown": {
                    site_field(site.organisation_code, "shown"): form.typed(
                        site.organisation_code, "shown", self._shown(page.rows, baskets.get(site.organisation_code, {}))
                    )
                    for site in chosen
                },
                "words": words,
                "category": category,
                "categories": sorted({each.item.category for each in read.items_for(chosen)}),
                "only": only,
                "in_baskets": sum(len(basket) for basket in baskets.values()),
                "pages": page,
            },
            status=status,
        )

    def _shown(self, rows: Any, basket: Mapping[str, int]) -> str:
        return shown_as({each.item.code: basket.get(each.item.code, 0) for each in rows})


class JointCheck(_JointPage):
    """Every delivery once more, each with its address, dates and problems; then "Place all orders"."""

    permission = PLACE_ORDER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The page; before it, a second factor where an order will need a fresh one."""
        checks = read.checks_of(self.chosen(sites_of_person(self.actor, PLACE_ORDER)))
        secure = any(row.item.is_secure and each.actor.can(ORDER_SECURE_ITEMS) for each in checks for row in each.rows)
        if secure and not self.actor.has_fresh_second_factor():
            return self.ask_second_factor()
        return self._show(checks)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Places all orders, or none, and goes to the page of them all."""
        try:
            command = read_joint_order(request.POST)
            with transaction.atomic():
                joint = place_joint_order(self.actor, command)
        except InvalidInput as error:
            refused = {str(key): sentence for key, sentence in error.errors.items()}
            checks = read.checks_of(self.chosen(sites_of_person(self.actor, PLACE_ORDER)))
            return self._show(checks, refused, status=422)
        except Conflict as error:
            context = {"sentence": error.sentence, "check": request.get_full_path()}
            return self.page("supplies/joint/changed.html.jinja", context, status=409)
        return self.go("supplies:joint_order", reference=joint.reference, done="placed")

    def _show(
        self, checks: list[read.SiteCheck], refused: dict[str, str] | None = None, *, status: int = 200
    ) -> HttpResponse:
        parts = site_parts(checks, working_calendar(), self.request.POST, refused or {}, self.request.path)
        chosen = [each.actor for each in checks]
        return self.page(
            "supplies/joint/check.html.jinja",
            {
                "parts": parts,
                "problems": [
                    Problem(sentence=f"{part.name}: {sentence}", link=f"#site-{part.code}")
                    for part in parts
                    for sentence in part.problems
                ],
                "reasons_wanted": any(asked for part in parts for _, asked in part.lines),
                "sheet": self.address_with("joint_sheet", chosen),
                "secure": any(part.secure for part in parts),
                "submission": uuid.uuid4(),
                "seen": joint_seen_as(
                    {
                        each.actor.organisation_code: {row.item.code: row.quantity for row in each.rows}
                        for each in checks
                    }
                ),
            },
            status=status,
        )


class Elsewhere(ContractorView):
    """The lines of an earlier order for another site of the same person."""

    permission = PLACE_ORDER

    def get(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponseBase:
        """The question for which site."""
        return self._show(reference)

    def post(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponseBase:
        """Fills the basket there and goes to it."""
        site = posted(request, "site")
        if not site:
            return self._show(reference, "Choose the site to order for.", status=422)
        with transaction.atomic():
            added = add_for_another_site(self.actor, reference, site)
        address = reverse("supplies:basket", kwargs={"code": site})
        return HttpResponseRedirect(f"{address}?done={'repeated' if added else 'nothing'}")

    def _show(self, reference: str, wrong: str = "", *, status: int = 200) -> HttpResponse:
        lines = order_lines(self.actor, reference)
        sites = sites_of_person(self.actor, PLACE_ORDER)
        sites.pop(self.actor.organisation_code, None)
        return self.page(
            "supplies/joint/elsewhere.html.jinja",
            {
                "reference": reference,
                "lines": [f"{line.quantity:,} × {line.item_name}" for line in lines],
                "sites": list(sites.values()),
                "problems": [Problem(sentence=wrong, link="#site-1")] if wrong else [],
            },
            status=status,
        )


class JointOrderPage(ContractorView):
    """Each delivery of an order for several sites, and where it is."""

    permission = VIEW_ORDERS
    notices = {"placed": "All orders have been placed."}

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The page."""
        joint = read.joint_order(self.actor, reference)
        rows = delivery_rows(read.orders_of(self.actor, joint))
        return self.page(
            "supplies/joint/order.html.jinja", {"joint": joint, "rows": rows, "hidden": joint.deliveries - len(rows)}
        )


def _with_site(sentences: Mapping[str, str], sites: list[Actor]) -> dict[str, str]:
    """The summary's sentences say for which site; at its field each says only what is wrong."""
    names = {site.organisation_code: site.organisation_name for site in sites}
    return {name: f"{names[name.partition('_')[0]]}: {sentence}" for name, sentence in sentences.items()}
