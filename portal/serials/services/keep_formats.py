"""How the numbers of a form are written and checked: tried on real forms, asked for, agreed with by somebody else.

A wrong rule would refuse every form that is scanned. So nobody changes it alone, and each of the two people shows with
numbers of real forms that it fits. The portal knows no form's rule, and guesses none (issue 5).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.references import new_reference
from portal.serials.events import FORMAT_AGREED, FORMAT_ASKED, FORMAT_NOT_AGREED
from portal.serials.format_values import FormatValues, fitting, rule_words, written_format
from portal.serials.formats import Formats
from portal.serials.models import SerialReceipt, SerialRule
from portal.serials.numbers import NotASerial
from portal.serials.permissions import AGREE_FORMAT, ASK_FOR_FORMAT
from portal.serials.register import numbered_items
from portal.serials.services.lock_format import lock_format
from portal.serials.states import SERIAL_RULE
from portal.supplies.models import CatalogueItem

LEAST_EXAMPLES = 2
LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class AskForFormat:
    """The command: the form's code, the format, numbers of real forms as they are printed, and why."""

    item: str
    values: FormatValues
    examples: list[str]
    reason: str


@service(ASK_FOR_FORMAT)
def ask_for_format(actor: Actor, command: AskForFormat) -> SerialRule:
    """Writes down what waits for a second person. Nothing is read differently yet.

    Raises InvalidInput for a format that cannot be, for fewer than two different numbers, one that does not fit, no
    reason, or another length than that of numbers in the register; NotFound for a form without serial numbers;
    Refused for a program; Conflict while another waits.
    """
    item = _item(command.item)
    if actor.user_id is None:
        raise Refused("You cannot ask for a format because you are a program. A person answers for it.")
    reason = command.reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput({"reason": f"Say how you know, in {LONGEST_REASON} characters or fewer."})
    written = written_format(command.values)
    fitting(written, command.examples, least=LEAST_EXAMPLES)
    lock_format(item.code)
    _check_length(item, written.counted)
    check = written.check
    try:
        with transaction.atomic():
            rule: SerialRule = SerialRule.objects.create(
                reference=new_reference("NF"),
                item=item,
                digits=written.digits,
                check_digits=written.check_digits,
                kind=command.values.kind,
                weights=[] if check is None else check.weights,
                modulus=None if check is None else check.modulus,
                characters="" if check is None else check.characters,
                cross_sum=check is not None and check.cross_sum,
                examples=command.examples,
                reason=reason,
                asked_by_id=actor.user_id,
                asked_by_name=actor.name,
            )
    except IntegrityError as error:
        if "one_serial_rule_waits" not in str(error):
            raise
        raise Conflict("Another format of this form waits for a second person. Decide about that one first.") from error
    record(FORMAT_ASKED, actor=actor, subject=item, item=item.name, rule=rule_words(rule), reason=reason)
    return rule


@service(AGREE_FORMAT)
def agree_with_format(actor: Actor, reference: str, example: str) -> SerialRule:
    """From now on numbers that come in are read so. What is in the register stays as it was taken in.

    ``example`` is the number of one more real form, read by this second person. Raises Refused for whoever asked for
    it, InvalidInput for a number that does not fit or was among the first ones, Conflict when it was decided before
    or numbers of another length came in meanwhile.
    """
    rule, before = _lock(reference)
    if actor.user_id is None or actor.user_id == rule.asked_by_id:
        raise Refused("You cannot agree with this format because you asked for it. Somebody else has to.")
    SERIAL_RULE.check(actor, rule.state, "in_force")
    written = rule.written
    try:
        sequence = written.sequence(example)
    except NotASerial as error:
        raise InvalidInput({"example": f"{error} Do not agree if it is right."}) from error
    if sequence in [written.sequence(each) for each in rule.examples]:
        raise InvalidInput({"example": "This number was tried before. Read it from another form."})
    _check_length(rule.item, written.counted)
    now = timezone.now()
    if before is not None:
        SERIAL_RULE.check(actor, before.state, "replaced")
        before.state, before.replaced_at = "replaced", now
        before.save(update_fields=["state", "replaced_at"])
    rule.second_example = example.strip()
    _decide(actor, rule, "in_force")
    record(FORMAT_AGREED, actor=actor, subject=rule.item, item=rule.item.name, rule=rule_words(rule))
    return rule


@service(AGREE_FORMAT)
def reject_format(actor: Actor, reference: str, note: str) -> SerialRule:
    """Leaves everything as it is; whoever asked may withdraw it so. Raises InvalidInput without a note, Conflict."""
    note = note.strip()
    if not note or len(note) > LONGEST_REASON:
        raise InvalidInput({"note": f"Say why, in {LONGEST_REASON} characters or fewer."})
    rule, _ = _lock(reference)
    SERIAL_RULE.check(actor, rule.state, "rejected")
    if actor.user_id is None:
        raise Refused("You cannot decide about a format because you are a program.")
    rule.note = note
    _decide(actor, rule, "rejected")
    record(FORMAT_NOT_AGREED, actor=actor, subject=rule.item, item=rule.item.name, rule=rule_words(rule), note=note)
    return rule


def _item(code: str) -> CatalogueItem:
    item: CatalogueItem | None = numbered_items().filter(code=code).first()
    if item is None:
        raise NotFound
    return item


def _lock(reference: str) -> tuple[SerialRule, SerialRule | None]:
    """The rule that waits, and the one in force; both stay as they are, because the form is locked."""
    found = SerialRule.objects.select_related("item").filter(reference=reference).first()
    if found is None:
        raise NotFound
    before = lock_format(found.item.code)
    return SerialRule.objects.select_related("item").get(pk=found.pk), before


def _decide(actor: Actor, rule: SerialRule, state: str) -> None:
    rule.state, rule.decided_at = state, timezone.now()
    rule.decided_by_id, rule.decided_by_name = actor.user_id, actor.name
    rule.save(update_fields=["state", "decided_at", "decided_by_id", "decided_by_name", "second_example", "note"])


def _check_length(item: CatalogueItem, counted: int) -> None:
    """The register counts by the digits before the check digits, so their number stays once there are numbers."""
    now = Formats().now(item.code).counted
    if counted != now and SerialReceipt.objects.filter(item=item).exists():
        raise InvalidInput(
            {
                "digits": f"Numbers of this form are in the register, counted by their first {now} digits. This would"
                f" count {counted}. A form with longer or shorter numbers is another item of the catalogue."
            }
        )
