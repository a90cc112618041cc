"""Steps about people: who asks, who is to be Main Contact, who was."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.casework.forms.requests.step_form import StepForm, email, telephone, text, yes_or_no


class Sender(StepForm):
    """Who asks. The address is known: from the account, or from the link that confirmed it."""

    sender_name = text("Your name", autocomplete="name")
    sender_telephone = telephone("Your telephone number", "We do not use it to verify you. We call a number we hold.")


class NomineeElsewhere(StepForm):
    """Whether the nominee is Main Contact somewhere else already (F15)."""

    nominee_is_main_contact_elsewhere = yes_or_no(
        "Is that person Main Contact of another practice or pharmacy already?",
        "Then the new site is added to what they see when they sign in.",
    )


class Nominee(StepForm):
    """Who is to be Main Contact (F12, F15, F18)."""

    nominee_title = text("Title", "For example Dr, Mrs or Mr. You can leave it empty.", required=False, longest=40)
    nominee_forename = text("Forename", longest=100)
    nominee_surname = text("Surname", longest=100)
    nominee_email = email("E-mail address", "Their own address at work. It becomes their user name.")
    nominee_telephone = telephone()


class SenderIsNominee(StepForm):
    """Whether who asks is to be Main Contact."""

    sender_is_nominee = yes_or_no(
        "Are you to be the Main Contact?", yes="Yes, me", no="No, somebody else at the practice"
    )


class Predecessor(StepForm):
    """Who is Main Contact now, if anybody knows (F12)."""

    predecessor_known = yes_or_no(
        "Do you know who is Main Contact now?", "If you do not know, we look it up. You need not find out."
    )
    predecessor_name = text("Their name, if you know it", required=False)
    predecessor_email = forms.EmailField(
        label="Their e-mail address, if you know it", required=False, max_length=254, widget=forms.EmailInput()
    )

    def clean(self) -> dict[str, Any]:
        """Who says yes gives a name."""
        cleaned = super().clean() or {}
        if cleaned.get("predecessor_known") == "yes" and not cleaned.get("predecessor_name", "").strip():
            self.add_error("predecessor_name", "Enter the name of the Main Contact, or choose no above.")
        return cleaned


class Why(StepForm):
    """Why the Main Contact changes."""

    why = forms.ChoiceField(
        label="Why does the Main Contact change?",
        choices=[
            ("handover", "I am the Main Contact and hand over"),
            ("left", "The Main Contact has left"),
            ("absent", "The Main Contact is away for a long time"),
            ("never_registered", "Nobody has been Main Contact yet"),
            ("other", "Something else"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the Main Contact changes."},
    )


class LostFactorPerson(StepForm):
    """Who cannot sign in any more."""

    person_email = email(
        "The e-mail address you sign in with",
        "The person who lost the phone or passkey. We never ask for your password or a code.",
    )
