from django.apps import AppConfig


class ClosuresConfig(AppConfig):
    """The records of practices that close: counting them, and where each goes."""

    name = "portal.records.closures"
    label = "closures"

    def ready(self) -> None:
        """Takes over the step of casework's plans that people ticked off."""
        from portal.records.closures import site_changes  # noqa: F401
