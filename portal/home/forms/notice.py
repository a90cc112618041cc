"""A service notice, typed by staff."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone

from portal.foundation.web.date_field import DateField
from portal.home.models import NoticeAudience
from portal.home.services.add_notice import AddNotice


class NoticeForm(forms.Form):
    """Days are whole days, local time: from the first moment of the first to the last moment of the last."""

    title = forms.CharField(
        label="Title", max_length=100, help_text="Short and clear, such as: No deliveries on 26 December"
    )
    text = forms.CharField(
        label="Text", max_length=500, widget=forms.Textarea, help_text="What happens, whom it concerns, what to do."
    )
    audience = forms.ChoiceField(
        label="Who sees it", choices=NoticeAudience.choices, initial=NoticeAudience.EVERYBODY, widget=forms.RadioSelect
    )
    starts_on = DateField(label="First day", required=False, help_text="Leave empty to start now.")
    ends_on = DateField(label="Last day", required=False, help_text="Leave empty to end it yourself later.")

    def command(self) -> AddNotice:
        """The valid form as a command."""
        values = self.cleaned_data
        ends_on: date | None = values["ends_on"]
        return AddNotice(
            title=values["title"],
            text=values["text"],
            audience=NoticeAudience(values["audience"]),
            starts_at=_midnight(values["starts_on"]),
            ends_at=_midnight(ends_on + timedelta(days=1) if ends_on and ends_on < date.max else None),
        )


class EndNoticeForm(forms.Form):
    """Nothing to type: the button is the confirmation."""


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else timezone.make_aware(datetime.combine(day, time.min))
