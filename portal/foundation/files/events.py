"""What can happen to a stored file. That it was sent is the event of the service that stored it."""

from portal.foundation.audit.events import event_type

FILE_FOUND_CLEAN = event_type(
    "files.file_found_clean", "The virus scanner found nothing in file {subject}", fields=("scanner",), public=False
)
FILE_REFUSED = event_type(
    "files.file_refused", "The virus scanner refused file {subject}: {found}", fields=("scanner", "found"), public=False
)
