"""The page lint finds each fault it exists for, and finds none on a good page."""

from __future__ import annotations

import pytest

from portal.foundation.web.testing import lint_page

GOOD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Task - service</title>
<script src="/static/a.js" nonce="n"></script></head>
<body><header role="banner"><nav aria-label="Menu"><a href="#maincontent">Skip</a></nav></header>
<main id="maincontent"><h1>Task</h1><h2>Part</h2>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x">
<label for="a">Name</label><input id="a" name="a" aria-describedby="hint"><p id="hint">As on the register.</p>
<fieldset><legend>Which</legend><input type="radio" id="r" name="r"><label for="r">One</label></fieldset>
<button>Send</button></form>
<table><caption>Orders</caption><thead><tr><th scope="col">Order</th></tr></thead></table>
<img src="x.png" alt=""><a href="/x"><img src="y.png" alt="A pad"></a>
</main></body></html>"""


def test_a_good_page_has_no_fault() -> None:
    assert lint_page(GOOD, path="/x/") == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("<h1>Task</h1>", "<h1>Task</h1><h1>Again</h1>", "2 h1"),
        ("<h1>Task</h1>", "<p>Task</p>", "0 h1"),
        ("<h1>Task</h1>", "<h1> </h1>", "empty h1"),
        ("<h2>Part</h2>", "<h3>Part</h3>", "from h1 to h3"),
        ("<title>Task - service</title>", "<title></title>", "no title"),
        ('<html lang="en">', "<html>", "language"),
        ('<main id="maincontent">', '<div id="maincontent">', "main"),
        ('<p id="hint">', '<p id="a">', "'a' 2 times"),
        ('<p id="hint">', "<p>", "refers to 'hint'"),
        ('href="#maincontent"', 'href="#elsewhere"', "links to '#elsewhere'"),
        ('<label for="a">', '<label for="b">', "a label for 'b'"),
        ('<label for="a">Name</label>', "", "control without a label"),
        ('<label for="a">Name</label>', '<label for="a"></label>', "control without a label"),
        ("<legend>Which</legend>", "", "radio without a legend"),
        ("<button>Send</button>", "<button></button>", "button without a text"),
        ('<a href="/x"><img src="y.png" alt="A pad"></a>', '<a href="/x"></a>', "link without a text"),
        ('alt="A pad"', 'alt=""', "link without a text"),
        ('<img src="x.png" alt="">', '<img src="x.png">', "picture without a text"),
        ('<nav aria-label="Menu">', "<nav>", "navigation landmark without a name"),
        ("<h2>Part</h2>", '<nav aria-label="Menu"></nav>', "2 navigation landmarks named 'Menu'"),
        ("<h2>Part</h2>", '<h2 style="color:red">Part</h2>', "inline style"),
        ("<h2>Part</h2>", "<h2 onclick='x()'>Part</h2>", "handler"),
        (' nonce="n"', "", "script without a nonce"),
        ("<h2>Part</h2>", '<script nonce="n">x()</script>', "script inside the page"),
        ("<h2>Part</h2>", '<script type="application/json">{}</script>', "script without a nonce"),
        ("<h2>Part</h2>", '<a href="javascript:x()">Part</a>', "javascript: link"),
        ('<form method="post">', "<form>", "form without a method"),
        ('name="csrfmiddlewaretoken"', 'name="other"', "0 CSRF tokens"),
        ('<form method="post">', '<form method="get">', "GET form that would put the CSRF token"),
        ("<caption>Orders</caption>", "", "table without a caption"),
        (' scope="col"', "", "table header without a scope"),
        ("<h2>Part</h2>", "<h2>Part</p></h2>", "line 5"),
        ("<!DOCTYPE html>", "", "Expected DOCTYPE"),
    ],
)
def test_a_planted_fault_is_found(before: str, after: str, fault: str) -> None:
    assert before in GOOD
    found = lint_page(GOOD.replace(before, after), path="/x/")
    assert any(fault in each for each in found), found
    assert all(each.startswith("/x/: ") for each in found)
