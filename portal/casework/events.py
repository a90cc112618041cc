"""What can happen to a case."""

from portal.foundation.audit import event_type

CASE_OPENED = event_type("casework.opened", "{actor} reported: {subject_line}", fields=("subject_line",))
CASE_TAKEN = event_type("casework.taken", "{actor} is looking into it", fields=())
CASE_WAITS = event_type("casework.waits", "{actor} waits for {whom}", fields=("whom",))
CASE_ANSWERED = event_type("casework.answered", "{actor} answered", fields=())
CASE_CLOSED = event_type("casework.closed", "{actor} closed it", fields=())
