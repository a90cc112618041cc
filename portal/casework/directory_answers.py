"""What the directory says of a code that somebody typed (R6: a code is looked up; its shape is a typing aid only)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from portal.organisations.api import CONTRACTOR_TYPES, KINDS, Organisation

Finding = Literal["found", "closed", "other_type", "unknown"]
LONGEST_CODE = 12
_MOST_BRANCHES = 999


@dataclass(frozen=True, kw_only=True)
class DirectoryAnswer:
    """``organisation`` is None where the directory does not know the code."""

    code: str
    finding: Finding
    organisation: Organisation | None = None


def tidy_code(typed: str) -> str:
    """A code as it is stored: upper case, without blanks and hyphens."""
    return re.sub(r"[\s\-]", "", typed).upper()


def look_up(code: str, *, contractor_types: frozenset[str] = frozenset(CONTRACTOR_TYPES)) -> DirectoryAnswer:
    """What the directory says of the code; the parent and the address come with it. One query."""
    organisation = Organisation.objects.filter(code=tidy_code(code)).select_related("parent").first()
    if organisation is None:
        return DirectoryAnswer(code=tidy_code(code), finding="unknown")
    finding: Finding = "found"
    if organisation.contractor_type not in contractor_types:
        finding = "other_type"
    elif organisation.status == "closed" or organisation.closing_date_has_passed:
        finding = "closed"
    return DirectoryAnswer(code=organisation.code, finding=finding, organisation=organisation)


def what_it_is(organisation: Organisation) -> str:
    """Such as: GP practice, or: Commissioner."""
    return KINDS[organisation.kind].label


def free_branch_codes(main_code: str, count: int = 1) -> list[str]:
    """The next branch codes that nobody has: the highest number taken plus one, and so on (J16, F18).

    Numbers are not counted from the first gap: a code that was once a branch's is never another's, and the
    directory does not list branches that closed years ago. Branches with another prefix do not matter here.
    """
    taken = Organisation.objects.filter(code__startswith=main_code, code__regex=f"^{re.escape(main_code)}[0-9]{{3}}$")
    highest = max((int(code[-3:]) for code in taken.values_list("code", flat=True)), default=0)
    return [f"{main_code}{number:03}" for number in range(highest + 1, min(highest + count, _MOST_BRANCHES) + 1)]


def why_not_a_branch_code(code: str, main_code: str) -> str:
    """A sentence when ``code`` cannot be the code of a new branch of ``main_code``; '' when it can.

    One that the directory has as an open branch of this practice already can: releases may be ahead of the request.
    """
    if not re.fullmatch(r"[0-9]{3}", code.removeprefix(main_code)) or code == main_code or code.endswith("000"):
        return f"A branch code is {main_code} and three numbers, such as {main_code}001."
    known = Organisation.objects.filter(code=code).select_related("parent").first()
    if known is not None and (known.parent is None or known.parent.code != main_code or known.status == "closed"):
        return f"{code} belongs to another site. The next free code is {free_branch_codes(main_code)[0]}."
    return ""
