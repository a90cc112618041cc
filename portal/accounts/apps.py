from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, sign-in, memberships and the roles they hold."""

    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        authenticator_added.connect(_count_the_new_factor, dispatch_uid="portal.count_the_new_factor")


def _count_the_new_factor(*, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Setting a factor up has just proved it, so the session need not ask for it again at once."""
    from allauth.account.internal.flows.login import record_authentication
    from allauth.mfa.models import Authenticator

    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
