from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class DemoConfig(AppConfig):
    """Personas and sample data. Signs people in without a password, so production must never load it."""

    name = "portal.demo"
    label = "demo"

    def ready(self) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise ImproperlyConfigured("portal.demo signs people in without a password: it is for the demo only.")
