"""What can happen to numbered forms. The numbers themselves are in the moves; events name the item and the count."""

from portal.foundation.audit import event_type

SERIALS_RECEIVED = event_type(
    "serials.received", "{actor} booked {number} numbered forms in: {item}", fields=("number", "item"), public=False
)
SERIALS_MOVED = event_type(
    "serials.moved", "{number} numbered forms, {item}: {state}", fields=("number", "item", "state")
)
FORMS_REPORTED = event_type(
    "serials.reported", "{actor} reported {number} numbered forms as missing: {item}", fields=("number", "item")
)
ORDER_WAITS = event_type(
    "serials.order_waits", "Order {subject} waits for a second person of the operator: {reason}", fields=("reason",)
)
ORDER_LET_GO = event_type("serials.order_let_go", "{actor} released order {subject}", fields=("note",))
ORDER_NOT_LET_GO = event_type(
    "serials.order_not_let_go", "{actor} did not release order {subject}: {note}", fields=("note",)
)
RECEIPT_MISSED = event_type(
    "serials.receipt_missed",
    "Nobody confirmed consignment {consignment} in time. Case {case} is open.",
    fields=("consignment", "case"),
)
PRESCRIBER_JOINED = event_type(
    "serials.prescriber_joined", "{actor} added prescriber {prescriber} from {on}", fields=("prescriber", "on")
)
PRESCRIBER_RENAMED = event_type(
    "serials.prescriber_renamed", "{actor} renamed prescriber {prescriber} from {on}", fields=("prescriber", "on")
)
PRESCRIBER_LEAVES = event_type(
    "serials.prescriber_leaves", "{actor} recorded that prescriber {prescriber} leaves on {on}",
    fields=("prescriber", "on"),
)  # fmt: skip
PADS_CLOSED = event_type(
    "serials.pads_closed",
    "{actor} said what became of the pads of prescriber {prescriber}: {outcome}",
    fields=("prescriber", "outcome"),
)
PADS_CHOSEN = event_type("serials.pads_chosen", "{actor} chose for whom the pads are", fields=("number",), public=False)
PADS_REMINDED = event_type(
    "serials.pads_reminded", "Reminder: the pads of prescriber {prescriber} are to be destroyed by {on}",
    fields=("prescriber", "on"),
)  # fmt: skip
FORMAT_ASKED = event_type(
    "serials.format_asked", "{actor} asked for numbers of {item} to be read so: {rule}. {reason}",
    fields=("item", "rule", "reason"), public=False,
)  # fmt: skip
FORMAT_AGREED = event_type(
    "serials.format_agreed", "{actor} agreed: numbers of {item} are read so: {rule}", fields=("item", "rule"),
    public=False,
)  # fmt: skip
FORMAT_NOT_AGREED = event_type(
    "serials.format_not_agreed", "{actor} did not agree that numbers of {item} are read so: {rule}. {note}",
    fields=("item", "rule", "note"), public=False,
)  # fmt: skip
CONTACT_ADDED = event_type(
    "serials.contact_added", "{actor} added a contact for missing forms: {role}", fields=("role", "area"), public=False
)
CONTACT_ENDED = event_type(
    "serials.contact_ended", "{actor} ended a contact for missing forms: {role}", fields=("role", "area"), public=False
)
