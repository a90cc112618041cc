"""The portal's addresses, and the bare page that everything is measured against."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from portal.config.urls import urlpatterns as portal_urlpatterns
from portal.foundation.workdays.models import Holiday

_PAGE = engines["jinja2"].from_string(
    "<!doctype html><html lang=en><title>{{ day.name }}</title><h1>{{ day.name }}</h1><p>{{ day.day }}</p></html>"
)


def bare_page(request: HttpRequest) -> HttpResponse:
    """One row by an indexed look-up, one small template: Django's floor on this machine."""
    return HttpResponse(_PAGE.render({"day": Holiday.objects.get(day="2000-01-01")}, request))


urlpatterns = [path("bare/", bare_page), *portal_urlpatterns]
