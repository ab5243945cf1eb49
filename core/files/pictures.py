"""Pictures that people send, drawn anew: without their metadata and without whatever stood behind the picture.

A few hundred bytes can ask for gigabytes and minutes. So it is done in a process of its own with little of both
(`core/files/drawing.py`), few at a time, and nobody's database connection waits meanwhile.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import Busy, Refusal
from core.files.drawing import DAMAGED
from core.web.brakes import Turns, Whose

log = logging.getLogger(__name__)
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp"}
LONGEST_HEAD = 12
AT_A_TIME, AMONG, OF_ONE = 3, 2, 1
# Seconds: for a turn, and for the drawing itself, on a machine that has much else to do.
TURN_WITHIN = 10
DRAWN_WITHIN = 40
DRAWING = Path(__file__).with_name("drawing.py")
_turns = Turns(AT_A_TIME, among=AMONG, of_one=OF_ONE)


class TooManyPixels(Refusal):
    """Small as a file, huge in memory or in time."""

    code = "file_refused"
    text = _("The picture has too many pixels.")


class Damaged(Exception):
    """Not what its first bytes say."""


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew; of a face, width and height are those it had before it was made small."""

    kind: str
    content: bytes
    width: int
    height: int


def kind_of(head: bytes) -> str:
    """One of the four kinds by a file's first bytes, else nothing."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def draw(content: bytes, kind: str, *, whose: Whose, at_most: int, face: int = 0) -> Picture:
    """The picture, drawn anew. With `face`, still and not larger than that on either side.

    The new file may have `at_most` bytes. Raises `TooManyPixels`, `Damaged`, or `Busy` when too many are drawn already:
    a person has one turn at a time, and so leaves one to neighbours, who leave one to everybody else.
    """
    if not connection.in_atomic_block:
        connection.close()
    # Alone (-I), with an empty environment: it needs no secret of ours.
    command = [sys.executable, "-I", str(DRAWING), kind, str(at_most), str(face)]
    try:
        with _turns.one(whose, within=TURN_WITHIN):
            done = subprocess.run(
                command, input=content, capture_output=True, env={}, timeout=DRAWN_WITHIN, check=False
            )
    except subprocess.TimeoutExpired as slow:
        raise Busy from slow
    if done.returncode == 1:
        log.warning("a picture could not be drawn: %s", done.stderr.decode(errors="replace").strip().splitlines()[-1:])
    if done.returncode in (1, DAMAGED):
        raise Damaged
    if done.returncode != 0:
        # Too much by its own count, or ended by the kernel at one of its limits.
        raise TooManyPixels
    facts, _line, drawn = done.stdout.partition(b"\n")
    return Picture(content=drawn, **json.loads(facts))
