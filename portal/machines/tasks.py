"""What machines need done by itself."""

from datetime import timedelta

from portal.foundation.worker import periodic
from portal.machines.answering import forget_old_answers


@periodic("machines.forget_answers", every=timedelta(hours=12))
def forget_answers() -> None:
    """Takes away answers to machines that are older than they are kept."""
    forget_old_answers()
