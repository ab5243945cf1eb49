"""What every page brings along for its looks."""

import re

from tests.house.sources import ROOT, name_of, templates

IN_FRAMES = {
    "templates/widget/preview/sample.html",
    "templates/widget/preview/preview.html",
}  # browsers ask for no icon of theirs
FOR_ALL_PAGES = {"base.css", "tokens.css", "parts.css"}


def test_every_page_names_its_icon_so_that_no_browser_asks_for_another() -> None:
    whole = {name_of(path): path.read_text() for path in templates() if "<html" in path.read_text()}
    assert "templates/widget/chat/chat.html" in whole
    assert {name for name, text in whole.items() if 'rel="icon"' not in text} == IN_FRAMES


def test_the_sheet_of_a_page_wins_over_the_parts() -> None:
    sheets = (path for path in (ROOT / "static" / "kefu" / "css").glob("*.css") if path.name not in FOR_ALL_PAGES)
    layers = {path.name: set(re.findall(r"^@layer (.+?) \{", path.read_text(), re.M)) for path in sheets}
    assert {name: found for name, found in layers.items() if found != {"screens"}} == {}
