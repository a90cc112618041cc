"""The header's links, per audience: composition only. A link is shown to those who may follow it."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access.actor import Actor
from portal.foundation.web.addresses import address as address_of


@dataclass(frozen=True)
class NavigationLink:
    """One link of the header; ``current`` marks the part of the portal the page belongs to."""

    label: str
    address: str
    current: bool


# Label, name of the page, the permission without which it is not shown.
_Table = tuple[tuple[str, str, str], ...]
_CONTRACTOR: _Table = (
    ("Home", "contractor:home", "home.view_home"),
    ("Order supplies", "supplies:catalogue", "supplies.place_order"),
    ("Your orders", "supplies:orders", "supplies.view_orders"),
    ("Records", "records:records", "records.view"),
    ("Numbered forms", "serials:forms", "serials.view_own"),
    ("Your cases", "casework:cases", "casework.view_own_cases"),
    ("Ask us", "enquiries:start", "casework.ask"),
    ("Changes", "requests:start", "casework.request_change"),
    ("Users", "users:list", "accounts.view_users"),
    ("Service levels", "contractor:levels", "home.view_levels"),
)
_STAFF: _Table = (
    ("Home", "staff:home", "home.view_home"),
    ("Orders", "staff_supplies:orders", "supplies.view_queue"),
    ("Warehouse", "staff_supplies:warehouse", "supplies.view_queue"),
    ("Stock", "staff_supplies:stock", "supplies.view_stock"),
    ("Catalogue", "staff_supplies:catalogue", "supplies.view_stock"),
    ("Numbered forms", "staff_serials:register", "serials.view_register"),
    ("My work", "staff_casework:my_work", "casework.work_cases"),
    ("Cases", "staff_casework:cases", "casework.view_cases"),
    ("Requests", "staff_requests:requests", "casework.view_cases"),
    ("Directory", "staff_organisations:organisations", "organisations.view_directory"),
    ("Records", "staff_records:movements", "records.view_all"),
    ("Scanners", "staff_scanners:scanners", "machines.keep_scanners"),
    ("Registrations", "staff_registrations:imports", "registrations.view_imports"),
    ("Service levels", "staff:levels", "home.view_levels"),
    ("Machines", "staff_machines:machines", "machines.keep"),
    ("Refused attempts", "staff_attempts:attempts", "accounts.watch_attempts"),
)
_COMMISSIONER: _Table = (
    ("Requests", "commissioner:requests", "casework.decide_change"),
    ("Service levels", "commissioner_levels:levels", "home.view_levels"),
)
# Further folders of a part, beside that of its page: a folder that stands nowhere falls to Home, and a test says so.
_FOLDERS: dict[str, tuple[str, ...]] = {
    "staff_supplies:warehouse": tuple(
        f"/staff/supplies/{each}/" for each in ("waves", "manifests", "proofs", "consignments")
    ),
    "staff_supplies:stock": tuple(f"/staff/supplies/{each}/" for each in ("batches", "forecasts", "counts", "stores")),
    "staff_casework:cases": ("/staff/problems/",),
    "staff_organisations:organisations": ("/staff/imports/", "/staff/supplies/accounts/"),
}


def navigation_for(actor: Actor, path: str) -> list[NavigationLink]:
    """The links for this actor; the one the page belongs to is marked as current."""
    if actor.audience == "contractor":
        table: _Table = _CONTRACTOR
        arguments = {"code": actor.organisation_code}
    elif actor.audience == "commissioner":
        table, arguments = _COMMISSIONER, {"code": actor.organisation_code}
    elif actor.audience == "staff":
        table, arguments = _STAFF, {}
    else:
        return []
    shown = [(label, name, address_of(name, **arguments)) for label, name, code in table if code in actor.permissions]
    # The part with the longest folder in which the page lies.
    lies_in = [
        (len(folder), name)
        for _, name, address in shown
        for folder in (address, *_FOLDERS.get(name, ()))
        if path.startswith(folder)
    ]
    _, here = max(lies_in, default=(0, ""))
    return [NavigationLink(label, address, name == here) for label, name, address in shown]
