from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """What the registers of patients send, and what it asks of paper records."""

    name = "portal.records.registrations"
    label = "registrations"
