from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The directory: every organisation with an ODS code, and its history."""

    name = "portal.organisations"
    label = "organisations"
