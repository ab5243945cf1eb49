"""Compiling interface texts (`.po` to `.mo`) without system tools."""

import os
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]


def compile_texts(root: Path = ROOT, *, force: bool = False) -> list[Path]:
    """Compiles catalogues that are newer than their result (all with `force`); returns the files that were written.

    Catalogues are in `locale/` and `<app>/locale/`.
    """
    catalogues = "locale/*/LC_MESSAGES/*.po"
    written = []
    for source in sorted([*root.glob(catalogues), *root.glob(f"*/{catalogues}")]):
        target = source.with_suffix(".mo")
        if force or not target.is_file() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            half = target.with_suffix(f".mo.{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(half))
            half.rename(target)
            written.append(target)
    return written
