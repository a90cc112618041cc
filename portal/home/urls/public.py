"""Addresses anybody may open."""

from __future__ import annotations

from django.urls import path

from portal.home.views import health, levels, public

app_name = "home"
urlpatterns = [
    path("", public.Home.as_view(), name="home"),
    path("help/", public.Help.as_view(), name="help"),
    path("help/<slug:slug>/", public.HelpAnswer.as_view(), name="help_page"),
    path("contact/", public.Contact.as_view(), name="contact"),
    path("accessibility/", public.Accessibility.as_view(), name="accessibility"),
    path("privacy/", public.Privacy.as_view(), name="privacy"),
    path("cookies/", public.Cookies.as_view(), name="cookies"),
    path("levels/", levels.PublicLevels.as_view(), name="levels"),
    path("levels/published.csv", levels.Published.as_view(), {"ending": "csv"}, name="levels_csv"),
    path("levels/published.xlsx", levels.Published.as_view(), {"ending": "xlsx"}, name="levels_xlsx"),
    path("browsers/", public.Browsers.as_view(), name="browsers"),
    path("livez", health.Live.as_view(), name="livez"),
    path("readyz", health.Ready.as_view(), name="readyz"),
]
