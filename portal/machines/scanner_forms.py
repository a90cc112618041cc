"""What is typed about couriers' scanners, and on the scanning page of one without scripts."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.scanned_lines import scanned_lines
from portal.machines.forms import TokenForm
from portal.machines.scopes import KINDS_OF
from portal.machines.services.keep_scanners import AddScanner
from portal.records.api import FAILED_BECAUSE, PlaceField, couriers

SAID = {
    "collected": "I collect bags",
    "delivered": "I deliver bags",
    "failed": "I could not deliver",
    "hub_in": "I hand bags in at the hub",
}
_MOST = 50


class LinkForm(TokenForm):
    """How long the scanner works."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["token_ends_on"]
        day.label = "Last day on which it works"
        day.help_text = "At most a year from now. A new link sets it up again."
        day.error_messages["required"] = "Enter the last day on which it works."


class AddScannerForm(LinkForm):
    """A new scanner."""

    name = forms.CharField(
        label="Name of the phone or hand scanner",
        help_text="What people call it, such as Van 3. It stands in the chain of custody, so leave out people's names.",
        max_length=80,
        error_messages={"required": "Enter a name."},
    )
    courier = forms.ChoiceField(
        label="For which courier does it scan?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a courier."},
    )
    field_order = ("name", "courier", "token_ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = couriers()
        chosen: Any = self.fields["courier"]
        chosen.choices = choices
        if len(choices) == 1:
            chosen.initial = choices[0][0]

    def command(self) -> AddScanner:
        """The service's command."""
        said = self.cleaned_data
        return AddScanner(name=said["name"], courier=said["courier"], token_ends_on=said["token_ends_on"])


class BagsForm(forms.Form):
    """A few bags at one place, sent at once: the scanning page where no script runs."""

    kind = forms.ChoiceField(
        label="What are you doing?",
        choices=[(kind, SAID[kind]) for kind in KINDS_OF["courier"]],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you are doing."},
    )
    reason = forms.ChoiceField(
        label="Why could you not deliver?",
        help_text="Only for bags that you could not deliver.",
        choices=[("", ""), *FAILED_BECAUSE.items()],
        required=False,
    )
    place = PlaceField(help_text="The code of the practice or the hub, such as Y90001 or HUB.")
    codes = forms.CharField(
        label="Codes of the labels",
        help_text="One on each line, such as RL-7F3K-9QCM.",
        max_length=5_000,
        widget=forms.Textarea,
        error_messages={"required": "Scan or type at least one code."},
    )

    def clean_codes(self) -> list[str]:
        """Each code once, in the order scanned. A number of ten digits may be a patient's, and is not taken."""
        codes = scanned_lines(self.cleaned_data["codes"])
        if len(codes) > _MOST or any(len(code) > 40 or not code.isprintable() for code in codes):
            raise forms.ValidationError(f"Send at most {_MOST} codes at once, each of at most 40 characters.")
        if any(sum(letter.isdigit() for letter in code) > 9 for code in codes):
            raise forms.ValidationError("That number may be a patient's. Scan the label of the bag, RL or TB and more.")
        return codes

    def clean(self) -> dict[str, Any]:
        """A delivery that failed has a reason, and nothing else has."""
        said = super().clean() or {}
        if said.get("kind") == "failed" and not said.get("reason"):
            self.add_error("reason", "Choose why you could not deliver.")
        if said.get("kind") != "failed":
            said["reason"] = ""
        return said
