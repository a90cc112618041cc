"""What can happen to cages. No event names a patient."""

from portal.foundation.audit import event_type

CAGE_OPENED = event_type("hub.cage_opened", "{actor} opened a cage for {destination}", fields=("destination",))
CAGE_FILLED = event_type(
    "hub.cage_filled", "{actor} put {number} bags in, {aside} were put aside", fields=("number", "aside")
)
CAGE_EMPTIED = event_type("hub.cage_emptied", "{actor} took bag {label} out", fields=("label",))
CAGE_CLOSED = event_type("hub.cage_closed", "{actor} closed the cage with {number} bags", fields=("number",))
CAGE_REOPENED = event_type("hub.cage_reopened", "{actor} opened the cage again, with {number} bags", fields=("number",))
CAGE_HANDED_OVER = event_type(
    "hub.cage_handed_over", "{actor} handed the cage to the courier with {number} bags", fields=("number",)
)
