from django.apps import AppConfig


class SearchesConfig(AppConfig):
    """Who was asked to look for a missing record, and what each found."""

    name = "portal.records.searches"
    label = "searches"
