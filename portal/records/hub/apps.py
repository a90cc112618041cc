from django.apps import AppConfig


class HubConfig(AppConfig):
    """The hub: bags sorted into cages by where they go, and their manifests."""

    name = "portal.records.hub"
    label = "hub"
