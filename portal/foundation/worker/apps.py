from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """Work nobody clicks for, and the process that does it."""

    name = "portal.foundation.worker"
    label = "worker"
