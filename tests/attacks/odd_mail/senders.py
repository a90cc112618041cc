"""From as programs write it, and as somebody writes it who wants to be taken for another."""

from __future__ import annotations

from tests.attacks.odd_mail.build import ASHA, CASE, JOINS, NEW, REFUSED, Odd, mail

_FROM: list[tuple[str, str | bytes, str, str]] = [
    ("bare", "asha@practice.example", JOINS, ""),
    ("in capitals", "ASHA@PRACTICE.EXAMPLE", JOINS, ""),
    ("in brackets only", "<asha@practice.example>", JOINS, ""),
    ("quoted name", '"Patel, Asha" <asha@practice.example>', JOINS, ""),
    ("comment as name", "asha@practice.example (Asha Patel)", JOINS, ""),
    ("name in a base64 word", "=?utf-8?B?QXNoYSBQYXRlbA==?= <asha@practice.example>", JOINS, ""),
    ("name in a broken word", "=?utf-8?B?QXNoYSBQYXRlb <asha@practice.example>", JOINS, ""),
    ("name in Latin bytes", b"Andr\xe9 <asha@practice.example>", JOINS, ""),
    ("name of 10,000 letters", "A" * 1500 + " <asha@practice.example>", JOINS, ""),
    ("name beyond every bound", "A" * 10_000 + " <asha@practice.example>", REFUSED, "no sender"),
    ("name with quotes that never end", '"Asha <asha@practice.example>', JOINS, ""),
    ("name with markup", "<b>Asha</b> <asha@practice.example>", JOINS, ""),
    ("name that turns the text", "\u202eahsA <asha@practice.example>", JOINS, ""),
    ("name with a NUL", "As\x00ha <asha@practice.example>", JOINS, ""),
    ("name with line breaks encoded", "=?utf-8?Q?Asha=0D=0ATo:_x?= <asha@practice.example>", JOINS, ""),
    ("folded", "Asha\r\n Patel\r\n <asha@practice.example>", JOINS, ""),
    ("blanks around the address", "Asha < asha@practice.example >", JOINS, ""),
    ("comma at the end", "asha@practice.example,", JOINS, ""),
    ("an address for a name", '"asha@practice.example" <mal@elsewhere.example>', NEW, "not known"),
    ("an address for a name, no quotes", "asha@practice.example <mal@elsewhere.example>", NEW, "not known"),
    ("an angle inside the quotes", '"Asha <asha@practice.example>" <mal@elsewhere.example>', NEW, "not known"),
    ("two angles", "<asha@practice.example> <mal@elsewhere.example>", NEW, "not known"),
    ("two angles, other way round", "<mal@elsewhere.example> <asha@practice.example>", NEW, "not known"),
    ("two mailboxes", "asha@practice.example, mal@elsewhere.example", NEW, "not known"),
    ("an address in a comment", "mal@elsewhere.example (asha@practice.example)", NEW, "not known"),
    ("a comment inside the address", "asha@practice.example(comment)@elsewhere.example", REFUSED, "no sender"),
    ("encoded brackets", "=?utf-8?Q?<asha@practice.example>?= <mal@elsewhere.example>", NEW, "not known"),
    ("a second address after a NUL", "mal@elsewhere.example\x00asha@practice.example", REFUSED, "no sender"),
    ("a group", "Team: asha@practice.example;", REFUSED, "no sender"),
    ("an empty group", "undisclosed-recipients:;", REFUSED, "no sender"),
    ("a quoted local part", '"asha patel"@practice.example', REFUSED, "no sender"),
    ("no domain", "asha@", REFUSED, "no sender"),
    ("no local part", "@practice.example", REFUSED, "no sender"),
    ("two at signs", "asha@x@practice.example", REFUSED, "no sender"),
    ("a name and no address", "Asha Patel", REFUSED, "no sender"),
    ("empty brackets", "Asha <>", REFUSED, "no sender"),
    ("only blanks", "    ", REFUSED, "no sender"),
    ("no header", "", REFUSED, "no sender"),
    ("a local part of 300 letters", "a" * 300 + "@practice.example", REFUSED, "no sender"),
    ("an address of 5,000 dots", "a@" + "b." * 2500 + "example", REFUSED, "no sender"),
    ("a domain in other letters", "Jörg <jorg@bücher.example>", NEW, "not known"),
    ("a number as domain", "asha@[192.0.2.1]", REFUSED, "no sender"),
    ("a command", "asha@practice.example;rm -rf /", REFUSED, "no sender"),
    ("SQL", "'; drop table casework_case; --@practice.example", REFUSED, "no sender"),
    ("100,000 brackets", "<" * 100_000, REFUSED, "no sender"),
    ("100,000 quotes", '"' * 100_000, REFUSED, "no sender"),
    ("100,000 opening comments", "(" * 100_000, REFUSED, "no sender"),
]


def senders() -> list[Odd]:
    """Every From with the right reference in the subject: it counts only for Asha, and only when she alone wrote."""
    single = [Odd(f"from {name}", mail(sender=value), outcome, because) for name, value, outcome, because in _FROM]
    return [
        *single,
        Odd("from twice, two people", mail(headers="From: mal@elsewhere.example"), NEW, "not known"),
        Odd("from twice, the same", mail(headers=f"From: {ASHA}"), JOINS),
        Odd("from in small letters", mail(sender="", headers=f"from: {ASHA}"), JOINS),
        Odd("from with a blank before the colon", mail(sender="", headers=f"From : {ASHA}"), REFUSED, "no sender"),
        Odd("another Sender", mail(headers="Sender: mal@elsewhere.example"), JOINS),
        Odd("another Reply-To", mail(headers="Reply-To: thief@elsewhere.example"), JOINS),
        Odd("another X-Original-From", mail(sender="mal@elsewhere.example", headers=f"X-From: {ASHA}"), NEW, "not"),
        Odd("only a Sender", mail(sender="", headers=f"Sender: {ASHA}"), REFUSED, "no sender"),
        Odd("a body that begins with From", mail(f"From: mal@elsewhere.example\r\n\r\nAbout {CASE}"), JOINS),
    ]
