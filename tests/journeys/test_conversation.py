"""A practice and the staff write to each other until the case is settled (J20, J22; F20)."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Case
from portal.casework.tests.factories import opened, reporter, staff_member
from portal.organisations.tests.factories import OrganisationFactory
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _asks(clerk: Visitor) -> Case:
    """The clerk sends an enquiry and opens its page."""
    clerk.go("enquiries:start", code=clerk.code)
    clerk.follow("Another question about the portal")
    clerk.page.get_by_label("Your question").fill("Where is the list of our branches?")
    clerk.press("Continue")
    clerk.press("No, send it anyway")
    clerk.press("Send the enquiry")
    clerk.follow("See your enquiry")
    clerk.sees("You have a first reply by")
    clerk.looks_right("conversation-sent")
    return Case.objects.get()


@everywhere
def test_f20_a_question_is_answered_in_a_conversation(visit: Visit, javascript: bool, width: int) -> None:
    where = OrganisationFactory(contractor_type="gp")
    member = MembershipFactory(organisation=where, roles=["supplies_order_clerk"])
    clerk = visit(member, javascript=javascript, width=width)
    agent = visit(staff_member("support_agent"), javascript=javascript, width=width)
    case = _asks(clerk)

    agent.go("staff_casework:my_work")
    agent.sees("Nobody has these yet")
    agent.looks_right("my-work")
    agent.follow(case.reference)
    agent.press("Look into it")
    agent.press("Look into it")
    agent.sees("You are now looking into it.")
    agent.looks_right("conversation-taken")
    agent.press("Reply")
    agent.page.get_by_label("Your message").fill("Good morning.")
    agent.page.get_by_label("Begin with a text").select_option(label="Ask for more")
    agent.press("Use this text")
    typed = agent.page.get_by_label("Your message").input_value()
    assert typed.startswith("Good morning.") and case.reference in typed
    agent.page.get_by_label("Your message").fill(typed.replace("\n-\n", "\nWhich branch do you miss?\n"))
    agent.page.get_by_label("We wait for their reply").check()
    agent.looks_right("conversation-reply")
    agent.press("Send the reply")
    agent.sees("the case waits for theirs")

    clerk.go("contractor:home", code=clerk.code)
    clerk.sees("Cases that wait for your reply")
    clerk.looks_right("conversation-home")
    clerk.go("casework:case", code=clerk.code, reference=case.reference)
    clerk.sees("We wait for your reply")
    clerk.sees("Which branch do you miss?")
    clerk.looks_right("conversation-our-turn")
    clerk.press("Write to us")
    clerk.press("Send")
    clerk.sees("Enter your message.")
    clerk.page.get_by_label("Your message").fill("The one in Park Street.")
    clerk.looks_right("conversation-write")
    clerk.press("Send")
    clerk.sees("Your message was sent.")

    agent.go("staff_casework:my_work")
    agent.follow(case.reference)
    agent.sees("The one in Park Street.")
    agent.press("Answer")
    agent.page.get_by_text("What was said so far").first.click()
    agent.looks_right("conversation-answer")
    agent.page.get_by_label("Your answer").fill("It is on the page of your organisation now.")
    agent.press("Send the answer")
    agent.sees("The answer was sent.")
    agent.looks_right("conversation-answered-staff")

    clerk.go("casework:case", code=clerk.code, reference=case.reference)
    clerk.sees("It closes by itself after")
    clerk.looks_right("conversation-answered")
    clerk.press("This is settled")
    clerk.press("Yes, close it")
    clerk.sees("The case is closed.")
    clerk.press("Tell us how it went")
    clerk.page.get_by_label("4: well").check()
    clerk.looks_right("conversation-rate")
    clerk.press("Send")
    clerk.sees("You told us how it went: 4 of 5.")
    clerk.looks_right("conversation-closed")
    case.refresh_from_db()
    assert (case.state, case.rating, case.reopened) == ("closed", 4, 0)


@everywhere
def test_several_cases_are_given_to_a_colleague_at_once(visit: Visit, javascript: bool, width: int) -> None:
    member = staff_member("support_agent")
    colleague = MembershipFactory(organisation=member.organisation, roles=["support_agent"])
    asker = reporter()
    first, second = opened(asker), opened(asker)
    agent = visit(member, javascript=javascript, width=width)
    agent.go("staff_casework:cases")
    agent.page.get_by_text("Filter the cases").click()
    agent.page.get_by_label("Owner").select_option(label="Nobody")
    agent.page.get_by_label("Kind").select_option(label="Problem with an order")
    agent.press("Apply filter")
    for case in (first, second):
        agent.page.get_by_label(f"Choose {case.reference}").check()
    agent.looks_right("desk-filtered")
    agent.press("Take, give or move the chosen cases")
    agent.sees("2 chosen cases")
    agent.page.get_by_label("Give them to a colleague").check()
    agent.press("Do it")
    agent.sees("Choose a colleague to give them to.")
    agent.looks_right("desk-several-error")
    agent.page.get_by_label("Colleague, if you give them to somebody").select_option(label=colleague.user.name)
    agent.press("Do it")
    agent.sees("Done for 2 of 2 cases")
    agent.looks_right("desk-several-done")
    assert set(Case.objects.values_list("owner_id", flat=True)) == {colleague.user_id}
    agent.follow(first.reference)
    agent.follow("Give it to a colleague")
    agent.looks_right("desk-give")
    agent.go("staff_casework:load")
    agent.looks_right("desk-team-load")
    agent.follow(colleague.user.name)
    agent.sees(second.reference)
