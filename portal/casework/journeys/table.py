"""The guided requests, one row each: who asks for what, page by page (J13-J18, J21; F12-F19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.casework.forms.requests.dates import ClosureFacts, EffectiveDate, MergingSites, NewAddress
from portal.casework.forms.requests.people import (
    LostFactorPerson,
    Nominee,
    NomineeElsewhere,
    Predecessor,
    Sender,
    SenderIsNominee,
    Why,
)
from portal.casework.forms.requests.places import BranchCode, CodeForm, OdsReport, PlaceForm, SiteType
from portal.casework.journeys.journey import Journey, Step
from portal.organisations.api import CONTRACTOR_TYPES

_ALL = frozenset(CONTRACTOR_TYPES)
_GP = frozenset({"gp"})
_CALL = "We call the practice on a number we hold, never on one from the request, and ask a contact there to confirm."
_NOTICE = "Everybody we have on file there is told by e-mail, and can stop the change."
_CODE_NEED = "The site's ODS code. For a new code, also the PDF report that the ODS team sends."


def _is(name: str, value: str) -> Any:
    def condition(answers: Mapping[str, Any]) -> bool:
        return answers.get(name) == value

    return condition


_SENDER = Step(code="you", title="Your details", form=Sender, text="We write to you at your e-mail address.")


def _code(field: str, title: str, **options: Any) -> Step:
    return Step(
        code=field.replace("_", "-"),
        title=title,
        form=CodeForm,
        help_slug="ods-codes",
        options={"field": field, "label": "ODS code", **options},
    )


def _place(stem: str, title: str, text: str = "Check what the directory says. Correct it where it is wrong.") -> Step:
    return Step(code=f"{stem}-details", title=title, form=PlaceForm, text=text, options={"stem": stem})


_REPORT = Step(
    code="ods-report",
    title="The ODS report",
    form=OdsReport,
    text="The directory does not know this code yet. The report shows that it is the site's.",
    help_slug="ods-codes",
    condition=_is("site_in_directory", "no"),
)


def _nominee(title: str = "Who is to be the Main Contact?", **conditions: Any) -> Step:
    return Step(
        code="main-contact",
        title=title,
        form=Nominee,
        text="The Main Contact has every service of the site and adds its users. Choose somebody you trust.",
        help_slug="who-is-my-main-contact",
        **conditions,
    )


_TABLE = (
    Journey(
        code="main_contact",
        title="Change the Main Contact",
        summary="The Main Contact has left, is away, hands over, or nobody knows who it is.",
        who="Anybody at the practice",
        needs=("Your practice's ODS code, address and telephone number.", "The new Main Contact's name and e-mail."),
        afterwards=(_NOTICE, _CALL, "The new Main Contact then gets an e-mail that says how to get access."),
        help_slug="change-main-contact",
        contractor_types=_ALL,
        steps=(
            _SENDER,
            _code("practice_code", "Which practice is it?"),
            _place("practice", "The practice's details"),
            Step(code="why", title="Why does the Main Contact change?", form=Why),
            Step(code="now", title="The Main Contact now", form=Predecessor, help_slug="change-main-contact"),
            Step(code="is-it-you", title="Are you to be the Main Contact?", form=SenderIsNominee),
            _nominee(),
        ),
    ),
    Journey(
        code="new_site",
        title="Set up a new practice, pharmacy, dental or optical site",
        summary="The site is not in the portal yet, or nobody there has ever been its Main Contact.",
        who="Anybody who works for the new site",
        needs=(_CODE_NEED, "The site's address and telephone number.", "The Main Contact's name, title and e-mail."),
        afterwards=(_CALL, "The Main Contact gets an e-mail, or sees the site under Select Organisation and Address."),
        help_slug="new-practice",
        contractor_types=_ALL,
        steps=(
            _SENDER,
            Step(code="type", title="What is the new site?", form=SiteType),
            _code("site_code", "The new site's ODS code", known=False),
            _REPORT,
            _place("site", "The new site's details"),
            _nominee(),
            Step(code="elsewhere", title="Is the Main Contact known to us?", form=NomineeElsewhere),
            Step(
                code="other-code",
                title="The Main Contact's other practice",
                form=CodeForm,
                condition=_is("nominee_is_main_contact_elsewhere", "yes"),
                options={"field": "other_code", "label": "ODS code of the other practice"},
            ),
            Step(
                code="other-details",
                title="The other practice's details",
                form=PlaceForm,
                condition=_is("nominee_is_main_contact_elsewhere", "yes"),
                options={"stem": "other"},
            ),
        ),
    ),
    Journey(
        code="extend_main_contact",
        title="Become Main Contact of a further site",
        summary="You are Main Contact of one site and want to be that of a new one, too.",
        who="The Main Contact of the existing site",
        needs=(_CODE_NEED, "The name and address of the further site."),
        afterwards=(_CALL, "The site then appears under Select Organisation and Address."),
        help_slug="extend-main-contact",
        contractor_types=_ALL,
        steps=(
            _SENDER,
            _code("practice_code", "The site you are Main Contact of"),
            _place("practice", "The existing site's details"),
            _nominee("Your name as Main Contact"),
            Step(code="type", title="What is the further site?", form=SiteType),
            _code("site_code", "The further site's ODS code", known=False),
            _REPORT,
            _place("site", "The further site's details"),
        ),
    ),
    Journey(
        code="new_branch",
        title="Set up a new branch",
        summary="A GP practice opens a branch, or a site becomes one.",
        who="The Main Contact of the main practice",
        needs=("The main practice's details.", _CODE_NEED, "The branch's Main Contact with title and e-mail."),
        afterwards=(_CALL, "The branch's Main Contact gets an e-mail, or sees the branch in the list of sites."),
        help_slug="new-branch",
        contractor_types=_GP,
        steps=(
            _SENDER,
            _code("main_code", "The main practice", types=_GP),
            _place("main", "The main practice's details"),
            Step(code="site-code", title="The branch's ODS code", form=BranchCode, help_slug="new-branch"),
            _REPORT,
            _place("site", "The branch's details", "The address that supplies are delivered to."),
            _nominee("Who is to be the branch's Main Contact?"),
        ),
    ),
    Journey(
        code="merger",
        title="Merge practices",
        summary="One practice becomes the main site, the others become its branches with new codes.",
        who="The Main Contact of one of the practices",
        needs=("The ODS codes of all the practices.", "The new branch codes from the ODS team.", "The date."),
        afterwards=("Your commissioner decides.", "We then make a plan with you: users, orders, forms and records."),
        help_slug="merge-practices",
        contractor_types=_GP,
        main_contact_only=True,
        without_account=False,
        steps=(
            _SENDER,
            _code("surviving_code", "Which practice becomes the main site?", types=_GP),
            Step(
                code="merging", title="Which practices become branches?", form=MergingSites, help_slug="merge-practices"
            ),
            Step(code="date", title="From when?", form=EffectiveDate, help_slug="merge-practices"),
        ),
    ),
    Journey(
        code="closure",
        title="Close a site",
        summary="The practice or the branch closes for good.",
        who="The Main Contact of the site",
        needs=("The date.", "Whether there are patients' records and numbered forms at the site."),
        afterwards=("Your commissioner decides.", "We then arrange records and supplies before the date."),
        help_slug="practice-closes-or-moves",
        contractor_types=_ALL,
        main_contact_only=True,
        without_account=False,
        steps=(
            _SENDER,
            _code("practice_code", "Which site closes?"),
            Step(code="date", title="When does it close?", form=EffectiveDate, help_slug="practice-closes-or-moves"),
            Step(code="facts", title="What is at the site?", form=ClosureFacts),
        ),
    ),
    Journey(
        code="relocation",
        title="Move a site to another address",
        summary="The same practice or branch, at a new address.",
        who="The Main Contact of the site",
        needs=("The new address.", "The date."),
        afterwards=("Your commissioner decides.", "From the date on, supplies go to the new address."),
        help_slug="practice-closes-or-moves",
        contractor_types=_ALL,
        main_contact_only=True,
        without_account=False,
        steps=(
            _SENDER,
            _code("practice_code", "Which site moves?"),
            Step(code="date", title="When does it move?", form=EffectiveDate, help_slug="practice-closes-or-moves"),
            Step(code="address", title="Where does it move to?", form=NewAddress),
        ),
    ),
    Journey(
        code="lost_factor",
        title="Get back in after losing your second factor",
        summary="Your phone or passkey is lost, and you have no recovery codes.",
        who="The person who cannot sign in",
        needs=("The e-mail address you sign in with.", "Your practice's ODS code."),
        afterwards=(_CALL, _NOTICE, "You then set up a new second factor when you sign in."),
        help_slug="get-support",
        contractor_types=_ALL,
        steps=(
            _SENDER,
            _code("practice_code", "Where do you work?"),
            Step(code="person", title="Who cannot sign in?", form=LostFactorPerson),
        ),
    ),
)

JOURNEYS: dict[str, Journey] = {journey.code: journey for journey in _TABLE}
