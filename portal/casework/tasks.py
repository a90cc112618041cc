"""What casework does by itself."""

from datetime import timedelta

from portal.casework.applying.due import carry_out_due
from portal.casework.mail_in.reading import read_box
from portal.casework.services.forget_drafts import forget_all_drafts
from portal.casework.services.let_time_pass import let_time_pass
from portal.foundation.worker import periodic


@periodic("casework.read_email", every=timedelta(minutes=1))
def read_email() -> None:
    """Reads the e-mail that came in, where a box is set."""
    read_box()


@periodic("casework.forget_drafts", every=timedelta(hours=6))
def forget_drafts() -> None:
    """Throws away what was begun and never sent."""
    forget_all_drafts()


@periodic("casework.watch_clock", every=timedelta(minutes=10))
def watch_clock() -> None:
    """Gives cases back whose wait ran out, and closes cases that were answered long enough ago."""
    let_time_pass()


@periodic("casework.carry_out", every=timedelta(minutes=1))
def carry_out() -> None:
    """Lets approved requests take effect, and does the steps of plans that are due."""
    carry_out_due()
