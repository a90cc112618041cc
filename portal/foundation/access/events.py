"""What can happen to attempts at changes."""

from portal.foundation.audit import event_type

ATTEMPT_REFUSED = event_type(
    "access.refused",
    "{actor} tried to {what}, and was refused: {why}",
    fields=("permission", "what", "why", "status"),
    public=False,
)
