"""What records do by themselves."""

from datetime import timedelta

from portal.foundation.worker import periodic
from portal.records.registrations.moving import begin_waiting


@periodic("records.begin_movements", every=timedelta(minutes=10))
def begin_movements() -> None:
    """Begins the movements that registrations call for and that could not begin at once."""
    begin_waiting()
