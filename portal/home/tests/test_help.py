"""The help answers every question of the FAQ, can be searched, and holds no markup of its own."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from portal.home import help_pages as help_module
from portal.home.help_markup import Block, Inline, parse
from portal.home.help_pages import help_pages, search

pytestmark = pytest.mark.django_db


def test_every_question_of_the_faq_has_its_page() -> None:
    answered = {page.answers for page in help_pages().values()}
    assert {f"F{number}" for number in range(1, 21)} - answered == set()


def test_every_answer_has_a_page_without_fault_and_a_way_on(client: Client) -> None:
    for slug, answer in help_pages().items():
        response = client.get(f"/help/{slug}/")
        page = response.content.decode()
        assert response.status_code == 200
        assert answer.title in page.replace("&#39;", "'")
        assert 'href="/contact/"' in page
        assert answer.related, f"{slug} leads nowhere"


def test_sentences_are_short() -> None:
    lengths = {
        f"{page.slug}: {sentence}": len(sentence.split())
        for page in help_pages().values()
        for block in page.blocks
        for part in block.parts
        for sentence in re.split(r"(?<=[.?!:]) ", "".join(run.text for run in part))
    }
    assert {sentence: words for sentence, words in lengths.items() if words > 25} == {}
    assert sum(lengths.values()) / len(lengths) < 20


def test_all_questions_stand_on_the_help_page(client: Client) -> None:
    page = client.get("/help/").content.decode()
    assert [slug for slug in help_pages() if f'href="/help/{slug}/"' not in page] == []


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("branch", "new-branch"),
        ("New Branch", "new-branch"),
        ("how do I get an ODS code?", "ods-codes"),
        ("internet explorer", "browsers"),
        ("bookmark", "save-as-favourite"),
        ("dentist contract", "dental-contracts"),
        ("merger", "merge-practices"),
        ("who is the main contact", "who-is-my-main-contact"),
        ("stolen prescription", "report-a-problem"),
        ("ordering", "order-for-a-site"),
        ("ＭＥＲＧＥＲ", "merge-practices"),
    ],
)
def test_the_search_puts_the_right_answer_among_the_first_three(query: str, slug: str) -> None:
    assert slug in [page.slug for page in search(query)[:3]]


@pytest.mark.parametrize("query", ["zzzz", "the of and", "<script>", "", "\x00", "%", "' or 1=1"])
def test_a_search_without_an_answer_says_so_and_offers_a_way(client: Client, query: str) -> None:
    response = client.get("/help/", {"q": query})
    page = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in page
    assert 'href="/contact/"' in page


def test_a_long_search_is_cut(client: Client) -> None:
    assert client.get("/help/", {"q": "branch " * 5000}).status_code == 200


def test_an_unknown_question_is_a_missing_page(client: Client) -> None:
    assert client.get("/help/no-such-question/").status_code == 404


def test_the_small_markup_becomes_values() -> None:
    blocks = parse(
        "First line\ngoes on.\n\n## Head\nText with **bold** and [help](help:browsers)."
        "\n- one\n- two\n1. first\n2. second",
        {},
    )
    assert [block.kind for block in blocks] == ["paragraph", "heading", "paragraph", "bullets", "numbers"]
    assert blocks[0] == Block(kind="paragraph", parts=[[Inline(text="First line goes on.")]])
    assert blocks[2].parts[0][1:4] == [
        Inline(text="bold", bold=True),
        Inline(text=" and "),
        Inline(text="help", address="/help/browsers/"),
    ]
    assert [len(block.parts) for block in blocks[3:]] == [2, 2]


@pytest.mark.parametrize(
    "source",
    ["[x](help:)", "[x](page:no:such)", "[x](javascript:alert)", "[x](https://elsewhere.example)", "{no.such}"],
)
def test_a_text_that_leads_nowhere_stops_the_portal_from_starting(source: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        parse(source, {})


def test_a_group_that_does_not_exist_is_refused(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.md"  # type: ignore[operator]
    file.write_text("title: X\ngroup: Nowhere\n\nText.")
    with pytest.raises(ImproperlyConfigured, match="one of these groups"):
        help_module._read("x", file)
