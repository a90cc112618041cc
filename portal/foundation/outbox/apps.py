from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Messages written with the change they tell of, delivered by a worker."""

    name = "portal.foundation.outbox"
    label = "outbox"
