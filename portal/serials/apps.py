from django.apps import AppConfig


class SerialsConfig(AppConfig):
    """Numbered forms: where every serial number is, from the printer to its destruction."""

    name = "portal.serials"
    label = "serials"

    def ready(self) -> None:
        """A consignment leaves only with its numbers written down."""
        from portal.serials import leaving  # noqa: F401
