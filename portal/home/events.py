"""What can happen at home."""

from portal.foundation.audit import event_type

NOTICE_ADDED = event_type(
    "home.notice_added", "{actor} put up the service notice {title} for {audience}", fields=("title", "audience")
)
NOTICE_ENDED = event_type("home.notice_ended", "{actor} ended the service notice {title}", fields=("title",))
