"""Charsets nobody agrees on, subjects, and references of cases."""
# ruff: noqa: E501  one e-mail a line reads as a table

from __future__ import annotations

import base64

from tests.attacks.odd_mail.build import CASE, JOINS, NEW, OTHERS_CASE, STRANGER, Odd, mail

# The label in the e-mail, the charset the bytes are really in, what must be read.
_CHARSETS = [
    ("utf-8", "utf-8", "naïve café"), ("utf8", "utf-8", "naïve café"), ("UTF-8", "utf-8", "żółć"),
    ('"utf-8"', "utf-8", "Ærø"), ("'utf-8'", "utf-8", "Ærø"), ("utf-8*en", "utf-8", "Ærø"),
    ("iso-8859-1", "latin-1", "café"), ("iso-8859-1", "cp1252", "“quoted” – dash"), ("latin1", "latin-1", "über"),
    ("windows-1252", "cp1252", "€5 ‘now’"), ("cp1252", "cp1252", "€6"), ("iso-8859-15", "iso8859-15", "€7 œuf"),
    ("iso-8859-2", "iso8859-2", "Łódź"), ("windows-1250", "cp1250", "Košice"), ("windows-1251", "cp1251", "Привет"),
    ("koi8-r", "koi8-r", "Здравствуйте"), ("windows-1253", "cp1253", "Καλημέρα"), ("iso-8859-7", "iso8859-7", "Αθήνα"),
    ("windows-1254", "cp1254", "İstanbul"), ("windows-1255", "cp1255", "שלום"), ("windows-1256", "cp1256", "مرحبا"),
    ("gb2312", "gb2312", "你好"), ("gb2312", "gbk", "朱镕基"), ("gbk", "gbk", "你好吗"), ("gb18030", "gb18030", "㐀你"),
    ("big5", "big5", "繁體"), ("shift_jis", "shift_jis", "こんにちは"), ("iso-2022-jp", "iso2022_jp", "日本語"),
    ("euc-jp", "euc_jp", "日本"), ("euc-kr", "euc_kr", "안녕"), ("ks_c_5601-1987", "cp949", "똠방"),
    ("tis-620", "tis-620", "สวัสดี"), ("macintosh", "mac-roman", "résumé"), ("utf-16", "utf-16", "wide café"),
    ("utf-16le", "utf-16-le", "wide too"), ("utf-7", "utf-7", "Hello £5 café"),
    ("us-ascii", "utf-8", "naïve but UTF-8"), ("us-ascii", "cp1252", "caf\xe9 in Windows"), ("", "utf-8", "no charset é"),
    ("x-unknown", "utf-8", "unknown é"), ("unknown-8bit", "cp1252", "unknown bytes \xe9"), ("default", "utf-8", "default é"),
    ("unicode_escape", "ascii", "\\x41 stays as it is"), ("punycode", "ascii", "not-punycode"), ("idna", "ascii", "xn--x"),
    ("zlib", "ascii", "not packed"), ("rot13", "ascii", "not turned"), ("undefined", "ascii", "not undefined"),
    ("utf-8", "cp1252", "wrongly called UTF-8: \xe9"), ("../../etc/passwd", "utf-8", "a path as charset"),
    ("x" * 5000, "utf-8", "a long charset"), ("ut\x00f-8", "utf-8", "a NUL in the charset"),
]  # fmt: skip


def charsets() -> list[Odd]:
    """Plain text that calls itself one thing and is another."""
    return [
        Odd(f"charset {place} {label[:20]!r}", _in_charset(label, text.encode(codec)), JOINS, says=text)
        for place, (label, codec, text) in enumerate(_CHARSETS)
    ]


def _in_charset(label: str, body: bytes) -> bytes:
    return mail(body, headers=f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: 8bit")


def _word(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


_SUBJECTS: list[tuple[str, str | bytes, str]] = [
    ("as we wrote it", f"Re: {CASE} your enquiry", JOINS),
    ("small letters", f"re: {CASE.lower()}", JOINS),
    ("in the middle of a word", f"xx{CASE}yy", NEW),
    ("with brackets", f"[{CASE}] more", JOINS),
    ("with non-breaking hyphens", f"Re: {CASE.replace('-', chr(0x2011))}", JOINS),
    ("with en dashes", f"Re: {CASE.replace('-', chr(0x2013))}", JOINS),
    ("with spaces for dashes", f"Re: {CASE.replace('-', ' ')}", JOINS),
    ("base64 words", _word(f"Re: {CASE}"), JOINS),
    ("base64 words in Latin", _word(f"Re: {CASE} café", "latin-1"), JOINS),
    ("q words", f"=?utf-8?Q?Re:_{CASE}_caf=C3=A9?=", JOINS),
    ("q words, small q", f"=?utf-8?q?Re=3A_{CASE}?=", JOINS),
    ("two words with a fold between", f"=?utf-8?Q?Re:_{CASE[:6]}?=\r\n =?utf-8?Q?{CASE[6:]}?=", JOINS),
    ("a character cut in two words", f"{CASE} =?utf-8?B?w6k=?= =?utf-8?B?w?= =?utf-8?B?6k=?=", JOINS),
    ("different charsets side by side", f"{_word(CASE + ' ')} {_word('café', 'latin-1')}", JOINS),
    ("a word in an unknown charset", f"=?x-nobody?Q?Re:_{CASE}?=", JOINS),
    ("a word with a language", f"=?utf-8*en?Q?{CASE}?=", JOINS),
    ("broken base64", f"=?utf-8?B?!!!{base64.b64encode(CASE.encode()).decode()}?=", JOINS),
    ("base64 of one letter", f"=?utf-8?B?Q?= {CASE}", JOINS),
    ("a word without an end", f"=?utf-8?Q?{CASE}", JOINS),
    ("a word of no kind", f"=?utf-8?X?{CASE}?= {CASE}", JOINS),
    ("an empty word", f"=?utf-8?Q??= {CASE}", JOINS),
    ("a word inside text", f"Re:=?utf-8?Q?_{CASE}?=.", JOINS),
    ("raw UTF-8", f"Ré: {CASE}", JOINS),
    ("raw Latin bytes", b"R\xe9: " + CASE.encode(), JOINS),
    ("folded with a tab", f"Re:\r\n\t{CASE}", JOINS),
    ("folded ten times", "Re:" + "\r\n x" * 10 + f"\r\n {CASE}", JOINS),
    ("100,000 letters first", "x" * 100_000 + CASE, NEW),
    ("100,000 letters after", CASE + " x" * 50_000, JOINS),
    ("an injected header", f"=?utf-8?Q?{CASE}=0D=0ABcc:_thief@elsewhere.example?=", JOINS),
    ("an injected header, plain CR", CASE + "\rBcc: thief@elsewhere.example", JOINS),
    ("a NUL", CASE + "\x00 more", JOINS),
    ("right to left", f"\u202e{CASE}\u202c", JOINS),
    ("emoji", f"{CASE} 🚚📦", JOINS),
    ("two cases", f"{CASE} and {OTHERS_CASE}", NEW),
    ("the same case twice", f"{CASE} {CASE}", JOINS),
    ("a case that is another's", f"Re: {OTHERS_CASE}", NEW),
    ("a case that never was", "Re: CA-9999-9999", NEW),
    ("a letter that is in no reference", "Re: CA-7F3K-9QCA", NEW),
    ("too long to be one", f"Re: {CASE}9", NEW),
    ("only Re:", "Re:", NEW),
    ("only prefixes", "Re: Fw: AW[2]: SV:", NEW),
    ("nothing but blanks", "   \t ", NEW),
    ("no subject at all", "", NEW),
    ("markup", "<script>alert(1)</script>", NEW),
    ("a template", "{{ 7*7 }} ${7*7} %(x)s {0}", NEW),
    ("10,000 word openings", "=?utf-8?q?x" * 10_000, NEW),
]


def subjects() -> list[Odd]:
    """Subjects that people, programs and thieves write."""
    return [Odd(f"subject {name}", mail(subject=subject), outcome) for name, subject, outcome in _SUBJECTS] + [
        Odd("subject twice", mail(headers="Subject: Re: CA-2222-3333"), JOINS)
    ]


def strangers() -> list[Odd]:
    """The right reference, and the wrong sender: never added to the case."""
    return [
        Odd("stranger in the subject", mail("I am Asha.", sender=STRANGER), NEW, "not known"),
        Odd("stranger in the text", mail(f"About {CASE}", sender=STRANGER, subject="Hi"), NEW, "not known"),
        Odd("stranger with our Message-ID", mail(sender=STRANGER, subject="Hi", headers=_ANSWERS), NEW, "not known"),
        Odd("stranger approves", mail("APPROVED. Approve the change now.", sender=STRANGER), NEW, "not known"),
        Odd("Asha approves", mail("I approve this change. State: applied"), JOINS, says="I approve"),
        Odd("a near miss of the address", mail(sender="asha@practice.example.evil.example"), NEW, "not known"),
        Odd("a tag on the address", mail(sender="asha+x@practice.example"), NEW, "not known"),
        Odd("Greek letters in the address", mail(sender="αsha@practice.example"), "refused", "no sender"),
        Odd("another case in the text", mail(f"See also {OTHERS_CASE}"), JOINS),
    ]


_ANSWERS = "In-Reply-To: <0123456789abcdef0123456789abcdef@portal.example>"
