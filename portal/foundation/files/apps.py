from django.apps import AppConfig


class FilesConfig(AppConfig):
    """What people send, from the form's field to the download."""

    name = "portal.foundation.files"
    label = "files"

    def ready(self) -> None:
        """Lets the end of a request take away files whose row was rolled back."""
        from django.core.signals import request_finished

        from portal.foundation.files.vault import settle_written

        request_finished.connect(settle_written, dispatch_uid="files.settle_written")
