"""Where allauth's own sign-in pages are not enough."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.views import PasswordResetView
from django.http import HttpResponse

# Longer than writing the e-mail takes, so that the time does not tell whether the address is known (seconds).
ANSWER_AFTER = 0.25


class PasswordReset(PasswordResetView):
    """Asks for a link to set a new password; answers the same, after the same time, for any address."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Queues the link where somebody has the address."""
        ready_at = time.monotonic() + ANSWER_AFTER
        response: HttpResponse = super().form_valid(form)
        time.sleep(max(0.0, ready_at - time.monotonic()))
        return response
