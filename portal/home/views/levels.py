"""Service levels for everybody: the same numbers on the public page and on those of all who sign in (J29, J30)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.foundation.errors import NotFound
from portal.foundation.levels.models import LEAST_SITES
from portal.foundation.levels.reading import counting_state, published_rows, raw_rows
from portal.foundation.levels.source import LevelSource, all_sources
from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.views import CommissionerView, ContractorView, PortalView, PublicView, StaffView
from portal.home.forms.levels import LevelsForm
from portal.home.levels.composing import areas_to_choose, sections
from portal.home.levels.presenter import section_view
from portal.home.permissions import DOWNLOAD_ROWS, VIEW_LEVELS
from portal.organisations.api import area_of

_PUBLISHED_HEADS = (
    "Source", "Month", "Area", "Contractor type", "Kind", "Figure", "Days", "Counted", "Met", "Sites",
)  # fmt: skip


class LevelsPage(PortalView, abstract=True):
    """What the four pages share. ``template`` is a page in the layout of its audience."""

    template = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        form, areas, state = self.read(request)
        wanted = form.wanted()
        today = timezone.localdate()
        context = {
            "form": form,
            "filtered": bool(request.GET),
            "sections": [section_view(each, today) for each in sections(self.actor, wanted, areas)],
            "state": state,
            "least": LEAST_SITES,
            "query": urlencode(request.GET.dict()),
            "months": f"{wanted.first:%B %Y} to {wanted.last:%B %Y}",
            "downloads": [each.code for each in all_sources() if self.may_download(each)],
        }
        return self.page(self.template, context)

    def may_download(self, source: LevelSource) -> bool:
        """Whether the reader gets the rows: a site's own need the right to see what they count, too."""
        sees = self.actor.audience != "contractor" or self.actor.can(source.permission)
        return sees and self.actor.can(DOWNLOAD_ROWS)

    def own_area(self) -> str:
        """The area shown beside all sites when the reader has chosen none."""
        return ""

    def read(self, request: HttpRequest) -> tuple[LevelsForm, dict[str, str], dict[str, Any]]:
        """The filter, the areas it offers, and the state of the counting."""
        area = self.own_area()
        areas, state = areas_to_choose(besides=area), counting_state()
        return LevelsForm(request.GET.dict(), areas=areas, area=area, since=state["since"]), areas, state


class _OfSite(ContractorView, abstract=True):
    def own_area(self) -> str:
        """The commissioner of the site."""
        return area_of(self.actor.organisation_id)


class _OfCommissioner(CommissionerView, abstract=True):
    def own_area(self) -> str:
        """Its own."""
        return self.actor.organisation_code


class PublicLevels(LevelsPage, PublicView):
    """For anybody."""

    template = "home/levels/public.html.jinja"


class ContractorLevels(_OfSite, LevelsPage):
    """A site's own figures beside its area's and everybody's."""

    permission = VIEW_LEVELS
    template = "home/levels/contractor.html.jinja"


class CommissionerLevels(_OfCommissioner, LevelsPage):
    """The area of a commissioner beside everybody's (J29)."""

    permission = VIEW_LEVELS
    template = "home/levels/commissioner.html.jinja"


class StaffLevels(LevelsPage, StaffView):
    """The operator sees what its customers see."""

    permission = VIEW_LEVELS
    template = "home/levels/staff.html.jinja"


class Published(LevelsPage, PublicView):
    """The published rows of the chosen months, as they are kept."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Streams the file."""
        rows = published_rows(self.read(request)[0].wanted())
        return _file("service-levels", _PUBLISHED_HEADS, rows, kwargs["ending"])


class Rows(LevelsPage, abstract=True):
    """What was counted, a row each, as far as the reader may see it."""

    permission = DOWNLOAD_ROWS

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Streams the file. Its rows are bounded by the months; nothing of it is kept in memory."""
        source = _source(kwargs["source"])
        wanted = self.read(request)[0].wanted()
        heads = [title for title, _ in source.columns]
        name = f"{source.code}-{self.actor.organisation_code}".lower()
        return _file(name, heads, raw_rows(self.actor, source, wanted), kwargs["ending"])


class ContractorRows(_OfSite, Rows):
    """A site's own rows."""

    permission = DOWNLOAD_ROWS


class CommissionerRows(_OfCommissioner, Rows):
    """The rows of a commissioner's area."""

    permission = DOWNLOAD_ROWS


class StaffRows(Rows, StaffView):
    """Every row."""

    permission = DOWNLOAD_ROWS


def _source(code: str) -> LevelSource:
    for source in all_sources():
        if source.code == code:
            return source
    raise NotFound


def _file(name: str, heads: Any, rows: Any, ending: str) -> HttpResponseBase:
    return (xlsx_response if ending == "xlsx" else csv_response)(name, heads, rows)
