from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Paper records, their parts and movements, and the chain of custody."""

    name = "portal.records"
    label = "records"

    def ready(self) -> None:
        from portal.foundation.audit.access_log import patients_belong_to
        from portal.records.belonging import organisations_of

        patients_belong_to(organisations_of)
