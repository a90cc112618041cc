"""What other apps may ask of casework."""

from portal.casework.models import Case
from portal.casework.services.open_case import OpenCase, open_case

__all__ = ["Case", "OpenCase", "open_case"]
