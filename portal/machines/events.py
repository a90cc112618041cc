"""What can happen to machines. No event holds a token."""

from portal.foundation.audit import event_type

MACHINE_ADMITTED = event_type(
    "machines.admitted", "{actor} admitted {name}: {scopes}", fields=("name", "scopes"), public=False
)
TOKEN_REPLACED = event_type(
    "machines.token_replaced", "{actor} made a new token; the one before no longer works", public=False
)
MACHINE_ENDED = event_type("machines.ended", "{actor} ended its access: {reason}", fields=("reason",), public=False)
SCANNER_ADDED = event_type(
    "machines.scanner_added", "{actor} added the scanner {name} of {courier}", fields=("name", "courier"), public=False
)
SCANNER_LINKED = event_type(
    "machines.scanner_linked", "{actor} made a new link to set it up; until then it works no more", public=False
)
SCANNER_SET_UP = event_type("machines.scanner_set_up", "It was set up with the link", public=False)
