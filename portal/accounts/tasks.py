"""What accounts does by itself."""

from datetime import timedelta

from portal.accounts.services.remind_reviews import remind_everybody
from portal.accounts.services.report_attempts import report_attempts_of_late
from portal.accounts.services.report_check import check_and_report
from portal.foundation.worker import periodic


@periodic("accounts.remind_reviews", every=timedelta(hours=12))
def remind_reviews() -> None:
    """Reminds those who manage users of reviews that are due."""
    remind_everybody()


@periodic("accounts.check_record", every=timedelta(days=1))
def check_record() -> None:
    """Checks every row of the record, and tells the Service Managers of what is not as it was written."""
    check_and_report()


@periodic("accounts.report_attempts", every=timedelta(minutes=10))
def report_attempts() -> None:
    """Tells the Service Managers of refused attempts at what a thief would try."""
    report_attempts_of_late()
