"""Oscar's addresses, and the bare page that everything is measured against."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from oscar.core.loading import get_model

_PAGE = engines["django"].from_string(
    "<!doctype html><html lang=en><title>{{ country.name }}</title><h1>{{ country.name }}</h1></html>"
)


def bare_page(request: HttpRequest) -> HttpResponse:
    """One row by an indexed look-up, one small template, as the portal's bare page."""
    return HttpResponse(_PAGE.render({"country": get_model("address", "Country").objects.get(pk="GB")}))


urlpatterns = [
    path("bare/", bare_page),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
