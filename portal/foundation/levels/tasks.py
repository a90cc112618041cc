"""What service levels do by themselves."""

from datetime import timedelta

from portal.foundation.levels.counting import count_all
from portal.foundation.worker import periodic


@periodic("levels.count_months", every=timedelta(hours=6))
def count_months() -> None:
    """Counts the months that may still change, for the page of service levels."""
    count_all()
