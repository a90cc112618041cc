"""What anybody may read of the API: its description, and whether it answers."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from portal.foundation.web.views import PublicView


class Described(PublicView):
    """The OpenAPI document."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """The document."""
        from portal.machines.openapi import document  # it lists the addresses, of which this is one

        return JsonResponse(document())


class Health(PublicView):
    """Whether the API answers."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """That it does, and which version."""
        return JsonResponse({"status": "ok", "version": "1"})
