from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    """Catalogue, orders, stock, warehouse and consignments."""

    name = "portal.supplies"
    label = "supplies"
