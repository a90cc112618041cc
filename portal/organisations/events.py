"""What can happen to the directory."""

from portal.foundation.audit import event_type

RELEASE_IMPORTED = event_type(
    "organisations.release_imported",
    "{actor} imported {file_name} ({layout}): {created} created, {changed} changed, {closed} closed",
    fields=("file_name", "layout", "released_on", "read", "created", "changed", "unchanged", "closed", "reopened"),
    public=False,
)
RELEASE_REFUSED = event_type(
    "organisations.release_refused",
    "{actor} tried to import {file_name}; it was refused because of line {line}",
    fields=("file_name", "line", "reason"),
    public=False,
)
OPERATOR_REGISTERED = event_type(
    "organisations.operator_registered",
    "{actor} entered the operator, {name}, in the directory",
    fields=("name",),
    public=False,
)
SITE_ADDED = event_type("organisations.site_added", "{actor} entered {name} in the directory", fields=("name",))
ADDRESS_CHANGED = event_type("organisations.address_changed", "{actor} changed the address of {name}", fields=("name",))
SITE_CLOSED = event_type("organisations.site_closed", "{actor} closed {name}, last day {on}", fields=("name", "on"))
