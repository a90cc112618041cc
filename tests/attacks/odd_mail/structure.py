"""MIME as it should not be: broken, nested, enormous, or made of anything but text."""
# ruff: noqa: E501  one e-mail a line reads as a table

from __future__ import annotations

import base64

from tests.attacks.odd_mail.build import ASHA, CASE, JOINS, REFUSED, Odd, mail, parts, text_part

_MEGA = 1024 * 1024
_PDF = "Content-Type: application/pdf; name=form.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK"


def _nested(depth: int, boundary: str = "b{}") -> bytes:
    """Multiparts inside each other, the text in the innermost."""
    inside = b"Content-Type: text/plain\r\n\r\nin the middle\r\n"
    for level in reversed(range(depth)):
        mark = boundary.format(level).encode()
        head = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n"
        inside = head + b"--" + mark + b"\r\n" + inside + b"\r\n--" + mark + b"--\r\n"
    return mail(b"").rstrip(b"\r\n") + b"\r\n" + inside


def malformed() -> list[Odd]:
    """Broken in ways that programs break it."""
    kind = "Content-Type: multipart/mixed"
    two = text_part("first") + "\r\n--bb\r\n" + text_part("second")
    return [
        Odd("multipart without a boundary", mail("plain after all", headers=kind), JOINS, says="plain after all"),
        Odd("boundary that is nowhere", mail("plain", headers=f"{kind}; boundary=zz"), JOINS, says="plain"),
        Odd("empty boundary", mail("plain", headers=f'{kind}; boundary=""'), JOINS, says="plain"),
        Odd("boundary of blanks", mail("plain", headers=f'{kind}; boundary="   "'), JOINS, says="plain"),
        Odd("no end", parts(text_part("first"), text_part("second"), end=False), JOINS, says="second"),
        Odd("cut in the middle", parts(text_part("first"), _PDF)[:-40], JOINS, says="first"),
        Odd("text before the first", mail(f"preamble\r\n--bb\r\n{two}", headers=f"{kind}; boundary=bb"), JOINS, says="second", not_said="preamble"),
        Odd("text after the last", mail(f"--bb\r\n{two}\r\n--bb--\r\nepilogue", headers=f"{kind}; boundary=bb"), JOINS, says="first", not_said="epilogue"),
        Odd("blanks after the boundary", mail("--bb  \t\r\n" + text_part("x1"), headers=f"{kind}; boundary=bb"), JOINS, says="x1"),
        Odd("boundary with signs of patterns", parts(text_part("x2"), boundary="a.*+?()[]"), JOINS, says="x2"),
        Odd("boundary of 70 letters", parts(text_part("x3"), boundary="b" * 70), JOINS, says="x3"),
        Odd("boundary of 5,000 letters", parts(text_part("x4"), boundary="b" * 5000), JOINS),
        Odd("boundary twice", mail("--b2\r\n" + text_part("x5"), headers=f"{kind}; boundary=b2; boundary=b3"), JOINS, says="x5"),
        Odd("end before a beginning", mail("--bb--\r\nnothing", headers=f"{kind}; boundary=bb"), JOINS),
        Odd("only boundaries", mail("--bb\r\n" * 5, headers=f"{kind}; boundary=bb"), JOINS),
        Odd("the same boundary inside", _nested(3, "same"), JOINS),
        Odd("12 deep", _nested(12), JOINS, says="in the middle"),
        Odd("13 deep", _nested(13), REFUSED, "too many parts"),
        Odd("500 deep", _nested(500), REFUSED, "too many parts"),
        Odd("100 parts", parts(*[text_part("x")] * 100), JOINS, says="x"),
        Odd("102 parts", parts(*[text_part("x")] * 102), REFUSED, "too many parts"),
        Odd("10,000 parts", parts(*[text_part("x")] * 10_000), REFUSED, "too many parts"),
        Odd("10,000 empty parts", parts(*[""] * 10_000), REFUSED, "too many parts"),
        Odd("type is garbage", mail("x6", headers="Content-Type: ///;;;="), JOINS, says="x6"),
        Odd("type is half", mail("x7", headers="Content-Type: text"), JOINS, says="x7"),
        Odd("type twice", mail("x8", headers="Content-Type: text/plain\nContent-Type: text/html"), JOINS, says="x8"),
        Odd("type in capitals", mail("x9", headers="CONTENT-TYPE: TEXT/PLAIN"), JOINS, says="x9"),
        Odd("10,000 parameters", mail("y1", headers="Content-Type: text/plain" + "; a=b" * 10_000), JOINS, says="y1"),
        Odd("quotes in parameters", mail("y2", headers="Content-Type: text/plain" + ';"' * 900), JOINS, says="y2"),
        Odd("continued parameters", mail("y3", headers="Content-Type: text/plain" + "".join(f"; a*{n}=x" for n in range(300))), JOINS, says="y3"),
        Odd("a parameter numbered hugely", mail("y4", headers=f"Content-Type: text/plain; a*{'9' * 3000}=x"), JOINS, says="y4"),
    ]  # fmt: skip


def encodings() -> list[Odd]:
    """Transfer encodings, right and wrong."""

    def encoded(how: str, body: str) -> bytes:
        return mail(body, headers=f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {how}")

    packed = base64.b64encode("Grüße from us.".encode()).decode()
    return [
        Odd("base64", encoded("base64", packed), JOINS, says="Grüße"),
        Odd("base64 in capitals", encoded("BASE64", packed), JOINS, says="Grüße"),
        Odd("base64 without its end", encoded("base64", packed.rstrip("=")), JOINS, says="Grüße"),
        Odd("base64 with a letter too many", encoded("base64", packed.rstrip("=") + "AAA"), JOINS, says="Grüße"),
        Odd("base64 with blanks", encoded("base64", " ".join(packed)), JOINS, says="Grüße"),
        Odd("base64 with garbage between", encoded("base64", "!*\x00".join(packed)), JOINS, says="Grüße"),
        Odd("base64 that is nothing", encoded("base64", "!!!!"), JOINS, says="had no text"),
        Odd("base64 that is text", encoded("base64", "This is not base64 at all."), JOINS),
        Odd("quoted-printable", encoded("quoted-printable", "Gr=C3=BC=C3=9Fe"), JOINS, says="Grüße"),
        Odd("quoted-printable, soft breaks", encoded("quoted-printable", "Gr=\r\n=C3=BC=\r\n=C3=9Fe"), JOINS, says="Grüße"),
        Odd("quoted-printable, small digits", encoded("Quoted-Printable", "caf=c3=a9"), JOINS, says="café"),
        Odd("quoted-printable, broken", encoded("quoted-printable", "50=ZZ = 100=%"), JOINS, says="50=ZZ"),
        Odd("quoted-printable, cut", encoded("quoted-printable", "end="), JOINS, says="end"),
        Odd("8bit", encoded("8bit", "café"), JOINS, says="café"),
        Odd("binary", encoded("binary", "café"), JOINS, says="café"),
        Odd("unknown", encoded("x-gzip", "as it is"), JOINS, says="as it is"),
        Odd("uuencode", encoded("x-uuencode", "begin 644 f\r\n#0V%T\r\nend"), JOINS),
        Odd("yenc in the text", encoded("8bit", "=ybegin line=128 size=5 name=x\r\n\x9e\x92"), JOINS),
    ]  # fmt: skip


def contents() -> list[Odd]:
    """Not text: files of every kind, e-mails in e-mails, signatures."""

    def attached(headers: str, body: str = "JVBERi0xLjQK") -> bytes:
        return parts(text_part("See the file"), f"{headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}")

    named = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename"
    inner = f"Content-Type: message/rfc822\r\n\r\nFrom: mal@elsewhere.example\r\nSubject: {CASE}\r\n\r\ninner text"
    plain_file = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nin the file"
    signed = "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMIAG"
    odd_names = [
        ('="../../etc/passwd"'), ('="C:\\\\Users\\\\x\\\\form.pdf"'), ("=" + "x" * 3000 + ".pdf"), ('=""'), ("*=utf-8''caf%C3%A9.pdf"),
        ("*0=for; filename*1=m.pdf"), ('="=?utf-8?B?Zm9ybS5wZGY=?="'), ('="form\x00.pdf"'), ('="\u202efdp.exe"'), ("*=bad'x'%ZZ"),
        ("*99999999999=x"), ('="a\r\n b.pdf"'), ("*=utf-7''+ADw-script+AD4-.pdf"), ('="con.pdf"'), ('="form.pdf.exe"'),
    ]  # fmt: skip
    return [
        *(Odd(f"file name {place}", attached(named + each), JOINS, says="See the file") for place, each in enumerate(odd_names)),
        Odd("no file name", attached("Content-Type: application/pdf"), JOINS, says="See the file"),
        Odd("winmail.dat", attached("Content-Type: application/ms-tnef; name=winmail.dat"), JOINS, says="See the file"),
        Odd("a program", attached("Content-Type: application/x-msdownload; name=form.exe"), JOINS, says="See the file"),
        Odd("only winmail.dat", mail("eJ8+", headers="Content-Type: application/ms-tnef; name=winmail.dat"), JOINS, says="had no text"),
        Odd("12 files", parts(text_part("Many"), *[_PDF] * 12), JOINS, says="Many"),
        Odd("a file of 11 MB", attached("Content-Type: application/pdf; name=a.pdf", "A" * (15 * _MEGA)), JOINS, says="See the file"),
        Odd("an empty file", attached("Content-Type: application/pdf; name=a.pdf", ""), JOINS, says="See the file"),
        Odd("only a picture", mail("iVBORw0K", headers="Content-Type: image/png; name=x.png\nContent-Transfer-Encoding: base64"), JOINS, says="had no text"),
        Odd("an e-mail in an e-mail", parts(text_part("outer text"), inner), JOINS, says="outer text", not_said="inner text"),
        Odd("only an e-mail in an e-mail", mail(inner.partition("\r\n\r\n")[2], headers="Content-Type: message/rfc822"), JOINS, not_said="inner text"),
        Odd("a digest", parts("\r\nFrom: x@y.example\r\n\r\ninner", kind="digest"), JOINS),
        Odd("an e-mail in pieces", mail("piece", headers="Content-Type: message/partial; id=x; number=1"), JOINS),
        Odd("a body elsewhere", mail("", headers="Content-Type: message/external-body; access-type=local-file; name=/etc/passwd"), JOINS, not_said="root:"),
        Odd("a text file", parts(text_part("the letter"), plain_file), JOINS, says="the letter", not_said="in the file"),
        Odd("S/MIME signed", parts(text_part("signed text"), signed, kind="signed"), JOINS, says="signed text"),
        Odd("S/MIME sealed", mail("MIAG", headers="Content-Type: application/pkcs7-mime; name=smime.p7m"), JOINS, says="had no text"),
        Odd("PGP sealed", parts("Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", kind="encrypted"), JOINS),
        Odd("a logo in the text", parts(text_part("With logo"), "Content-Type: image/png\r\nContent-ID: <l@x>\r\n\r\nx", kind="related"), JOINS, says="With logo"),
        Odd("text in three parts", parts(text_part("one"), text_part("two"), text_part("three")), JOINS, says="three"),
        Odd("text before HTML", parts(text_part("the plain"), "Content-Type: text/html\r\n\r\n<p>the page</p>", kind="alternative"), JOINS, says="the plain", not_said="the page"),
        Odd("empty text before HTML", parts(text_part(" "), "Content-Type: text/html\r\n\r\n<p>the page</p>", kind="alternative"), JOINS, says="the page"),
        Odd("enriched text", mail("<bold>x</bold>", headers="Content-Type: text/enriched"), JOINS, says="x"),
        Odd("a business card", parts(text_part("hello"), "Content-Type: text/vcard; name=a.vcf\r\n\r\nBEGIN:VCARD"), JOINS, says="hello"),
    ]  # fmt: skip


def bytes_and_breaks() -> list[Odd]:
    """Line ends, NULs, headers that are none, things that are missing, things that are huge."""
    plain = mail("the text")
    return [
        Odd("only LF", mail("the text", breaks=b"\n"), JOINS, says="the text"),
        Odd("only CR", mail("the text", breaks=b"\r"), JOINS, says="the text"),
        Odd("LF in headers, CRLF in text", mail("a\r\nthe text", breaks=b"\n"), JOINS, says="the text"),
        Odd("CR LF mixed in the text", mail("a\rb\nc\r\nd\n\re"), JOINS, says="a\nb\nc\nd"),
        Odd("other line breaks", mail("a\u2028b\u2029c\x85d\x0be\x0cf"), JOINS, says="a\nb\nc"),
        Odd("NULs in the text", mail("the\x00 te\x00xt"), JOINS, says="the text"),
        Odd("controls in the text", mail("\x01the\x08 \x1b[31mtext\x7f"), JOINS, says="the [31mtext"),
        Odd("text that turns round", mail("pay \u202eEVIL\u202c \u2066x\u2069 now"), JOINS, says="pay EVIL x now"),
        Odd("lone surrogates", mail("a\ud800b".encode("utf-8", "surrogatepass")), JOINS),
        Odd("hidden tag letters", mail("Hi\U000e0041\U000e0042"), JOINS, says="Hi"),
        Odd("random bytes for text", mail(bytes(range(256)) * 20), JOINS),
        Odd("a byte order mark first", b"\xef\xbb\xbf" + plain, REFUSED, "no sender"),
        Odd("a mailbox line first", b"From asha Mon Nov 23 09:00:00 2026\n" + plain, JOINS, says="the text"),
        Odd("empty lines first", b"\r\n\r\n" + plain, JOINS, says="the text"),
        Odd("nothing at all", b"", REFUSED, "no sender"),
        Odd("one NUL", b"\x00", REFUSED, "no sender"),
        Odd("only line breaks", b"\r\n" * 50, REFUSED, "no sender"),
        Odd("only a text", b"Hello, who reads this?", REFUSED, "no sender"),
        Odd("a picture and no e-mail", b"\x89PNG\r\n\x1a\n" + bytes(500), REFUSED, "no sender"),
        Odd("headers and no text", plain.partition(b"\r\n\r\n")[0], JOINS, says="had no text"),
        Odd("no text, no subject, no file", mail("", subject=""), REFUSED, "empty"),
        Odd("blanks and no subject", mail(" \r\n\t ", subject=""), REFUSED, "empty"),
        Odd("a line that is no header", mail("x", headers="this is no header"), JOINS),
        Odd("a header that begins with a blank", b" folded: nothing\r\n" + plain, JOINS),
        Odd("no Date", mail("the text").replace(b"Date:", b"X-Date:"), JOINS),
        Odd("a Date of another world", mail("x", headers="Date: 99 Foo -5 25:61:61 +9999"), JOINS),
        Odd("a Message-ID without brackets", mail("x", message_id="abc@def"), JOINS),
        Odd("a Message-ID of blanks", mail("x", message_id="<   >"), JOINS),
        Odd("a Message-ID of 10,000 letters", mail("x", message_id=f"<{'a' * 10_000}@x>"), JOINS),
        Odd("a Message-ID with SQL", mail("x", message_id="<'||pg_sleep(9)||'@x>"), JOINS),
        Odd("two Message-IDs", mail("x", message_id="<a@x>", headers="Message-ID: <b@x>"), JOINS),
        Odd("20,000 headers", mail("x", headers="\n".join(f"X-{n}: {n}" for n in range(20_000))), JOINS),
        Odd("a header of 10 MB", mail("x", headers="X: " + "a" * (10 * _MEGA)), JOINS),
        Odd("100,000 references", mail("x", headers="References: " + "<a@b> " * 100_000), JOINS),
        Odd("a text of 15 MB", mail("the text " + "a" * (15 * _MEGA)), JOINS, says="the text"),
        Odd("15 MB of line breaks", mail(b"\n" * (15 * _MEGA), headers="In-Reply-To: <x@y>"), JOINS),
        Odd("26 MB", mail("a" * (26 * _MEGA)), REFUSED, "larger than 25 MB"),
        Odd("26 MB from Asha as file", parts(text_part("x"), "\r\n" + "A" * (26 * _MEGA), sender=ASHA), REFUSED, "larger"),
    ]  # fmt: skip
