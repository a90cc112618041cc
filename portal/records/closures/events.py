"""What can happen to the records of a closing practice. No event names a patient."""

from portal.foundation.audit import event_type

INVENTORY_OPENED = event_type(
    "closures.opened",
    "{actor} began to count the records of {site}: {expected} should be there",
    fields=("site", "expected"),
)
RECORDS_COUNTED = event_type(
    "closures.counted", "{actor} compared {number} envelopes: {ticked} were expected", fields=("number", "ticked")
)
UNEXPECTED_FOUND = event_type("closures.found", "{actor} found a record that nobody expected there")
COUNTING_ENDED = event_type(
    "closures.counting_ended", "{actor} ended the count: {seen} are there, {unseen} are not", fields=("seen", "unseen")
)
LISTED_EXPECTED = event_type(
    "closures.listed_expected",
    "{number} records of patients on the list are expected, though nobody ever scanned one",
    fields=("number",),
)
NOT_FOUND_SOUGHT = event_type(
    "closures.sought", "{number} records that are not there are looked for", fields=("number",)
)
MOVEMENTS_MADE = event_type("closures.movements_made", "Movements were made for {number} records", fields=("number",))
INVENTORY_DONE = event_type("closures.done", "Every record that was found has left")
