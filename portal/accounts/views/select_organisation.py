"""Select Organisation and Address (J4)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from portal.accounts.models import Membership
from portal.accounts.presenters import Choice, choices_of
from portal.foundation.access import OWN_ACCOUNT
from portal.foundation.web.views import MemberView

SEARCH_FROM = 10  # more sites than this get a search box


class SelectOrganisation(MemberView):
    """The drop-down of the person's live memberships. Choosing only navigates, so it is a GET form."""

    permission = OWN_ACCOUNT

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One membership: straight there. Several: the drop-down. None: what to do about it."""
        memberships = Membership.objects.visible_to(self.actor).live().select_related("organisation")  # type: ignore[attr-defined]
        choices = choices_of(memberships.order_by("organisation__name", "organisation__code"))
        if len(choices) == 1 and not request.GET.keys() & {"choose", "from"}:
            return HttpResponseRedirect(choices[0].home)
        chosen = next((each for each in choices if each.code == request.GET.get("organisation")), None)
        if chosen is None:
            return self._ask(choices)
        leaving = next((each for each in choices if each.code == request.GET.get("from")), None)
        if leaving and leaving != chosen and "switch" not in request.GET:
            if items := _basket_size(self.actor.user_id, leaving.code):
                return self._ask_about_basket(leaving, chosen, items)
        return HttpResponseRedirect(chosen.home)

    def _ask(self, choices: list[Choice]) -> HttpResponseBase:
        here = self.request.GET.get("from", "")
        search = self.request.GET.get("search", "")
        words = search.lower().split()
        context: dict[str, Any] = {
            "choices": [each for each in choices if all(word in each.label.lower() for word in words)],
            "count": len(choices),
            "searchable": len(choices) > SEARCH_FROM,
            "search": search,
            "current": here if here in {each.code for each in choices} else "",
            "nothing_chosen": "organisation" in self.request.GET,
        }
        return self.page("accounts/select_organisation.html.jinja", context)

    def _ask_about_basket(self, leaving: Choice, chosen: Choice, items: int) -> HttpResponseBase:
        context = {"leaving": leaving, "chosen": chosen, "items": items, "basket": leaving.basket}
        return self.page("accounts/leave_basket.html.jinja", context)


def _basket_size(user_id: int | None, code: str) -> int:
    return int(import_string(settings.BASKET_SIZE)(user_id, code))
