"""What can happen to machines. No event holds a token."""

from portal.foundation.audit import event_type

MACHINE_ADMITTED = event_type(
    "machines.admitted", "{actor} admitted {name}: {scopes}", fields=("name", "scopes"), public=False
)
TOKEN_REPLACED = event_type(
    "machines.token_replaced", "{actor} made a new token; the one before no longer works", public=False
)
MACHINE_ENDED = event_type("machines.ended", "{actor} ended its access: {reason}", fields=("reason",), public=False)
