"""A practice says what must go with a record, and puts a new label in the place of one that cannot be used (J10)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseRedirect

from portal.records import selectors as read
from portal.records.forms.marks import MarksForm, NewLabelForm
from portal.records.services.mark_movement import mark_movement
from portal.records.services.prepare_movement import replace_label
from portal.records.views.contractor_changes import OfMovement


class Marks(OfMovement):
    """GP2GP failed, a home nation, an old number on the envelope."""

    form_class = MarksForm
    title = "What goes with the record"
    text = "The other practice reads it at once."
    button = "Keep this"

    def form_arguments(self) -> dict[str, Any]:
        movement = read.movement_with(self.actor, self.kwargs["reference"])
        return {"initial": {"marks": list(movement.flags)}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps the marks."""
        said = form.cleaned_data
        mark_movement(self.actor, self.kwargs["reference"], said["marks"], said["old_number"])
        return self.back("marked")


class NewLabel(OfMovement):
    """A label is damaged, misprinted or gone."""

    form_class = NewLabelForm
    title = "A label cannot be used"
    text = "The old label is void from then on: a scan of it is refused. Print the new one next."
    button = "Make a new label"

    def form_arguments(self) -> dict[str, Any]:
        movement = read.movement_with(self.actor, self.kwargs["reference"])
        return {"codes": [label.code for bag in movement.bags.all() for label in bag.labels.all()]}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Makes it."""
        replace_label(self.actor, form.cleaned_data["label"], form.cleaned_data["why"])
        return self.back("labels")
