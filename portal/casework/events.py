"""What can happen to a case."""

from portal.foundation.audit import event_type

CASE_OPENED = event_type("casework.opened", "{actor} reported: {subject_line}", fields=("subject_line",))
CASE_TAKEN = event_type("casework.taken", "{actor} is looking into it", fields=())
CASE_WAITS = event_type("casework.waits", "{actor} waits for {whom}", fields=("whom",))
CASE_ANSWERED = event_type("casework.answered", "{actor} answered", fields=())
CASE_CLOSED = event_type("casework.closed", "{actor} closed it", fields=())
LINK_FOLLOWED = event_type(
    "casework.link_followed", "Somebody followed the e-mailed link", fields=("purpose",), public=False
)
DRAFT_STARTED = event_type("casework.draft_started", "{actor} began a request: {journey}", fields=("journey",))
DRAFT_SAVED = event_type("casework.draft_saved", "{actor} answered the page {step}", fields=("step",), public=False)
DRAFT_DISCARDED = event_type("casework.draft_discarded", "{actor} threw an unfinished request away")
CHANGE_REQUESTED = event_type("casework.change_requested", "{actor} asked for: {what}", fields=("what",))
REQUEST_MOVED = event_type("casework.request_moved", "The request is now: {state}", fields=("state",))
LINK_ASKED_FOR = event_type("casework.link_asked_for", "{actor} asked for a new link", public=False)
