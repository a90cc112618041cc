from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Paper records, their parts and movements, and the chain of custody."""

    name = "portal.records"
    label = "records"
