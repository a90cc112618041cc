from django.apps import AppConfig


class MachinesConfig(AppConfig):
    """Programs with a token of their own, and the addresses under /api/."""

    name = "portal.machines"
    label = "machines"
