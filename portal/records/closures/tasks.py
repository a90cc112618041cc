"""What the records of closing practices do by themselves."""

from datetime import timedelta

from portal.foundation.worker import periodic
from portal.records.closures.services.move_records import move_everything


@periodic("closures.move_records", every=timedelta(minutes=1))
def move_records() -> None:
    """Makes movements for what was counted, and looks for what was not found."""
    move_everything()
