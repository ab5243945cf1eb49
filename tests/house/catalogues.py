"""One catalogue per app and language, as the code asks for it.

`python -m tests.house.catalogues` writes them anew: each text stands once, in the catalogue of the only app that shows
it, or in `locale/` if several do or a template that all share. Texts are sorted and say where they are shown; a new one
is without translation (which the tests do not forgive), and what nobody shows is left out.
"""

import io
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polib
from babel.messages.extract import extract
from django.utils.translation import templatize

from tests.house.sources import APPS, ROOT, name_of, python_files, templates

LANGUAGES = {"zh_Hans": "simplified Chinese", "zh_Hant": "traditional Chinese"}
HOLDERS = ("", *APPS)  # "" is what several apps show
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
VALUE = re.compile(r"%(\(\w+\))?[sd]")


class Text(NamedTuple):
    """What a text is known by."""

    message: str
    context: str


class Use(NamedTuple):
    """Where a text is shown, and what it is for several."""

    files: frozenset[str]
    plural: str


def found_in(path: Path) -> dict[Text, str]:
    """The texts that a file marks, with their plurals."""
    source = path.read_text()
    # In brackets Python does not mind how a template is indented.
    code = f"(\n{templatize(source)}\n)" if path.suffix == ".html" else source
    found = {}
    for _, message, _, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        first, plural = message if isinstance(message, tuple) else (message, "")
        found[Text(first, context or "")] = plural
    return found


@cache
def wanted() -> dict[Text, Use]:
    """Every text of the product."""
    files: defaultdict[Text, set[str]] = defaultdict(set)
    plurals: dict[Text, str] = {}
    for path in [*python_files(), *templates()]:
        for text, plural in found_in(path).items():
            files[text].add(name_of(path))
            plurals[text] = plurals.get(text) or plural
    assert len(files) > 100
    return {text: Use(frozenset(files[text]), plurals[text]) for text in files}


def holder_of(use: Use) -> str:
    """The app whose catalogue holds a text, or "" for what several show."""
    apps = {name.removeprefix("templates/").split("/", 1)[0] for name in use.files}
    only = apps.pop()
    return only if not apps and only in APPS else ""


def path_of(holder: str, language: str) -> Path:
    """Where a catalogue stands."""
    return ROOT / holder / "locale" / language / "LC_MESSAGES" / "django.po"


@cache
def entries(language: str) -> dict[Text, polib.POEntry]:
    """All texts of a language as its catalogues have them."""
    paths = [path for holder in HOLDERS if (path := path_of(holder, language)).is_file()]
    return {
        Text(entry.msgid, entry.msgctxt or ""): entry
        for path in paths
        for entry in polib.pofile(str(path))
        if not entry.obsolete
    }


def written(holder: str, language: str) -> str | None:
    """A catalogue as it should be; None if the app has no texts of its own."""
    here = sorted(text for text, use in wanted().items() if holder_of(use) == holder)
    if not here:
        return None
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.header = f"kefu: interface texts{f' of {holder}' if holder else ''}, {LANGUAGES[language]}"
    catalogue.metadata = {
        "Project-Id-Version": "kefu",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    catalogue.extend(_entry(text, entries(language).get(text)) for text in here)
    return f"{catalogue}".rstrip("\n") + "\n"


def _entry(text: Text, old: polib.POEntry | None) -> polib.POEntry:
    """A text with the translation it has, and where it is shown."""
    use = wanted()[text]
    several = (dict(old.msgstr_plural) if old else None) or {0: ""}
    return polib.POEntry(
        msgid=text.message,
        msgctxt=text.context or None,
        msgid_plural=use.plural,
        msgstr="" if use.plural or not old else old.msgstr,
        msgstr_plural=several if use.plural else {},
        tcomment=old.tcomment if old else "",
        flags=(["fuzzy"] if old and old.fuzzy else []) + (["python-format"] if VALUE.search(text.message) else []),
        occurrences=[(name, "") for name in sorted(use.files)],
    )


def main() -> None:
    """Write every catalogue."""
    for language in LANGUAGES:
        # All first: a text may move from one catalogue to another.
        catalogues = {path_of(holder, language): written(holder, language) for holder in HOLDERS}
        for path, content in catalogues.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content)


if __name__ == "__main__":
    main()
