"""Addresses of attempts that were refused."""

from django.urls import path

from portal.accounts.views import attempts

app_name = "staff_attempts"
urlpatterns = [path("", attempts.Attempts.as_view(), name="attempts")]
