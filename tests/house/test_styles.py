"""What every page brings along for its looks."""

import re

from core.web.static_files import IMPORT, source_of
from tests.house.sources import ROOT, name_of, python_files, templates
from tests.house.test_code import LONGEST_FILE

OUTSIDE = re.compile(r"^(?:@layer )?([^\s/@}].*?) \{", re.M)  # what begins a line: a layer, or a rule in none
CSS = ROOT / "static" / "kefu" / "css"

IN_FRAMES = {
    "templates/widget/preview/sample.html",
    "templates/widget/preview/preview.html",
}  # browsers ask for no icon of theirs
FOR_ALL_PAGES = {"shared.css", "base.css", "tokens.css", "parts.css"}


def test_every_page_names_its_icon_so_that_no_browser_asks_for_another() -> None:
    whole = {name_of(path): path.read_text() for path in templates() if "<html" in path.read_text()}
    assert "templates/widget/chat/chat.html" in whole
    assert {name for name, text in whole.items() if 'rel="icon"' not in text} == IN_FRAMES


def test_the_sheet_of_a_page_wins_over_the_parts() -> None:
    """A sheet without a layer is a list of imports."""
    sheets = {name_of(path): path.read_text() for path in CSS.rglob("*.css") if path.name not in FOR_ALL_PAGES}
    assert len(sheets) > 50
    wrong = {name for name, text in sheets.items() if set(OUTSIDE.findall(text)) - {layer_of(name)}}
    assert wrong == set()


def layer_of(name: str) -> str:
    """Parts are in a layer of their own, all else is of the screens."""
    return "parts" if "/css/parts/" in name else "screens"


def test_every_part_is_on_every_page() -> None:
    imported = IMPORT.findall((CSS / "parts.css").read_text())
    assert sorted(imported) == sorted(f"parts/{path.name}" for path in (CSS / "parts").glob("*.css"))


def test_collected_sheets_import_nothing_any_more() -> None:
    names = [str(path.relative_to(ROOT / "static")) for path in CSS.parent.rglob("*.css")]
    assert [name for name in names if "@import" in source_of(name)] == []
    assert ".message .bubble {" in source_of("kefu/css/pages/history.css")


def test_style_sheets_are_short() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in CSS.parent.rglob("*.css")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_class_that_is_styled_is_used() -> None:
    """Where pages are made; or its beginning is, with the rest from a variable: `chip-{{ level }}`."""
    users = [*templates(), *CSS.parent.rglob("*.js"), *python_files()]
    text = "\n".join(path.read_text() for path in users)
    words = set(re.findall(r"[\w-]+", text))
    begun = tuple(set(re.findall(r"([\w-]+-)\$?\{", text)))
    unused = {
        (name_of(path), each)
        for path in CSS.parent.rglob("*.css")
        for each in re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/|@import[^;]+;", "", path.read_text(), flags=re.S))
        if each not in words and not each.startswith(begun)
    }
    assert unused == set()
