"""The models of casework."""

from portal.casework.models.case import Case

__all__ = ["Case"]
