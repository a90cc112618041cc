"""Reads a rendered page as a strict browser and a screen reader would. Tests run it on every page they render.

``lint_page`` finds what a machine can find without drawing the page; axe, in the browser journeys, finds the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as PARSE_MESSAGES

_LABELLED = {"input", "select", "textarea"}
_NOT_LABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls")


def lint_page(html: str, *, path: str) -> list[str]:
    """Every fault of the page in a sentence that begins with ``path``; [] for a good page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    faults = [
        f"line {position[0]}: {PARSE_MESSAGES.get(code, code) % values}" for position, code, values in parser.errors
    ]
    for check in _CHECKS:
        faults += check(tree)
    return [f"{path}: {fault}" for fault in faults]


def _headings(tree: Element) -> Iterator[str]:
    """One h1, no level skipped on the way down, none empty."""
    if (number := len(tree.findall(".//h1"))) != 1:
        yield f"has {number} h1 headings, not one"
    level = 0
    for heading in (each for each in tree.iter() if _is_heading(each)):
        if not _text(heading):
            yield f"has an empty {heading.tag}"
        if level and int(heading.tag[1]) > level + 1:
            yield f"goes from h{level} to {heading.tag}: {_text(heading)!r}"
        level = int(heading.tag[1])


def _document(tree: Element) -> Iterator[str]:
    """A title, a language, and one main part; a skip link leads to it."""
    title = tree.find("./head/title")
    if title is None or not _text(title):
        yield "has no title"
    if not tree.get("lang"):
        yield "does not say its language"
    mains = [each for each in tree.iter() if each.tag == "main" or each.get("role") == "main"]
    if len(mains) != 1:
        yield f"has {len(mains)} main landmarks, not one"


def _identities(tree: Element) -> Iterator[str]:
    """Ids are unique, and whatever refers to one finds it."""
    ids = Counter(each.get("id", "") for each in tree.iter() if "id" in each.attrib)
    yield from (f"has the id {name!r} {number} times" for name, number in ids.items() if number > 1)
    yield from ("has an empty id" for name in ids if not name.strip())
    for each in tree.iter():
        for name in _REFERENCES:
            for target in each.get(name, "").split():
                if target not in ids:
                    yield f"<{each.tag} {name}> refers to {target!r}, which is not there"
        address = each.get("href", "")
        if each.tag == "a" and address.startswith("#") and address[1:] not in ids:
            yield f"links to {address!r}, which is not there"
        if each.tag == "label" and each.get("for") is not None and each.get("for") not in ids:
            yield f"has a label for {each.get('for')!r}, which is not there"


def _controls(tree: Element) -> Iterator[str]:
    """Each control and each button has a name; each radio stands in a fieldset with a legend."""
    labels = {each.get("for"): _text(each) for each in tree.iter("label") if each.get("for")}
    wrapped = {control for label in tree.iter("label") if _text(label) for control in label.iter()}
    grouped = {
        control for group in tree.iter("fieldset") if group.find("legend") is not None for control in group.iter()
    }
    for each in tree.iter():
        kind = each.get("type", "text")
        if each.tag in _LABELLED and not (each.tag == "input" and kind in _NOT_LABELLED_TYPES):
            if not (labels.get(each.get("id")) or each in wrapped or _named(each)):
                yield f"has a control without a label: <{each.tag} name={each.get('name')!r}>"
        if each.tag == "input" and kind == "radio" and each not in grouped:
            yield f"has a radio without a legend: {each.get('name')!r}"
        if each.tag == "button" and not (_text(each) or _named(each)):
            yield "has a button without a text"
        if each.tag == "a" and each.get("href") is not None and not (_text(each) or _named(each) or _picture(each)):
            yield f"has a link without a text: {each.get('href')!r}"
        if each.tag == "img" and each.get("alt") is None:
            yield f"has a picture without a text: {each.get('src')!r}"


def _landmarks(tree: Element) -> Iterator[str]:
    """Where there are several landmarks of a kind, each has its own name; a region always has one."""
    names: Counter[tuple[str, str]] = Counter()
    for each in tree.iter():
        role = each.get("role") or {"nav": "navigation", "aside": "complementary"}.get(str(each.tag), "")
        if role in {"navigation", "complementary", "region", "search"}:
            name = each.get("aria-label", "") or each.get("aria-labelledby", "")
            if not name:
                yield f"has a {role} landmark without a name"
            names[role, name] += 1
    yield from (f"has {number} {role} landmarks named {name!r}" for (role, name), number in names.items() if number > 1)


def _policy(tree: Element) -> Iterator[str]:
    """Nothing the content security policy would block: inline styles, handlers, scripts without a nonce."""
    for each in tree.iter():
        if each.get("style") is not None or each.tag == "style":
            yield f"has an inline style at <{each.tag}>"
        yield from (f"has a handler in the markup: {name}" for name in list(each.attrib) if name.startswith("on"))
        if each.tag == "script" and not each.get("nonce"):
            yield f"has a script without a nonce: {each.get('src')!r}"
        if each.tag == "script" and not each.get("src") and each.get("type") != "application/json":  # data, not code
            yield "has a script inside the page"
        if each.get("href", "").strip().lower().startswith("javascript:"):
            yield "has a javascript: link"
        if each.tag == "form":
            yield from _form(each)


def _form(form: Element) -> Iterator[str]:
    method = (form.get("method") or "").lower()
    if method not in {"get", "post", "dialog"}:
        yield f"has a form without a method: action={form.get('action')!r}"
    tokens = [each for each in form.iter("input") if each.get("name") == "csrfmiddlewaretoken"]
    if method == "post" and len(tokens) != 1:
        yield f"has a POST form with {len(tokens)} CSRF tokens: action={form.get('action')!r}"
    if method == "get" and tokens:
        yield f"has a GET form that would put the CSRF token into the address: action={form.get('action')!r}"


def _tables(tree: Element) -> Iterator[str]:
    """A table has a caption and headers with a scope."""
    for table in tree.iter("table"):
        caption = table.find("caption")
        if caption is None or not _text(caption):
            yield "has a table without a caption"
        yield from ("has a table header without a scope" for each in table.iter("th") if not each.get("scope"))


_CHECKS = (_document, _headings, _identities, _controls, _landmarks, _policy, _tables)


def _is_heading(element: Element) -> bool:
    return (
        isinstance(element.tag, str) and len(element.tag) == 2 and element.tag[0] == "h" and element.tag[1] in "123456"
    )


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _named(element: Element) -> bool:
    return bool(element.get("aria-label") or element.get("aria-labelledby"))


def _picture(element: Element) -> bool:
    return any(each.get("alt") for each in element.iter("img"))
