"""Redraws one picture in a separate process with little memory and time: see `core/files/pictures.py`.

    python -I core/files/drawing.py KIND LARGEST_ANSWER AVATAR_SIDE

The picture comes on stdin; a line of JSON and the new picture go to stdout. Nothing of ours is imported: an exploited
decoder finds no settings and no connections here.
"""

import io
import json
import re
import resource
import struct
import sys
import zlib
from typing import Any

from PIL import Image, ImageOps

# Of a result: more than any screen has. A larger JPEG is decoded at a fraction of its size.
MAX_PIXELS = 25_000_000
MAX_JPEG_PIXELS = 120_000_000
MAX_PIXELS_OF_ALL_FRAMES = 100_000_000
MAX_FRAMES = 500
# A progressive JPEG is decoded once per scan; cameras and programs write ten.
MAX_SCANS = 50
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 10
DAMAGED, TOO_MUCH = 2, 3

# A marker between or behind the bytes of a scan; 00 stands for a plain FF, D0 to D7 only restart.
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
START, END, SCAN = 0xD8, 0xD9, 0xDA
PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
# Metadata that is kept, because it decides how the picture is displayed; comments, profiles, GPS are dropped.
SHOWN_BY = ("transparency", "background", "duration", "loop", "disposal", "blend", "default_image")


class TooMuch(Exception):
    """The picture exceeds a limit of pixels, frames or scans: small as a file, huge in memory or time."""


def limit_resources() -> None:
    """Limits this process: `MEMORY` bytes of address space, `CPU_SECONDS`, no written file, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def scans(jpeg: bytes) -> tuple[int, bool]:
    """The number of scans of the file's first picture, and whether it is progressive."""
    count, progressive, position = 0, False, 2
    while found := MARKER.search(jpeg, position):
        marker, position = found[1][0], found.end()
        if marker == END:
            break
        if marker in (START, 0x01):
            continue
        count += marker == SCAN
        progressive = progressive or marker in PROGRESSIVE
        position += int.from_bytes(jpeg[position : position + 2])
    return count, progressive


def check_size(image: Image.Image, content: bytes, kind: str) -> int:
    """The number of frames. Raises `TooMuch` by the header alone, before anything is decoded."""
    most = MAX_PIXELS
    if kind == "JPEG":
        count, progressive = scans(content)
        if count > MAX_SCANS:
            raise TooMuch
        most = MAX_PIXELS if progressive else MAX_JPEG_PIXELS
    pixels = image.width * image.height
    if pixels > most:
        raise TooMuch
    # Phones write pictures with depth as several JPEGs in one file; the first is the picture.
    frames = 1 if kind == "JPEG" else getattr(image, "n_frames", 1)
    if frames > MAX_FRAMES or (frames > 1 and pixels * frames > MAX_PIXELS_OF_ALL_FRAMES):
        raise TooMuch
    return int(frames)


def redraw(content: bytes, kind: str, avatar_side: int) -> tuple[dict[str, Any], bytes]:
    """The new picture's kind, width and height in pixels, and its bytes.

    With `avatar_side` it is a still of at most that many pixels a side, and width and height are those before scaling.
    """
    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        frames = check_size(image, content, kind)
        properties = {"kind": kind, "width": image.width, "height": image.height}
        if frames > 1 and not avatar_side:
            return properties, encoded(image, kind, animated=True)
        if kind == "JPEG" and image.width * image.height > 2 * MAX_PIXELS:
            image.draft(image.mode, (image.width // 2, image.height // 2))
        upright = ImageOps.exif_transpose(image)
        upright.info = {name: value for name, value in upright.info.items() if name in SHOWN_BY}
    if avatar_side:
        properties |= {"width": upright.width, "height": upright.height}
        upright, kind = as_avatar(upright, avatar_side)
        return properties | {"kind": kind}, encoded(upright, kind, animated=False)
    if (too_large := upright.width * upright.height / MAX_PIXELS) > 1:
        upright.thumbnail((int(upright.width / too_large**0.5), int(upright.height / too_large**0.5)))
    properties |= {"width": upright.width, "height": upright.height}
    return properties, encoded(upright, kind, animated=False)


def as_avatar(image: Image.Image, side: int) -> tuple[Image.Image, str]:
    """The picture scaled to `side` pixels, 8 bits per channel, and its kind: PNG with transparency, otherwise JPEG."""
    clear = image.has_transparency_data
    if image.mode.startswith("I"):  # 16 bits of grey, which a plain conversion would cut off at white
        image = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    image = image.convert("RGBA" if clear else "RGB")
    image.thumbnail((side, side))
    return image, "PNG" if clear else "JPEG"


def encoded(image: Image.Image, kind: str, *, animated: bool) -> bytes:
    """The file's bytes, without the metadata that Pillow would copy from the original."""
    bare: dict[str, Any] = {"exif": b"", "icc_profile": None, "comment": b"", "xmp": b""}
    buffer = io.BytesIO()
    if kind == "JPEG":
        plain = image if image.mode in ("RGB", "L") else image.convert("RGB")
        plain.save(buffer, kind, quality=88, **bare)
    elif kind == "WEBP":
        image.save(buffer, kind, quality=88, save_all=animated, **bare)
    else:
        image.save(buffer, kind, save_all=animated, **bare)
    return buffer.getvalue()


def main(kind: str, largest: int, avatar_side: int) -> int:
    """Runs the program above; returns its exit code: 0, `DAMAGED` or `TOO_MUCH`."""
    limit_resources()
    Image.MAX_IMAGE_PIXELS = None  # ours are counted in `check_size`
    try:
        properties, content = redraw(sys.stdin.buffer.read(), kind, avatar_side)
    except (TooMuch, MemoryError):
        return TOO_MUCH
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error):
        return DAMAGED
    if len(content) > largest:
        return TOO_MUCH
    sys.stdout.buffer.write(json.dumps(properties).encode() + b"\n" + content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
