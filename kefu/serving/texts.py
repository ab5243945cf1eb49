"""Interface texts: `.po` files become `.mo` files without any tool of the system."""

import os
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]


def compile_texts(root: Path = ROOT, *, anew: bool = False) -> list[Path]:
    """Compile what is older than its source (everything with `anew`) and give back what was written.

    Catalogues stand in `locale/` and in `<app>/locale/`.
    """
    catalogues = "locale/*/LC_MESSAGES/*.po"
    written = []
    for source in sorted([*root.glob(catalogues), *root.glob(f"*/{catalogues}")]):
        target = source.with_suffix(".mo")
        if anew or not target.is_file() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            half = target.with_suffix(f".mo.{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(half))
            half.rename(target)
            written.append(target)
    return written
