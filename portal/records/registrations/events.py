"""What can happen to registration events. No event names a patient: the reference leads to who may look."""

from portal.foundation.audit import event_type

REGISTRATION_TAKEN = event_type(
    "registrations.taken", "{actor} took in {kind}: {effect}", fields=("kind", "effect"), public=False
)
REGISTRATION_SETTLED = event_type(
    "registrations.settled", "What it waited for has come: {effect}", fields=("effect",), public=False
)
FILE_IMPORTED = event_type(
    "registrations.imported",
    "{actor} imported a file of registration events: {taken} taken, {repeated} known before, {rejected} rejected",
    fields=("taken", "repeated", "rejected"),
    public=False,
)
QUESTION_SETTLED = event_type(
    "registrations.question_settled", "{actor} settled it: {outcome}", fields=("outcome",), public=False
)
FILE_BEGUN = event_type("registrations.begun", "{actor} began to import registration events", public=False)
PLACE_REJECTED = event_type(
    "registrations.rejected", "Could not be taken, {position}: {reason}", fields=("position", "reason"), public=False
)
JOINING_PROPOSED = event_type(
    "registrations.joining_proposed",
    "{actor} proposed to join the two patients. A second person decides",
    public=False,
)
PATIENTS_JOINED = event_type(
    "registrations.patients_joined",
    "{actor} agreed that the two are one patient: {parts} bags and {movements} open movements went over",
    fields=("parts", "movements"),
    public=False,
)
JOINING_TAKEN_BACK = event_type(
    "registrations.joining_taken_back", "{actor} took back the proposal to join the two patients", public=False
)
JOINING_REFUSED = event_type(
    "registrations.joining_refused", "{actor} did not agree: they count as two people", public=False
)
