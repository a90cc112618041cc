"""What machines write: bounces, automatic answers, loops, lists, invitations. None may open a case or be answered."""
# ruff: noqa: E501  one e-mail a line reads as a table

from __future__ import annotations

from tests.attacks.odd_mail.build import IGNORED, JOINS, OUR_MESSAGE, OURS, Odd, mail, parts, text_part

_DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.practice.example>"
_STATUS = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.practice.example\r\n\r\nAction: failed"
_CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR"


def bounces() -> list[Odd]:
    """As Postfix, Exim, Sendmail, qmail, Exchange, Microsoft 365 and Gmail write them."""
    report = parts(
        text_part("I'm sorry to have to inform you"), _STATUS, "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nx",
        kind='report; report-type="delivery-status"', sender=_DAEMON, subject="Undelivered Mail Returned to Sender",
    )  # fmt: skip
    same_without_name = parts(text_part("failed"), _STATUS, kind="report; report-type=delivery-status")
    receipt = parts(
        text_part("Your message was read"), "Content-Type: message/disposition-notification\r\n\r\nDisposition: x",
        kind="report; report-type=disposition-notification", subject="Read: your answer",
    )  # fmt: skip
    status_in_mixed = parts(text_part("could not be delivered"), _STATUS)
    return [
        Odd("bounce of Postfix", report, IGNORED, "bounce"),
        Odd("bounce with a person's name", same_without_name, IGNORED, "bounce"),
        Odd("bounce with its status in mixed", status_in_mixed, IGNORED, "bounce"),
        Odd("read receipt", receipt, IGNORED, "receipt"),
        Odd("bounce of Exim", mail(headers="X-Failed-Recipients: x@y.example"), IGNORED, "bounce"),
        Odd("bounce of Sendmail", mail(subject="Returned mail: see transcript for details"), IGNORED, "automatic"),
        Odd("bounce of qmail", mail(subject="failure notice", sender=_DAEMON), IGNORED, "takes no answers"),
        Odd("bounce of Exchange", mail(subject="Undeliverable: CA-7F3K-9QCM"), IGNORED, "automatic"),
        Odd("bounce of Microsoft 365", mail(sender="postmaster@practice.example"), IGNORED, "takes no answers"),
        Odd("bounce of Gmail", mail(sender="mailer-daemon@googlemail.com"), IGNORED, "takes no answers"),
        Odd("status of Gmail", mail(subject="Delivery Status Notification (Delay)"), IGNORED, "automatic"),
        Odd("failed delivery", mail(subject="Mail delivery failed: returning message to sender"), IGNORED, "automatic"),
        Odd("empty return path", mail(headers="Return-Path: <>"), IGNORED, "bounce"),
        Odd("empty return path, blanks", mail(headers="Return-Path:   <>  "), IGNORED, "bounce"),
        Odd("a person's return path", mail(headers="Return-Path: <asha@practice.example>"), JOINS),
        Odd("bounces@", mail(sender="bounces+17-x=y@mail.example"), IGNORED, "takes no answers"),
    ]


def answers() -> list[Odd]:
    """Somebody is on holiday; their program says so."""
    yes = {
        "Auto-Submitted": [
            "auto-replied",
            "auto-generated",
            "auto-notified",
            "AUTO-REPLIED",
            "auto-replied (vacation)",
        ],
        "X-Auto-Response-Suppress": ["All", "OOF, AutoReply", "DR, RN, NRN"],
        "Precedence": ["bulk", "junk", "list", "auto_reply", "BULK"],
        "X-Autoreply": ["yes"],
        "X-Autorespond": ["Re: your enquiry"],
        "X-Autoresponder": ["1"],
        "X-AutoReply-From": ["asha@practice.example"],
    }
    no = {
        "Auto-Submitted": ["no", "No; owner=x", ""],
        "X-Auto-Response-Suppress": ["None", ""],
        "Precedence": ["first-class", "normal"],
        "X-Priority": ["1"],
    }
    by_subject = [
        "Automatic reply: CA-7F3K-9QCM", "Out of Office: back on Monday", "Out of the office until 30 November",
        "Auto-reply: thank you", "Autoreply: away", "Auto Response from the practice", "Abwesenheitsnotiz: Urlaub",
        "=?utf-8?Q?R=C3=A9ponse_automatique_:_absence?=", "Automatische Antwort: Frage", "Message not delivered",
    ]  # fmt: skip
    machines = [
        Odd(f"{name}: {value}", mail(headers=f"{name}: {value}"), IGNORED)
        for name, values in yes.items()
        for value in values
    ]
    people = [
        Odd(f"{name}: {value!r} is a person", mail(headers=f"{name}: {value}"), JOINS)
        for name, values in no.items()
        for value in values
    ]
    subjects = [Odd(f"subject {each}", mail(subject=each), IGNORED, "automatic") for each in by_subject]
    doubled = mail(headers="Auto-Submitted: auto-replied\nPrecedence: bulk\nReturn-Path: <>\nX-Autoreply: yes")
    person = mail(subject="CA-7F3K-9QCM: I was out of office, here is the form")
    return [
        *machines,
        *people,
        *subjects,
        Odd("every sign at once", doubled, IGNORED),
        Odd("a person away", person, JOINS),
    ]


def loops() -> list[Odd]:
    """Our own e-mails come back."""
    return [
        Odd("our own address", mail(sender=OURS), IGNORED, "loop"),
        Odd("our own address in capitals", mail(sender=f"Portal <{OURS.upper()}>"), IGNORED, "loop"),
        Odd("our own e-mail forwarded whole", mail(message_id=f"<{OUR_MESSAGE}>"), IGNORED, "loop"),
        Odd("our shape of id, other digits", mail(message_id=f"<{'f' * 32}@portal.example>"), IGNORED, "loop"),
        Odd("a colleague at our domain", mail(message_id="<4711.colleague@portal.example>"), JOINS),
        Odd("our shape of id elsewhere", mail(message_id=f"<{'f' * 32}@elsewhere.example>"), JOINS),
    ]


def lists() -> list[Odd]:
    """Sent to many."""
    headers = [
        "List-Id: <news.example.org>", "List-Post: <mailto:x@y.example>",
        "List-Unsubscribe: <https://x.example/>", "LIST-ID: x",
    ]  # fmt: skip
    robots = ["noreply@shop.example", "no-reply@shop.example", "no-reply+7@shop.example", "DoNotReply@shop.example"]
    robots += ["listserv@lists.example", "bounce-17@lists.example"]
    return [
        *(Odd(f"list {each}", mail(headers=each), IGNORED, "list") for each in headers),
        *(Odd(f"robot {each}", mail(sender=each), IGNORED, "takes no answers") for each in robots),
        Odd("a person called Noreen", mail(sender="noreen.reply@practice.example"), "opened", "not known"),
    ]


def invitations() -> list[Odd]:
    """A meeting is no enquiry; a calendar file that a person sends is a file."""
    inside = [
        f"Content-Type: text/calendar; {method}\r\n\r\n{_CALENDAR}"
        for method in ("method=REQUEST", 'method="REPLY"', "charset=utf-8; METHOD=CANCEL", "method=counter")
    ]
    attached = "Content-Disposition: attachment; filename=visit.ics\r\n" + inside[0]
    return [
        *(
            Odd(f"invitation {place}", parts(text_part("Meeting"), each, kind="alternative"), IGNORED, "invitation")
            for place, each in enumerate(inside)
        ),
        Odd("nothing but a calendar", mail(_CALENDAR, headers="Content-Type: text/calendar; method=REQUEST"), IGNORED),
        Odd("a calendar file", parts(text_part("See the date"), attached), JOINS, says="See the date"),
        Odd("a calendar of no method", parts(text_part("Hi"), "Content-Type: text/calendar\r\n\r\nx"), JOINS),
    ]
