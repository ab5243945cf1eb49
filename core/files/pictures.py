"""Redrawing uploaded pictures: drops metadata and appended data.

A few hundred bytes can decode to gigabytes and take minutes. So it is done in a separate process with bounded memory
and time (`core/files/drawing.py`), few at a time, and no database connection is held meanwhile.
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
from core.web.local_limits import FairSlots, TurnOwner

log = logging.getLogger(__name__)
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp"}
LONGEST_HEAD = 12
TOTAL, PER_GROUP, PER_PERSON = 3, 2, 1
# Seconds: waiting for a slot, and drawing itself, on a busy machine.
TURN_WITHIN = 10
DRAWN_WITHIN = 40
DRAWING = Path(__file__).with_name("drawing.py")
_turns = FairSlots(TOTAL, per_group=PER_GROUP, per_person=PER_PERSON)


class TooManyPixels(Refusal):
    """The picture exceeds a limit of pixels, frames, memory or time."""

    code = "file_refused"
    text = _("The picture has too many pixels.")


class Damaged(Exception):
    """The content cannot be decoded as the kind that its first bytes name."""


@dataclass(frozen=True)
class Picture:
    """A redrawn picture; `kind` is a key of `MEDIA_TYPES`. Of an avatar, width and height are those before scaling."""

    kind: str
    content: bytes
    width: int
    height: int


def kind_of(head: bytes) -> str:
    """The key of `MEDIA_TYPES` by a file's first `LONGEST_HEAD` bytes; "" for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def draw(content: bytes, kind: str, *, owner: TurnOwner, at_most: int, avatar_side: int = 0) -> Picture:
    """Redraws a picture. With `avatar_side`, a still of at most that many pixels a side.

    The result may have `at_most` bytes. Raises `TooManyPixels`, `Damaged`, or `Busy` without a free slot within
    `TURN_WITHIN` seconds; slots are limited in all, per group and per person (`FairSlots`).
    """
    if not connection.in_atomic_block:
        connection.close()
    # Isolated (-I), with an empty environment: it needs no secret of ours.
    command = [sys.executable, "-I", str(DRAWING), kind, str(at_most), str(avatar_side)]
    try:
        with _turns.slot(owner, within=TURN_WITHIN):
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
        # TOO_MUCH by its own count, or ended by the kernel at one of its limits.
        raise TooManyPixels
    properties, _line, drawn = done.stdout.partition(b"\n")
    return Picture(content=drawn, **json.loads(properties))
