"""Django's fields come out as NHS components that the page lint and a reader understand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from portal.foundation.web.date_field import DateField
from portal.foundation.web.field_view import describe
from portal.foundation.web.forms import error_list, has_errors
from portal.foundation.web.testing import lint_page

SCRIPT = "<script>alert(1)</script>"


class EveryField(forms.Form):
    """One field of each kind."""

    name = forms.CharField(max_length=20, label="Full name", help_text=gettext_lazy("As on the register."))
    email = forms.EmailField(max_length=254, label="E-mail address")
    password = forms.CharField(max_length=100, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    packs = forms.IntegerField(min_value=1, max_value=99, widget=forms.NumberInput(attrs={"nhs_suffix": "packs"}))
    price = forms.DecimalField(max_value=9, required=False, widget=forms.NumberInput(attrs={"nhs_prefix": "£"}))
    needed = DateField(label="Date needed", earliest=date(2026, 1, 1), latest=date(2026, 12, 31))
    way = forms.ChoiceField(
        choices=[("van", "Van"), ("post", "Post")], widget=forms.RadioSelect(attrs={"nhs_hints": {"van": "Our own"}})
    )
    days = forms.MultipleChoiceField(choices=[("mo", "Monday"), ("tu", "Tuesday")], widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField(label="I have checked it")
    store = forms.ChoiceField(choices=[("", "Choose"), ("North", [("n", "Leeds")]), ("s", "Kent")])
    reason = forms.CharField(max_length=200, widget=forms.Textarea)
    report = forms.FileField(max_length=100)
    secret = forms.CharField(max_length=10, widget=forms.HiddenInput, initial="x")


def _page(form: forms.Form) -> str:
    body = render_to_string("components/form_fields.html.jinja", form.get_context())
    return (
        '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><main><h1>x</h1>'
        f'<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x">{body}'
        "</form></main></body></html>"
    )


@pytest.mark.parametrize("data", [None, {}, {"name": SCRIPT * 2, "packs": SCRIPT, "needed_day": SCRIPT, "way": SCRIPT}])
def test_every_kind_of_field_makes_a_page_without_fault(data: dict[str, Any] | None) -> None:
    page = _page(EveryField(data))
    assert lint_page(page, path="form") == []
    assert SCRIPT not in page


def test_each_kind_becomes_its_component() -> None:
    kinds = {bound.name: describe(bound).kind for bound in EveryField()}
    assert kinds == {
        "name": "input", "email": "input", "password": "password", "packs": "input", "price": "input",
        "needed": "date", "way": "radios", "days": "checkboxes", "sure": "checkbox", "store": "select",
        "reason": "textarea", "report": "file", "secret": "hidden",
    }  # fmt: skip


def test_a_number_is_typed_into_a_text_box_with_a_number_pad() -> None:
    packs, price = describe(EveryField()["packs"]), describe(EveryField()["price"])
    assert (packs.input_type, packs.suffix, price.prefix) == ("text", "packs", "£")
    assert 'inputmode="numeric"' in packs.attributes
    assert 'inputmode="decimal"' in price.attributes


def test_nothing_stops_the_browser_from_sending_what_was_typed() -> None:
    page = _page(EveryField())
    assert not [word for word in (" required", " maxlength=", " min=", " max=", " step=") if word in page]


def test_typed_values_come_back_but_never_a_password() -> None:
    page = _page(EveryField({"name": "Ann", "password": "hunter2", "needed_month": "13", "days": ["tu"], "store": "n"}))
    assert 'value="Ann"' in page
    assert "hunter2" not in page
    assert 'value="13"' in page
    assert 'value="tu" checked' in page
    assert '<option value="n" selected>' in page


def test_lazy_texts_and_marked_help_survive() -> None:
    class Form(forms.Form):
        one = forms.CharField(max_length=9, label=gettext_lazy("Name"), help_text=mark_safe('<a href="/x">Forgot?</a>'))
        two = forms.CharField(max_length=9, help_text=SCRIPT)

    page = _page(Form())
    assert '<a href="/x">Forgot?</a>' in page
    assert SCRIPT not in page


def test_each_error_leads_to_its_control() -> None:
    form = EveryField({"needed_day": "3", "needed_month": "", "needed_year": "2026"})
    links = {error["link"] for error in error_list(form)}
    page = _page(form)
    assert "" in links  # the hidden field's: there is nothing to jump to
    assert {"#id_way_0", "#id_days_0", "#id_needed_1", "#id_name"} <= links
    assert [link for link in links if link and f'id="{link[1:]}"' not in page] == []


def test_the_summary_and_the_field_say_the_same() -> None:
    form = EveryField({"name": "x" * 21})
    page = _page(form)
    texts = [error["text"] for error in error_list(form) if error["link"]]
    assert "Full name must be 20 characters or fewer. You typed 21." in texts
    assert [text for text in texts if text not in page] == []


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "name", "Enter full name."),
        ({}, "email", "Enter e-mail address."),
        ({}, "way", "Choose an answer: way."),
        ({}, "sure", "Tick the box: I have checked it."),
        ({}, "report", "Choose a file: report."),
        ({"email": "x"}, "email", "Enter an e-mail address in the right form, such as name@example.com."),
        ({"packs": "x"}, "packs", "Packs must be a whole number, such as 12."),
        ({"packs": "0"}, "packs", "Packs must be 1 or more."),
        ({"packs": "100"}, "packs", "Packs must be 99 or fewer."),
        ({"packs": "9" * 6000}, "packs", "Packs must be a whole number, such as 12."),
        ({"way": "bus"}, "way", "Choose one of the answers listed."),
        ({"name": "a\x00b"}, "name", "Full name must not contain hidden characters. Type it again."),
    ],
)
def test_an_error_says_what_to_do(data: dict[str, str], field: str, sentence: str) -> None:
    form = EveryField(data)
    assert describe(form[field]).errors == [sentence]


def test_a_forms_own_message_is_kept() -> None:
    class Form(forms.Form):
        code = forms.CharField(max_length=9, error_messages={"required": "Type the code on the pad."})

    assert describe(Form({})["code"]).errors == ["Type the code on the pad."]


@pytest.mark.parametrize("typed", ["12", " 12 ", "１２"])  # the last are fullwidth digits
def test_whole_numbers_are_read_as_people_type_them(typed: str) -> None:
    form = EveryField({"packs": typed})
    assert "packs" not in form.errors


def test_errors_of_a_service_appear_like_the_forms_own() -> None:
    class Form(forms.Form):
        code = forms.CharField(max_length=9)

    form = Form({"code": "x"})
    assert not has_errors(form)
    form.add_error("code", "That pad is not yours.")
    form.add_error(None, "Two things do not fit together.")
    assert has_errors(form)
    assert error_list(form) == [
        {"text": "That pad is not yours.", "link": "#id_code"},
        {"text": "Two things do not fit together.", "link": ""},
    ]


def test_a_formset_lists_the_errors_of_all_its_forms() -> None:
    class Form(forms.Form):
        code = forms.CharField(max_length=3)

    formset = forms.formset_factory(Form, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-code": "good?", "form-1-code": ""}
    )
    assert [error["link"] for error in error_list(formset)] == ["#id_form-0-code", "#id_form-1-code"]
    assert has_errors(formset)
    assert not has_errors(None)
