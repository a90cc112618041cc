"""States and the steps between them. The names other apps use are here."""

from portal.foundation.workflow.table import WORKFLOWS, State, Step, Workflow, apply, steps

__all__ = ["WORKFLOWS", "State", "Step", "Workflow", "apply", "steps"]
