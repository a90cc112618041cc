"""The design system's files, made fit for our folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.demo.assets import adjusted, keep_font, lay_out

STYLES = (
    "@font-face{font-family:Frutiger W01;src:url(https://elsewhere.example/f.woff2)}"
    ".a{background:url(/assets/images/tick.svg)}.b{background:url('/assets/b.svg')}"
    "/*# sourceMappingURL=nhsuk-frontend.min.css.map */"
)


def test_paths_become_relative_and_what_is_absent_goes() -> None:
    assert (
        adjusted(STYLES, font=False) == ".a{background:url(assets/images/tick.svg)}.b{background:url('assets/b.svg')}"
    )


def test_the_typeface_stays_for_nhs_services_only() -> None:
    assert "@font-face" in adjusted(STYLES, font=True)


def test_a_script_loses_its_source_map() -> None:
    assert adjusted("export{a};\n//# sourceMappingURL=nhsuk.min.js.map\n", font=False).strip() == "export{a};"


@pytest.mark.parametrize(
    ("said", "kept"), [({}, False), ({"PORTAL_NHS_FONT": "yes"}, True), ({"PORTAL_NHS_FONT": "no"}, False)]
)
def test_the_deployer_says_whether_this_is_an_nhs_service(said: dict[str, str], kept: bool) -> None:
    assert keep_font(said) is kept


def test_laying_out_replaces_what_was_there(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "static" / "nhsuk"
    (source / "assets" / "images").mkdir(parents=True)
    (source / "assets" / "images" / "tick.svg").write_text("<svg/>")
    (source / "nhsuk-frontend.min.css").write_text(STYLES)
    (source / "nhsuk-frontend.min.js").write_text("export{a};")
    target.mkdir(parents=True)
    (target / "stale.css").write_text("old")
    lay_out(source, target, font=False)
    assert sorted(str(path.relative_to(target)) for path in target.rglob("*.*")) == [
        "assets/images/tick.svg",
        "nhsuk-frontend.min.css",
        "nhsuk-frontend.min.js",
    ]
    assert [path.name for path in target.parent.iterdir()] == ["nhsuk"]
