"""What temporary residents' forms do by themselves."""

from datetime import timedelta

from portal.foundation.worker import periodic
from portal.records.temporary_residents.services.keep_clock import let_time_pass


@periodic("records.keep_temporary_forms", every=timedelta(minutes=10))
def keep_clock() -> None:
    """Announces new forms, reminds of unread ones, takes them from closed practices, and erases ended ones."""
    let_time_pass()
