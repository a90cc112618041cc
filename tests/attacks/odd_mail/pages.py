"""HTML instead of text; and the e-mail that is being answered, which nobody just wrote."""
# ruff: noqa: E501  one e-mail a line reads as a table

from __future__ import annotations

from tests.attacks.odd_mail.build import CASE, JOINS, NEW, OTHERS_CASE, OUR_MESSAGE, Odd, html, mail

_ANSWERS = f"In-Reply-To: <{OUR_MESSAGE}>"
_OUTLOOK = f"From: Bob\nSent: 20 November 2026 10:00\nTo: Asha\nSubject: {OTHERS_CASE}\n\nBob's words"
_FORWARDED = (
    "---------- Forwarded message ---------\nFrom: Bob <bob@other.example>\nDate: Fri\nSubject: x\n\nBob's words"
)


def pages() -> list[Odd]:
    """HTML as programs make it, and as nobody should."""
    deep = "<div>" * 5000 + "deep" + "</div>" * 5000
    return [
        Odd("a page", html("<html><head><title>T</title></head><body><p>Hello</p></body></html>"), JOINS, says="Hello", not_said="T\n"),
        Odd("paragraphs", html("<p>one</p><p>two</p>"), JOINS, says="one\n\ntwo"),
        Odd("line breaks", html("one<br>two<br/>three<BR />four"), JOINS, says="one\ntwo\nthree\nfour"),
        Odd("a table", html("<table><tr><td>a<td>b</table>"), JOINS, says="a b"),
        Odd("a list", html("<ul><li>a<li>b</ul>"), JOINS, says="- a\n- b"),
        Odd("entities", html("caf&eacute; &amp; &#8364;5 &lt;b&gt; &nosuch; &#0; &#x110000;"), JOINS, says="café & €5 <b>"),
        Odd("a script", html("a<script>alert('x')</script>b"), JOINS, says="ab", not_said="alert"),
        Odd("a script that never ends", html("before<script>alert(1)"), JOINS, says="before", not_said="alert"),
        Odd("a style", html("a<style>p{color:red}</style>b"), JOINS, not_said="color"),
        Odd("a comment", html("a<!-- hidden -->b"), JOINS, says="ab", not_said="hidden"),
        Odd("a comment that never ends", html("before<!-- hidden"), JOINS, says="before", not_said="hidden"),
        Odd("Word's own comments", html("<!--[if mso]><p>mso</p><![endif]-->shown<![if !mso]>x<![endif]>"), JOINS, says="shown", not_said="mso"),
        Odd("a declaration inside", html("a<![CDATA[b]]><?php c ?>d"), JOINS, says="a", not_said="php"),
        Odd("less-than in text", html("5 < 6 and 7 > 3 <- see"), JOINS, says="5 < 6"),
        Odd("a tag that never ends", html("before<a href='x"), JOINS, says="before"),
        Odd("a picture inside its tag", html(f"a<img src='data:image/png;base64,{'A' * 100_000}'>b"), JOINS, says="ab", not_said="base64"),
        Odd("attributes without end", html(("<a " + "a=" * 900 + ">") * 100 + "end"), JOINS, says="end"),
        Odd("5,000 deep", html(deep), JOINS, says="deep"),
        Odd("closing tags only", html("</div>" * 1000 + "text"), JOINS, says="text"),
        Odd("a form", html("<form action='https://evil.example'><input name=password value=secret>Log in</form>"), JOINS, says="Log in", not_said="secret"),
        Odd("a link", html("<a href='javascript:alert(1)'>here</a>"), JOINS, says="here", not_said="javascript"),
        Odd("an event", html("<p onclick=\"alert(1)\">here</p>"), JOINS, says="here", not_said="alert"),
        Odd("an empty page", html("<html><body></body></html>"), JOINS, says="had no text"),
        Odd("only a picture on a page", html("<img src=cid:x>"), JOINS, says="had no text"),
        Odd("UTF-7 in a page", mail("+ADw-script+AD4-alert(1)+ADw-/script+AD4-end", headers="Content-Type: text/html; charset=utf-7"), JOINS, says="end", not_said="alert"),
        Odd("15 MB of openings", html("<a " * (5 * 1024 * 1024)), JOINS),
        Odd("15 MB of less-than", html("<" * (15 * 1024 * 1024)), JOINS),
        Odd("15 MB of comments", html("<!--" * (4 * 1024 * 1024)), JOINS),
        Odd("15 MB of ampersands", html("&" * (15 * 1024 * 1024)), JOINS),
        Odd("100,000 quotations", html("<blockquote>" * 100_000 + "x"), JOINS),
    ]  # fmt: skip


def quotations() -> list[Odd]:
    """What stands under an answer names cases, too: they must not count, and are not shown as just written."""

    def answer(text: str, name: str, outcome: str = JOINS, *, subject: str = "Re: your enquiry", **checks: str) -> Odd:
        return Odd(name, mail(text, headers=_ANSWERS, subject=subject), outcome, **checks)

    quoted = "\n".join(f"> {line}" for line in (f"About {OTHERS_CASE}", "Bob's words"))
    gmail = f"<div>My answer</div><div class=gmail_quote>On Fri, Bob wrote:<blockquote>{OTHERS_CASE} Bob's words</blockquote></div>"
    return [
        answer("My answer", "only our Message-ID", says="My answer"),
        answer(f"My answer\n\nOn Fri, 20 Nov 2026 at 10:00, Bob wrote:\n{quoted}", "quoted under", says="My answer", not_said="Bob's words"),
        answer(f"My answer\n\nOn Fri, 20 Nov 2026 at 10:00, Bob\n<bob@other.example> wrote:\n\n{quoted}", "quoted under, two lines", says="My answer", not_said="Bob's words"),
        answer(f"My answer\n\n{quoted}", "quoted without a line", says="My answer", not_said="Bob's words"),
        answer(f"{quoted}\n\nMy answer", "answer below", says="My answer", not_said="Bob's words"),
        answer(f"> one?\nYes.\n> two?\nNo.\n{quoted}", "answers between", says="> two?\nNo.", not_said="Bob's words"),
        answer(f"My answer\n\n{_OUTLOOK}", "quoted as Outlook does", says="My answer", not_said="Bob's words"),
        answer(f"My answer\n\n-----Original Message-----\n{_OUTLOOK}", "original message", says="My answer", not_said="Bob's words"),
        answer(quoted, "nothing but a quotation", says="Bob's words"),
        answer("My answer\n\nKind regards\nAsha Patel\nPractice manager", "a signature", says="My answer", not_said="Practice manager"),
        answer("My answer\n-- \nAsha\n01632 960000", "a signature after two dashes", says="My answer", not_said="01632"),
        answer("My answer\n\nSent from my iPhone", "sent from a telephone", says="My answer", not_said="iPhone"),
        answer("We need:\n- 10 boxes\n- 5 forms\nplease", "a list is no signature", says="- 5 forms\nplease"),
        answer("Kind regards\n" + "This is the matter itself. " * 100, "a long signature is the matter", says="the matter itself"),
        answer(f"See\n\n{_FORWARDED}", "forwarded in an answer", subject="Fwd: look", says="Bob's words"),
        Odd("forwarded", mail(f"See below\n\n{_FORWARDED}", subject="FW: look"), NEW, says="Bob's words"),
        Odd("forwarded with the reference", mail(f"See below\n\n{_OUTLOOK}", subject=f"Fwd: {CASE}"), JOINS, says="Bob's words"),
        Odd("not an answer, with a header block", mail(f"My question\n\n{_OUTLOOK}", subject="Question"), NEW, says="Bob's words"),
        Odd("Gmail's page", mail(gmail, headers=f"Content-Type: text/html\n{_ANSWERS}", subject="Re: x"), JOINS, says="My answer", not_said="Bob's words"),
        Odd("the reference only in the text", mail(f"It is about {CASE}.", subject="Hello"), JOINS),
        Odd("the reference only in the quotation", mail(f"My answer\n\n> {CASE}", subject="Re: hello"), NEW),
        Odd("two references in the text", mail(f"{CASE} or {OTHERS_CASE}", subject="Hello"), NEW),
        Odd("an e-mail we know nothing of", mail("Hi", headers="In-Reply-To: <x@y>", subject="Re: x"), NEW),
        Odd("our Message-ID among many", mail("Hi", headers=f"References: <a@b> <{OUR_MESSAGE}> <c@d>", subject="Re: x"), JOINS),
        Odd("our Message-ID against the subject", mail("Hi", headers=_ANSWERS, subject=f"Re: {OTHERS_CASE}"), JOINS),
        answer("On " + "a " * 200_000, "a beginning of a quotation without end"),
        answer(("On " + "a " * 140 + "\n") * 20_000, "20,000 of them", says="On a"),
        answer("\n> -" * 500_000, "500,000 dashes"),
        answer("From: x\n" * 100_000, "100,000 header lines"),
        answer((">" * 1000 + "\n") * 5_000, "a quotation 1,000 deep"),
        answer(("CAUTION: " + "mail " * 50 + "\x01\n") * 5_000, "disclaimers without end"),
    ]  # fmt: skip
