from django.apps import AppConfig


class LevelsConfig(AppConfig):
    """What was promised and what was kept, counted by months."""

    name = "portal.foundation.levels"
    label = "levels"
