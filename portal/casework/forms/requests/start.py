"""The first page of a request without account, and the page to see one again."""

from __future__ import annotations

from django import forms

from portal.casework.forms.requests.step_form import email, text


class AddressForm(forms.Form):
    """Who asks, and the address that the link goes to."""

    name = text("Your name", autocomplete="name")
    email = email("Your e-mail address", "We send you a link with which you go on.")


class StatusForm(forms.Form):
    """What belongs together before a new link is mailed."""

    reference = text("Reference", "It begins with CA- and stands in our e-mails.", longest=20)
    email = email("The e-mail address you gave us")

    def clean_reference(self) -> str:
        """Upper case, without blanks."""
        return str(self.cleaned_data["reference"]).replace(" ", "").upper()
