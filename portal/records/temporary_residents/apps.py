from django.apps import AppConfig


class TemporaryResidentsConfig(AppConfig):
    """Temporary residents' forms, and their clock."""

    name = "portal.records.temporary_residents"
    label = "temporary_residents"

    def ready(self) -> None:
        from portal.foundation.audit.access_log import patients_belong_to
        from portal.records.temporary_residents.belonging import practices_of

        patients_belong_to(practices_of)
