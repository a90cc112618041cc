from django.http import HttpResponse
from django.urls import path

app_name = "staff_organisations"
urlpatterns = [
    path("organisations/", lambda r: HttpResponse("x"), name="organisations"),
    path("organisations/<code>/", lambda r, code: HttpResponse("x"), name="organisation"),
]
