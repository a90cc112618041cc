"""``bin/portal register-operator``: enter the body that runs this portal in its directory."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.services.register_operator import RegisterOperator, register_operator


class Command(BaseCommand):
    """Enters the operator; changes nothing when it is there already."""

    help = "Enter the body that runs this portal in the directory, so that its staff can be given roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--address", action="append", default=[], help="one line of the address; may be repeated")
        for name in ("postcode", "telephone", "email"):
            parser.add_argument(f"--{name}", default="")

    def handle(self, *, name: str, address: list[str], **options: Any) -> None:
        details = {field: options[field] for field in ("postcode", "telephone", "email")}
        with system_scope():
            operator = register_operator(
                system_actor("The operator's command line", IMPORT_DIRECTORY),
                RegisterOperator(name=name, address_lines=tuple(address), **details),
            )
        self.stdout.write(f"{operator.code} {operator.name}")
