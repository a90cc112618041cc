from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Work the operator does for somebody: each question, report or request is a case."""

    name = "portal.casework"
    label = "casework"
