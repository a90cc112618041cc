"""What other apps may ask of casework."""

from portal.casework.models import Case
from portal.casework.selectors import cases_about
from portal.casework.services.open_case import OpenCase, open_case

__all__ = ["Case", "OpenCase", "cases_about", "open_case"]
