from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base views, layouts, form fields, tables, exports and error pages."""

    name = "portal.foundation.web"
    label = "web"
