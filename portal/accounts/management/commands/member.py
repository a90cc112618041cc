"""``bin/portal member``: give and end access from the command line, until the Main Contact can."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.models import Membership
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.selectors import password_link
from portal.accounts.services.grant_membership import GrantMembership, Person, end_membership, grant_membership
from portal.accounts.services.reset_second_factors import reset_second_factors
from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import DomainError


class Command(BaseCommand):
    """Adds, ends and lists memberships; lets people set up a new second factor."""

    help = "Give people access to organisations, end it, list it; replace a lost second factor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="give a person roles at an organisation")
        add.add_argument("email")
        add.add_argument("organisation", help="ODS code")
        add.add_argument("--role", action="append", required=True, dest="roles", help="a role code; may be repeated")
        for name in ("title", "forename", "surname", "telephone", "mobile"):
            add.add_argument(f"--{name}", default="", help="needed for a person the portal does not know yet")
        end = actions.add_parser("end", help="end a membership today")
        end.add_argument("reference")
        show = actions.add_parser("list", help="the live memberships of an organisation")
        show.add_argument("organisation", help="ODS code")
        reset = actions.add_parser("reset-factors", help="let somebody who lost every second factor set up a new one")
        reset.add_argument("email")
        reset.add_argument("--checked", required=True, help="how the person proved who they are; it is kept")
        for each in (add, end, show, reset):
            each.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(self, *, action: str, as_json: bool, **options: Any) -> None:
        with system_scope():
            try:
                answer = getattr(self, f"_{action.replace('-', '_')}")(options)
            except DomainError as error:
                raise CommandError(error.sentence, returncode=1) from error
        self.stdout.write(json.dumps(answer, indent=2) if as_json else _readable(answer))

    def _add(self, options: dict[str, Any]) -> list[dict[str, str]]:
        details = {name: options[name] for name in ("title", "forename", "surname", "telephone", "mobile")}
        membership = grant_membership(
            system_actor("The operator's command line", GRANT_MEMBERSHIP),
            GrantMembership(
                person=Person(email=options["email"], **details),
                organisation_code=options["organisation"].strip().upper(),
                roles=options["roles"],
            ),
        )
        answer = _described(membership)
        if not membership.user.has_usable_password():
            answer["set a password at"] = password_link(membership.user)
        return [answer]

    def _end(self, options: dict[str, Any]) -> list[dict[str, str]]:
        actor = system_actor("The operator's command line", GRANT_MEMBERSHIP)
        return [_described(end_membership(actor, options["reference"]))]

    def _reset_factors(self, options: dict[str, Any]) -> list[dict[str, str]]:
        actor = system_actor("The operator's command line", GRANT_MEMBERSHIP)
        user = reset_second_factors(actor, options["email"], checked=options["checked"])
        return [{"email": user.email, "name": user.name, "next": "A new second factor is set up at the next sign-in."}]

    def _list(self, options: dict[str, Any]) -> list[dict[str, str]]:
        live = Membership.objects.live().filter(organisation__code=options["organisation"].strip().upper())  # type: ignore[attr-defined]
        return [_described(each) for each in live.select_related("user", "organisation").order_by("user__email")]


def _described(membership: Membership) -> dict[str, str]:
    roles = membership.grants.filter(ended_at=None).order_by("role").values_list("role", flat=True)
    return {
        "membership": membership.reference,
        "email": membership.user.email,
        "name": membership.user.name,
        "organisation": membership.organisation.code,
        "roles": ", ".join(roles),
        "ends on": str(membership.ends_on or ""),
    }


def _readable(answer: list[dict[str, str]]) -> str:
    return "\n".join("\n".join(f"{name}: {value}" for name, value in each.items() if value) + "\n" for each in answer)
