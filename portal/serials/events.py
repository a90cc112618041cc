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
