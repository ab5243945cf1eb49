"""Interface texts: `.po` files become `.mo` files without any tool of the system."""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[2] / "locale"


def compile_texts(folder: Path = LOCALE, *, anew: bool = False) -> list[Path]:
    """Compile what is older than its source (everything with `anew`) and give back what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if anew or not target.is_file() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            half = target.with_suffix(f".mo.{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(half))
            half.rename(target)
            written.append(target)
    return written
