"""What the Main Contact types about users (J12, F10)."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.accounts.services.grant_membership import Person
from portal.accounts.services.invite_user import InviteUser
from portal.accounts.user_list import STATES, UserFilter
from portal.foundation.access.roles import ROLES
from portal.foundation.web.date_field import DateField

_PHONE = r"^[0-9+() \-]{7,25}$"
_PHONE_WRONG = {"invalid": "Enter a telephone number with its numbers only, such as 01632 960 001."}


def roles_field(codes: list[str], label: str = "What may they do?") -> forms.MultipleChoiceField:
    """A checkbox a role, with what it lets one do."""
    return forms.MultipleChoiceField(
        label=label,
        choices=[(code, ROLES[code].label) for code in codes],
        widget=forms.CheckboxSelectMultiple(
            attrs={"nhs_hints": {code: ROLES[code].description for code in codes}},
        ),
        error_messages={"required": "Choose at least one role."},
    )


class AddUser(forms.Form):
    """A person, how to reach them, and their roles. ``places`` is given only to managers of several organisations."""

    title = forms.CharField(label="Title", required=False, max_length=40, help_text="For example Dr, Mrs or Mr.")
    forename = forms.CharField(label="Forename", max_length=100)
    surname = forms.CharField(label="Surname", max_length=100)
    email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="Their own address at work. They sign in with it."
    )
    telephone = forms.RegexField(
        _PHONE, label="Telephone number", required=False, max_length=25, error_messages=_PHONE_WRONG,
        help_text="This can be the practice's number. A telephone or a mobile number is enough.",
    )  # fmt: skip
    mobile = forms.RegexField(_PHONE, label="Mobile number", required=False, max_length=25, error_messages=_PHONE_WRONG)

    def __init__(self, *args: Any, roles: list[str], places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(places) > 1:
            self.fields["organisation"] = forms.ChoiceField(
                label="Organisation and address",
                choices=[("", "Choose the organisation"), *places],
                error_messages={"required": "Choose the organisation the person is to have access to."},
            )
        self.fields["roles"] = roles_field(roles)
        self.fields["ends_on"] = DateField(
            label="Last day, if you know it", required=False, help_text="For example for a locum: 27 3 2027."
        )

    def clean(self) -> dict[str, Any]:
        """One of the two numbers is needed."""
        cleaned = super().clean() or {}
        typed = self.data.get("telephone", "").strip() or self.data.get("mobile", "").strip()
        if not typed:
            self.add_error("telephone", "Enter a telephone or a mobile number. One of the two is enough.")
        return cleaned

    def command(self) -> InviteUser:
        """The valid form as a command."""
        values = self.cleaned_data
        names = ("email", "forename", "surname", "title", "telephone", "mobile")
        return InviteUser(
            person=Person(**{name: values[name] for name in names}),
            roles=values["roles"],
            ends_on=values["ends_on"],
        )


class Roles(forms.Form):
    """Exactly these roles."""

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = roles_field(roles)


class EndDate(forms.Form):
    """The last day, or none."""

    ends_on = DateField(
        label="Last day", required=False, help_text="Leave it empty for no end. For example, 27 3 2027."
    )


class Review(forms.Form):
    """Keep or end, for each person."""

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for reference, name in people:
            self.fields[reference] = forms.ChoiceField(
                label=name,
                choices=[("keep", "Still needs access"), ("end", "End access now"), ("later", "Decide later")],
                widget=forms.RadioSelect(attrs={"nhs_inline": True, "nhs_small": True}),
                error_messages={"required": f"Choose for {name}."},
            )

    def chosen(self, what: str) -> list[str]:
        """The references for which this was chosen."""
        return [reference for reference, value in self.cleaned_data.items() if value == what]


class Filter(forms.Form):
    """Which users to list."""

    q = forms.CharField(label="Name or e-mail", required=False, max_length=100)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *STATES.items()])
    role = forms.ChoiceField(label="Role", required=False)

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "All"), *((code, ROLES[code].label) for code in roles)]  # type: ignore[attr-defined]

    def chosen(self) -> UserFilter:
        """The filter; what is not valid asks for nothing."""
        values = self.cleaned_data if self.is_valid() else {}
        return UserFilter(q=values.get("q", ""), state=values.get("state", ""), role=values.get("role", ""))


class Nothing(forms.Form):
    """A form that is only a button."""
