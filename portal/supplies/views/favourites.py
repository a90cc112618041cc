"""Favourite lists: a site's own, used by everybody who orders for it (J5)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.supplies import ordering_selectors as read
from portal.supplies.forms.favourites import FavouriteForm
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.presenters.favourites import favourite_card
from portal.supplies.services.add_to_basket import AddToBasket, add_to_basket
from portal.supplies.services.delete_favourite import delete_favourite
from portal.supplies.services.rename_favourite import RenameFavourite, rename_favourite
from portal.supplies.services.save_favourite import SaveFavourite, save_favourite
from portal.supplies.views.basket import basket_address


class Favourites(ContractorView):
    """The site's lists with what is in them."""

    permission = PLACE_ORDER
    notices = {
        "saved": "The list was saved. Everybody who orders for your site can use it.",
        "renamed": "The list has its new name.",
        "deleted": "The list was deleted.",
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        page = page_of(read.favourites_of(self.actor), request.GET)
        cards = [favourite_card(each, self.actor) for each in page.rows]
        return self.page("supplies/ordering/favourites.html.jinja", {"cards": cards, "pages": page})


class SaveBasket(FormPage, ContractorView):
    """Saves what is in the basket as a list."""

    permission = PLACE_ORDER
    form_class = FavouriteForm
    template = "supplies/ordering/save_favourite.html.jinja"

    def context(self) -> dict[str, Any]:
        """What will be in the list."""
        rows = read.basket_rows(self.actor)
        return {"lines": [f"{row.quantity:,} × {row.item.name}" for row in rows], "order": ""}

    def submit(self, form: FavouriteForm) -> HttpResponseRedirect:
        """Saves it."""
        save_favourite(self.actor, SaveFavourite(name=form.cleaned_data["name"]))
        return self.go("supplies:favourites", done="saved")


class SaveOrder(FormPage, ContractorView):
    """Saves the lines of an earlier order as a list."""

    permission = PLACE_ORDER
    form_class = FavouriteForm
    template = "supplies/ordering/save_favourite.html.jinja"

    def context(self) -> dict[str, Any]:
        """What will be in the list. Raises NotFound for another site's order."""
        reference = self.kwargs["reference"]
        lines = read.order_lines(self.actor, reference)
        return {"lines": [f"{line.quantity:,} × {line.item_name}" for line in lines], "order": reference}

    def submit(self, form: FavouriteForm) -> HttpResponseRedirect:
        """Saves it."""
        save_favourite(self.actor, SaveFavourite(name=form.cleaned_data["name"], order=self.kwargs["reference"]))
        return self.go("supplies:favourites", done="saved")


class UseFavourite(ContractorView):
    """Puts the lines of a list into the basket."""

    permission = PLACE_ORDER

    def post(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponseBase:
        """Adds what can be ordered; the basket says what could not."""
        with transaction.atomic():
            added = add_to_basket(self.actor, AddToBasket(favourite=reference))
        return HttpResponseRedirect(basket_address(self.actor, done="repeated" if added else "", list=reference))


class Rename(FormPage, ContractorView):
    """Another name for a list."""

    permission = PLACE_ORDER
    form_class = FavouriteForm
    template = "supplies/ordering/rename_favourite.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """The name as it is."""
        return {"initial": {"name": read.favourite(self.actor, self.kwargs["reference"]).name}}

    def submit(self, form: FavouriteForm) -> HttpResponseRedirect:
        """Renames it."""
        command = RenameFavourite(reference=self.kwargs["reference"], name=form.cleaned_data["name"])
        rename_favourite(self.actor, command)
        return self.go("supplies:favourites", done="renamed")


class DeleteFavourite(ContractorView):
    """Deletes a list, after a question."""

    permission = PLACE_ORDER

    def get(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponseBase:
        """The question."""
        found = read.favourite(self.actor, reference)
        return self.page("supplies/ordering/delete_favourite.html.jinja", {"card": favourite_card(found, self.actor)})

    def post(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponseBase:
        """Deletes it."""
        with transaction.atomic():
            delete_favourite(self.actor, reference)
        return self.go("supplies:favourites", done="deleted")
