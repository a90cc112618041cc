"""What casework does by itself."""

from datetime import timedelta

from portal.casework.mail_in.reading import read_box
from portal.foundation.worker import periodic


@periodic("casework.read_email", every=timedelta(minutes=1))
def read_email() -> None:
    """Reads the e-mail that came in, where a box is set."""
    read_box()
