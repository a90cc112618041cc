"""What can happen to a case."""

from portal.foundation.audit import event_type

CASE_OPENED = event_type("casework.opened", "{actor} opened it: {subject_line}", fields=("subject_line",))
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
EMAIL_JOINED = event_type("casework.email_joined", "{actor} wrote an e-mail about it")
EMAIL_FROM_A_STRANGER = event_type(
    "casework.email_from_a_stranger",
    "Somebody not known to the case wrote an e-mail: see {other}",
    fields=("other",),
    public=False,
)
EMAIL_NOT_USED = event_type(
    "casework.email_not_used", "An e-mail was not used: {reason}", fields=("reason",), public=False
)
CASE_REOPENED_BY_EMAIL = event_type("casework.reopened_by_email", "{actor} opened it again with an e-mail")
LINK_ASKED_FOR = event_type("casework.link_asked_for", "{actor} asked for a new link", public=False)
CASE_WRITTEN = event_type("casework.written", "{actor} wrote")
CASE_REPLIED = event_type("casework.replied", "{actor} replied")
CASE_NOTED = event_type("casework.noted", "{actor} left a note", public=False)
CASE_TAKEN_ON = event_type("casework.goes_on", "The case goes on: {actor} replied")
CASE_REOPENED = event_type("casework.reopened", "{actor} opened it again")
CASE_RESUMED = event_type("casework.resumed", "{actor} goes on with it")
CASE_GIVEN = event_type("casework.given", "{actor} gave it to {whom}", fields=("whom",))
CASE_PUT_BACK = event_type("casework.put_back", "{actor} put it back into its queue")
OWNER_LEFT = event_type(
    "casework.owner_left", "It is back in its queue: {whom} no longer works on cases", fields=("whom",)
)
WAIT_RAN_OUT = event_type("casework.wait_ran_out", "The wait for {whom} is over; we look into it", fields=("whom",))
CASE_CLOSED_BY_ITSELF = event_type("casework.closed_by_itself", "Closed: nobody said that the answer is not enough")
CASE_RATED = event_type("casework.rated", "{actor} said how it went: {rating} of 5", fields=("rating",))
CASE_MOVED = event_type("casework.moved", "{actor} moved it to {queue}", fields=("queue",))
CASE_PLANNED = event_type("casework.planned", "{actor} looks at it next on {day}", fields=("day",), public=False)
CASE_MERGED = event_type("casework.merged", "{actor} joined {duplicate} to {other}", fields=("duplicate", "other"))
CALL_MADE = event_type(
    "casework.call_made", "{actor} called a number from the file: {outcome}", fields=("outcome", "source"), public=False
)
REQUEST_DECIDED = event_type("casework.request_decided", "{actor} decided: {outcome}", fields=("outcome",))
REQUEST_FROZEN = event_type("casework.request_frozen", "{actor} stopped the request: {because}", fields=("because",))
REQUEST_WITHDRAWN = event_type("casework.request_withdrawn", "{actor} took the request back")
QUESTION_ANSWERED = event_type("casework.question_answered", "{actor} answered the commissioner's question")
STEP_DONE = event_type("casework.step_done", "{title} {said}", fields=("title", "said"))
STEP_WAITS = event_type("casework.step_waits", "{title} {said}", fields=("title", "said"), public=False)
STEP_FAILED = event_type("casework.step_failed", "Did not work: {title} {why}", fields=("title", "why"), public=False)
STEP_SKIPPED = event_type("casework.step_skipped", "{actor}: not needed. {title} {why}", fields=("title", "why"))
STEP_TRIED_AGAIN = event_type(
    "casework.step_tried_again", "{actor} tries again: {title}", fields=("title",), public=False
)
CASE_MOVED_ON = event_type("casework.moved_on", "It goes on here, because {code} closes", fields=("code",))
