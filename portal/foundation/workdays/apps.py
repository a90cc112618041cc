from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """One calendar of working days."""

    name = "portal.foundation.workdays"
    label = "workdays"
