from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Who may do what: actors, permissions, roles, row scope."""

    name = "portal.foundation.access"
    label = "access"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("permissions")
