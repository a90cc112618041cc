"""Runs one management command for ``bin/portal`` and ``bin/start``: Django's own, with errors an operator can read.

Exit codes: 0 done, 1 found something or refused, 2 wrong use or wrong settings.
"""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError


def main(arguments: list[str]) -> int:
    """Runs the command named first in ``arguments`` with the rest of them. Commands that fail exit by themselves."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.config.settings")
    try:
        execute_from_command_line(["bin/portal", *arguments])
    except ImproperlyConfigured as error:
        print(f"The settings are not right: {error}", file=sys.stderr)
        return 2
    except OperationalError as error:
        print(f"The database does not answer as it should: {str(error).strip()}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
