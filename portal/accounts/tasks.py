"""What accounts does by itself."""

from datetime import timedelta

from portal.accounts.services.remind_reviews import remind_everybody
from portal.foundation.worker import periodic


@periodic("accounts.remind_reviews", every=timedelta(hours=12))
def remind_reviews() -> None:
    """Reminds those who manage users of reviews that are due."""
    remind_everybody()
