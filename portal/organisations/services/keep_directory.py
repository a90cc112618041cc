"""Changes to the directory that an approved request brings, ahead of the next release (J14-J18, F15-F19).

A release that says otherwise later wins, and opens a case for whoever keeps the directory: nothing here hides it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, NotFound
from portal.organisations.events import ADDRESS_CHANGED, SITE_ADDED, SITE_CLOSED
from portal.organisations.kinds import KINDS
from portal.organisations.models import Organisation, OrganisationVersion
from portal.organisations.permissions import IMPORT_DIRECTORY

# Which kind a new site of a contractor type is; a branch says so itself.
KIND_OF_TYPE = {
    "gp": "gp_practice",
    "dental": "dental_practice",
    "ophthalmic": "optical_site",
    "pharmacy": "pharmacy",
}
# What a period of an organisation's history keeps of its row.
_KEPT = tuple(
    each.name
    for each in OrganisationVersion._meta.concrete_fields
    if each.name not in ("id", "organisation", "valid_to")
)


@dataclass(frozen=True, kw_only=True)
class AddSite:
    """A site as its request describes it. ``parent_code`` makes it a branch of that practice."""

    code: str
    name: str
    contractor_type: str
    address_lines: list[str] = field(default_factory=list)
    postcode: str = ""
    telephone: str = ""
    parent_code: str = ""


@service(IMPORT_DIRECTORY)
def add_site(actor: Actor, command: AddSite) -> Organisation:
    """Enters a site that the directory does not know yet; one that it knows and that is open stays as it is.

    Raises Conflict for a code that belongs to a closed site, or to a branch of another practice; NotFound for
    an unknown main practice.
    """
    parent = _lock(command.parent_code) if command.parent_code else None
    known = Organisation.objects.select_for_update().filter(code=command.code).first()
    if known is not None:
        _check_known(known, parent)
        nothing_changed()
        return known
    kind = "gp_branch" if parent is not None else KIND_OF_TYPE[command.contractor_type]
    site = Organisation.objects.create(
        code=command.code,
        name=command.name,
        kind=kind,
        contractor_type=KINDS[kind].contractor_type,
        status="active",
        address_lines=command.address_lines,
        postcode=command.postcode,
        telephone=command.telephone,
        parent=parent,
        parent_code=command.parent_code,
        commissioner_code=parent.commissioner_code if parent is not None else "",
        opened_on=timezone.localdate(),
    )
    record(SITE_ADDED, actor=actor, subject=site, organisation_id=site.id, name=site.name)
    return site


@service(IMPORT_DIRECTORY)
def change_address(actor: Actor, code: str, *, address_lines: list[str], postcode: str, telephone: str) -> Organisation:
    """Gives the organisation its new address from today; what it was before stays in its history."""
    site = _lock(code)
    told = {"address_lines": address_lines, "postcode": postcode, "telephone": telephone or site.telephone}
    if all(getattr(site, name) == value for name, value in told.items()):
        nothing_changed()
        return site
    _change(site, postcode_is_valid=True, **told)
    record(ADDRESS_CHANGED, actor=actor, subject=site, organisation_id=site.id, name=site.name)
    return site


@service(IMPORT_DIRECTORY)
def close_site(actor: Actor, code: str, on: date) -> Organisation:
    """Closes the organisation with this last day. One that is closed already stays as it is."""
    site = _lock(code)
    if site.status == "closed":
        nothing_changed()
        return site
    _change(site, status="closed", closed_on=on)
    record(SITE_CLOSED, actor=actor, subject=site, organisation_id=site.id, name=site.name, on=on.isoformat())
    return site


def _lock(code: str) -> Organisation:
    found: Organisation | None = Organisation.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise NotFound(f"There is no organisation with the code {code}.")
    return found


def _check_known(known: Organisation, parent: Organisation | None) -> None:
    if known.status == "closed" or known.closing_date_has_passed:
        raise Conflict(f"{known.code} belongs to {known.name}, which is closed. Ask for another code.")
    if parent is not None and known.parent_id != parent.id:
        raise Conflict(f"The directory does not say that {known.code} is a branch of {parent.name}.")


def _change(site: Organisation, **columns: Any) -> None:
    """Ends the present period of the organisation's history and begins the next; a day holds one period only."""
    today = timezone.localdate()
    if site.valid_from < today:
        earlier = {name: getattr(site, name) for name in _KEPT}
        earlier["last_seen_on"] = min(site.last_seen_on, today)
        OrganisationVersion.objects.create(organisation=site, valid_to=today, **earlier)
        site.valid_from = today
    site.last_seen_on = max(site.last_seen_on, today)
    for name, value in columns.items():
        setattr(site, name, value)
    site.save()
