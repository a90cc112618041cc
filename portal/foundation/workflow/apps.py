from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """States and the steps between them, as tables."""

    name = "portal.foundation.workflow"
    label = "workflow"
