from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, sign-in, memberships and the roles they hold."""

    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from portal.accounts.security_events import listen

        listen()
