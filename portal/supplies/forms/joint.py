"""The sheet of several sites and its check page: the basket's form once for each site."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping

from portal.foundation.errors import Conflict
from portal.supplies.forms.basket import LONGEST_REASON, REASON, BasketForm
from portal.supplies.forms.order import read_order, seen_as
from portal.supplies.services.place_joint_order import PlaceJointOrder

LONGEST_CODE = 12


def site_field(site: str, name: str) -> str:
    """The name of a site's field: ``Z99001_quantity-GMS1``. A site's code has no underscore."""
    return f"{site}_{name}"


class JointForm:
    """What was sent for each of the sites on the sheet. What is sent for any other site is ignored."""

    def __init__(self, sites: Iterable[str], data: Mapping[str, str] | None = None) -> None:
        parts: dict[str, dict[str, str]] = {site: {} for site in sites}
        for name in data or {}:
            site, _, field = name.partition("_")
            if data is not None and site in parts:
                parts[site][field] = data[name]
        self.forms = {site: BasketForm(part if data is not None else None) for site, part in parts.items()}

    def is_valid(self) -> bool:
        """Whether every site's part is."""
        return not [site for site, form in self.forms.items() if not form.is_valid()]  # each is asked

    def changes(self) -> dict[str, dict[str, int]]:
        """Site code -> item code -> packs, where they differ from what the page showed."""
        found = {site: form.changes() for site, form in self.forms.items()}
        return {site: changes for site, changes in found.items() if changes}

    def refuse(self, errors: Mapping[str | None, str]) -> None:
        """Puts a service's sentences, by ``SITE_field``, beside their fields."""
        for name, sentence in errors.items():
            site, _, field = (name or "").partition("_")
            if site in self.forms:
                self.forms[site].refuse({field: sentence})

    def sentences(self) -> dict[str, str]:
        """Field name -> what is wrong with it, site by site."""
        return {
            site_field(site, name): sentence
            for site, form in self.forms.items()
            for name, sentence in form.sentences().items()
        }

    def typed(self, site: str, name: str, otherwise: str) -> str:
        """What was typed into a site's field, or ``otherwise``."""
        form = self.forms[site]
        return form.typed(name, otherwise) if form.is_bound else otherwise


def joint_seen_as(seen: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """The hidden fields ``SITE_seen`` of the check page."""
    return {site_field(site, "seen"): seen_as(lines) for site, lines in seen.items()}


def read_joint_order(data: Mapping[str, str]) -> PlaceJointOrder:
    """The command. Raises Conflict for a page that was cut short or made up."""
    seen, reasons = {}, {}
    submission = data.get("submission", "")
    for name in data:
        site, _, field = name.partition("_")
        if field == "seen" and re.fullmatch(rf"[A-Z0-9]{{1,{LONGEST_CODE}}}", site):
            seen[site] = read_order({"submission": submission, "seen": data[name]}).seen
            reasons[site] = reasons_at(site, data)
    if not seen:
        raise Conflict("The page was not sent as a whole, so nothing was ordered. Check your order again.")
    return PlaceJointOrder(submission=uuid.UUID(submission), seen=seen, reasons=reasons)


def reasons_at(site: str, data: Mapping[str, str]) -> dict[str, str]:
    """Item code -> the reason that was typed for the site."""
    start = site_field(site, REASON)
    return {
        name.removeprefix(start): text.replace("\x00", "")[:LONGEST_REASON]
        for name, text in data.items()
        if name.startswith(start)
    }
