"""What people type about numbered forms: which, from which number to which, and one thing more."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.date_field import DateField
from portal.serials.kinds import KINDS
from portal.serials.register import numbered_items
from portal.serials.services.warehouse import Numbers
from portal.supplies.models import Box, Store

_LONGEST = 30


class NumbersForm(forms.Form):
    """A form of the catalogue, and the first and last number as printed."""

    item = forms.ChoiceField(label="Which form?", error_messages={"required": "Choose the form."})
    first = forms.CharField(
        label="First number",
        help_text="As it is printed on the form. A scanner types it for you.",
        max_length=_LONGEST,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Enter the first number."},
    )
    last = forms.CharField(
        label="Last number",
        help_text="Leave it empty for a single form.",
        max_length=_LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["item"]
        chosen.choices = [("", "Choose the form"), *numbered_items().values_list("code", "name")]

    def numbers(self) -> Numbers:
        """What the services take."""
        said = self.cleaned_data
        return Numbers(item=said["item"], first=said["first"], last=said["last"])


class BookInForm(NumbersForm):
    """Numbers from the printer."""

    store = forms.ChoiceField(label="Which store?", error_messages={"required": "Choose the store."})
    delivery_note = forms.CharField(label="Delivery note (optional)", max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["store"]
        chosen.choices = [(store.code, store.name) for store in Store.objects.filter(is_active=True)]


class ParcelForm(NumbersForm):
    """Numbers for a consignment; where it has several boxes, in which of them they lie."""

    in_box = forms.ChoiceField(label="In which box?", error_messages={"required": "Choose the box they lie in."})

    def __init__(self, *args: Any, boxes: list[Box], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(boxes) < 2:
            del self.fields["in_box"]
            return
        chosen: Any = self.fields["in_box"]
        chosen.choices = [("", "Choose the box"), *((str(box.number), f"Box {box.number}") for box in boxes)]

    def box(self) -> int | None:
        """The box's number, where there are several."""
        return int(self.cleaned_data["in_box"]) if "in_box" in self.fields else None


class TakeBackForm(BookInForm):
    """Numbers that a site has sent back."""

    delivery_note = None  # type: ignore[assignment]


class IssueForm(NumbersForm):
    """To whom."""

    to_whom = forms.CharField(
        label="To whom, or to which room?",
        help_text="Leave it empty if you choose a prescriber below.",
        max_length=120,
        required=False,
    )
    prescriber = forms.ChoiceField(label="A prescriber of your site", required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["prescriber"]
        chosen.choices = [("", "None of these"), *people]


class NoteForm(NumbersForm):
    """Why they are sent back."""

    note = forms.CharField(
        label="Why are they sent back?", max_length=300, error_messages={"required": "Say why they are sent back."}
    )


class DestroyForm(NumbersForm):
    """Who saw it."""

    witness = forms.CharField(
        label="Who saw it?",
        help_text="Two people destroy numbered forms: you, and somebody else.",
        max_length=120,
        error_messages={"required": "Enter the name of a second person who saw it."},
    )


class MissingForm(NumbersForm):
    """A report in a minute."""

    kind = forms.ChoiceField(
        label="What happened?",
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happened."},
    )
    what = forms.CharField(
        label="How did you notice?",
        help_text="Leave out patients' details.",
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": "Say how you noticed."},
    )
    found_on = DateField(label="On which day did you notice?")
    last_seen = forms.CharField(
        label="When were they last seen, and by whom?",
        max_length=300,
        error_messages={"required": "Say when they were last seen, and by whom."},
    )
    place = forms.CharField(
        label="Where were they kept?", max_length=300, error_messages={"required": "Say where they were kept."}
    )
    prescribers = forms.CharField(
        label="Whose forms are they? (optional)", help_text="The names of the prescribers.", max_length=300,
        required=False,
    )  # fmt: skip
    police_reference = forms.CharField(
        label="Police reference",
        help_text="Needed for a theft. Leave it empty otherwise.",
        max_length=60,
        required=False,
    )


class MissingHereForm(MissingForm):
    """Missing from a store: nobody prescribes on these forms yet."""

    prescribers = None  # type: ignore[assignment]


class SettleForm(forms.Form):
    """How a report ended."""

    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=[("found", "They were found. The site has them."), ("lost", "They are lost for good.")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it ended."},
    )
    note = forms.CharField(
        label="How do you know?",
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": "Say how you know."},
    )
