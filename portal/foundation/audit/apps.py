from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only record of what happened."""

    name = "portal.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("events")
