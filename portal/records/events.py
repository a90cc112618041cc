"""What can happen to records. No event names a patient, nor a number that names one (R5)."""

from portal.foundation.audit import event_type

MOVEMENT_STARTED = event_type(
    "records.movement_started",
    "A movement was started from {origin} to {destination}: {reason}",
    fields=("origin", "destination", "reason"),
)
MOVEMENT_STEPPED = event_type("records.movement_stepped", "Bag {bag}: {state}", fields=("bag", "state", "how"))
SCANS_TAKEN = event_type(
    "records.scans_taken",
    "{actor} sent {number} scans: {applied} applied, {repeated} repeated, {discrepancies} to be looked at",
    fields=("number", "applied", "repeated", "discrepancies"),
    public=False,
)
LABELS_MADE = event_type("records.labels_made", "{actor} made {number} labels", fields=("number",))
LABEL_VOIDED = event_type(
    "records.label_voided", "{actor} made label {label} void: {reason}", fields=("label", "reason")
)
BAG_ADDED = event_type("records.bag_added", "{actor} added bag {bag}", fields=("bag",))
RECORD_ENTERED = event_type("records.entered", "The record was entered: {how}", fields=("how",), public=False)
MOVEMENT_MARKED = event_type("records.movement_marked", "{actor} set the marks: {marks}", fields=("marks",))
RECORD_SEALED = event_type(
    "records.sealed", "{actor} entered that the identity is {what}: {why}", fields=("what", "why"), public=False
)
RECORD_RECONSTITUTED = event_type(
    "records.reconstituted", "{actor} entered that bag {bag} was put together anew: {why}", fields=("bag", "why")
)
RECORD_JOINED = event_type(
    "records.joined", "The original of bag {bag} turned up and was put beside the one made anew", fields=("bag",)
)
DISCREPANCY_SETTLED = event_type("records.discrepancy_settled", "{actor} settled it: {outcome}", fields=("outcome",))
PART_SOUGHT = event_type("records.part_sought", "Bag {bag} is looked for: {why}", fields=("bag", "why"))
MOVEMENT_WENT_OVER = event_type(
    "records.movement_went_over", "{actor} agreed that the patient is known under another NHS number now"
)
LOOKED_UP = event_type(
    "records.looked_up", "{actor} looked for a record: {purpose}", fields=("purpose", "found"), public=False
)
MOVEMENT_TURNED = event_type(
    "records.movement_turned",
    "It goes to {destination} now: by the registers it belongs there, and it had not left",
    fields=("destination",),
)
MOVEMENT_ASKED_FOR = event_type("records.asked_for", "{actor} asked for this movement: {why}", fields=("why",))
ENVELOPE_MATCHED = event_type(
    "records.matched", "{actor} compared the envelope with label {label}: {outcome}", fields=("label", "outcome")
)
OVERDUE_FOUND = event_type(
    "records.overdue_found", "{number} bags should have arrived", fields=("number",), public=False
)
COLLECTION_DAY_SET = event_type(
    "records.collection_day_set", "{actor} set the courier's day: {weekday}, {window}", fields=("weekday", "window")
)
COLLECTION_DAY_ENDED = event_type(
    "records.collection_day_ended", "{actor} ended the courier's {weekday}", fields=("weekday",)
)
COLLECTIONS_PLANNED = event_type(
    "records.collections_planned", "{number} visits of the courier were planned", fields=("number",), public=False
)
COLLECTION_ARRANGED = event_type(
    "records.collection_arranged", "{actor} arranged a visit of the courier on {on}: {why}", fields=("on", "why")
)
COLLECTION_CANCELLED = event_type("records.collection_cancelled", "{actor} cancelled the visit: {why}", fields=("why",))
COLLECTION_MISSED = event_type(
    "records.collection_missed", "{actor} reported that nobody came: {waiting} bags waited", fields=("waiting",)
)
COLLECTIONS_JUDGED = event_type(
    "records.collections_judged",
    "{number} visits of the courier were compared with the scans, {missed} were missed",
    fields=("number", "missed"),
    public=False,
)
STORE_BUILT = event_type("records.store_built", "{actor} added {what} to the store", fields=("what",), public=False)
STORE_CHANGED = event_type("records.store_changed", "{actor} changed {what}", fields=("what",), public=False)
BOX_CHANGED = event_type(
    "records.box_changed", "{actor} changed box {box}: {what}", fields=("box", "what"), public=False
)
BAGS_SHELVED = event_type(
    "records.bags_shelved",
    "{actor} put {number} bags into box {box}, {aside} were put aside",
    fields=("number", "box", "aside"),
    public=False,
)
BAGS_UNSHELVED = event_type(
    "records.bags_unshelved", "{actor} took {number} bags out of their boxes", fields=("number",), public=False
)
RETRIEVAL_STARTED = event_type(
    "records.retrieval_started", "{actor} went to take {number} bags out of the store", fields=("number",), public=False
)
BAG_RETRIEVED = event_type(
    "records.bag_retrieved",
    "{actor}: bag {bag} of {movement}: {outcome}",
    fields=("bag", "movement", "outcome"),
    public=False,
)
RETRIEVAL_ENDED = event_type(
    "records.retrieval_ended", "{actor} left {number} bags for the next walk", fields=("number",), public=False
)
