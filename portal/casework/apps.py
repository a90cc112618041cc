from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Work the operator does for somebody. In its first form: problems with orders."""

    name = "portal.casework"
    label = "casework"
