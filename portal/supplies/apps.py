from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    """Catalogue, orders, stock, warehouse and consignments."""

    name = "portal.supplies"
    label = "supplies"

    def ready(self) -> None:
        """Registers what supplies does when a site closes or moves."""
        from portal.supplies import site_changes  # noqa: F401
