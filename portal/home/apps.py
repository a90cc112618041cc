from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Public pages, help, service notices and the two dashboards: composes what the features offer."""

    name = "portal.home"
    label = "home"
