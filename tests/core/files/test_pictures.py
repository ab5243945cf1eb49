"""Pictures drawn anew: what they lose, and what is refused before it costs anything."""

import io
import struct
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection
from PIL import Image, PngImagePlugin

from core.errors import Busy
from core.files import drawing, pictures
from core.web.local_limits import TurnOwner

SECRET = b"where-the-camera-stood"
LARGE = 100 * 1024 * 1024
SOMEBODY = TurnOwner("carol", "here")


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A file of Pillow."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def profile() -> bytes:
    """As long as a colour profile must be; its text is the secret."""
    return struct.pack(">I", 200) + b"\0" * 32 + b"acsp" + b"\0" * 88 + SECRET.ljust(72, b".")


def exif() -> Image.Exif:
    """Written by a camera."""
    found = Image.Exif()
    found[0x010F] = SECRET.decode()
    return found


def texts() -> PngImagePlugin.PngInfo:
    """Three ways in which a PNG carries text."""
    found = PngImagePlugin.PngInfo()
    found.add_text("Comment", SECRET.decode())
    found.add_text("Author", SECRET.decode(), zip=True)
    found.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return found


def two() -> dict[str, Any]:
    """Makes a picture move."""
    return {"save_all": True, "append_images": [Image.new("RGB", (20, 10), "red")], "duration": 200, "loop": 3}


CARRIED = {"icc_profile": profile(), "exif": exif()}
SPEAKING: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: saved(plain(), "JPEG", comment=SECRET, xmp=SECRET, **CARRIED),
    "PNG": lambda: saved(plain(), "PNG", pnginfo=texts(), **CARRIED),
    "PNG that moves": lambda: saved(plain(), "PNG", pnginfo=texts(), **two(), **CARRIED),
    "GIF": lambda: saved(plain(), "GIF", comment=SECRET),
    "GIF that moves": lambda: saved(plain(), "GIF", comment=SECRET, **two()),
    "WEBP": lambda: saved(plain(), "WEBP", xmp=SECRET, **CARRIED),
    "WEBP that moves": lambda: saved(plain(), "WEBP", xmp=SECRET, **two(), **CARRIED),
}


def plain() -> Image.Image:
    return Image.new("RGB", (20, 10), "teal")


def draw_for(person: str, network: str = "here") -> pictures.Picture:
    """A small picture of somebody there."""
    return pictures.draw(saved(plain(), "PNG"), "PNG", owner=TurnOwner(person, network), at_most=LARGE)


def kind_of(content: bytes) -> str:
    return pictures.kind_of(content[: pictures.LONGEST_HEAD])


def carries_the_secret(content: bytes) -> bool:
    """In the open, or compressed in a chunk of a PNG."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        told = repr(image.info).encode()
    unpacked = [part for name, part in png_chunks(content) if name == b"iCCP"]
    return any(SECRET in text for text in (content, told, *(zlib.decompress(p.split(b"\0\0", 1)[1]) for p in unpacked)))


def png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Name and data of each chunk; nothing for other kinds."""
    found, position = [], 8
    while content.startswith(b"\x89PNG") and position < len(content):
        (length,) = struct.unpack(">I", content[position : position + 4])
        found.append((content[position + 4 : position + 8], content[position + 8 : position + 8 + length]))
        position += 12 + length
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("which", SPEAKING)
def test_a_picture_loses_whatever_it_says_beside_what_it_shows(which: str) -> None:
    content = SPEAKING[which]()
    assert carries_the_secret(content)
    drawn = pictures.draw(content, kind_of(content), owner=SOMEBODY, at_most=LARGE)
    assert not carries_the_secret(drawn.content)
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert set(image.info) <= {*drawing.SHOWN_BY, "jfif", "jfif_version", "jfif_unit", "jfif_density", "version",
                                   "extension", "timestamp", "bbox"}  # fmt: skip
        assert getattr(image, "n_frames", 1) == (2 if "moves" in which else 1)


def many_scans(times: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    content = saved(Image.new("L", (64, 64)), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * times + content[-2:]


BOMBS: dict[str, Callable[[], bytes]] = {
    "a JPEG of hundreds of scans": lambda: many_scans(200),
    "a progressive JPEG of 36 million pixels": lambda: saved(Image.new("L", (6000, 6000)), "JPEG", progressive=True),
    "a WebP of 40 million pixels": lambda: saved(Image.new("RGB", (6300, 6300), "teal"), "WEBP", method=0),
    "a PNG of 36 million pixels": lambda: saved(Image.new("1", (6000, 6000)), "PNG"),
    "a GIF of 36 million pixels": lambda: saved(Image.new("P", (6000, 6000)), "GIF"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("face", [0, 400])
@pytest.mark.parametrize("which", BOMBS)
def test_what_is_small_as_a_file_and_huge_in_memory_or_time_is_refused(which: str, face: int) -> None:
    content = BOMBS[which]()
    with pytest.raises(pictures.TooManyPixels):
        pictures.draw(content, kind_of(content), owner=SOMEBODY, at_most=LARGE, avatar_side=face)


@pytest.mark.django_db
def test_what_a_camera_makes_of_a_hundred_million_pixels_is_made_smaller() -> None:
    drawn = pictures.draw(saved(Image.new("L", (12_000, 9_000)), "JPEG"), "JPEG", owner=SOMEBODY, at_most=LARGE)
    assert drawn.width * drawn.height <= drawing.MAX_PIXELS
    assert abs(drawn.width / drawn.height - 12 / 9) < 0.01


@pytest.mark.django_db
def test_a_new_file_much_larger_than_allowed_is_refused() -> None:
    noise = saved(Image.effect_noise((300, 300), 80), "JPEG", quality=10)
    with pytest.raises(pictures.TooManyPixels):
        pictures.draw(noise, "JPEG", owner=SOMEBODY, at_most=len(noise))


@pytest.mark.django_db
def test_few_are_drawn_at_a_time_and_others_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "TURN_WITHIN", 0.05)
    with ExitStack() as others:
        for number in range(pictures.TOTAL):
            owner = TurnOwner(f"visitor {number}", f"network {number}")
            others.enter_context(pictures._turns.slot(owner, within=0))
        with pytest.raises(Busy):
            draw_for("carol")
    assert draw_for("carol").width == 20


@pytest.mark.django_db
def test_who_sends_many_pictures_keeps_nobody_waiting_even_behind_the_same_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "TURN_WITHIN", 0.05)
    with pictures._turns.slot(TurnOwner("mallory", "office"), within=0):
        with pytest.raises(Busy):
            draw_for("mallory", "office")
        assert draw_for("carol", "office").width == 20
    assert draw_for("mallory", "office").width == 20


@pytest.mark.django_db
def test_a_whole_network_leaves_a_turn_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "TURN_WITHIN", 0.05)
    with ExitStack() as many:
        for number in range(pictures.PER_GROUP):
            many.enter_context(pictures._turns.slot(TurnOwner(f"visitor {number}", "office"), within=0))
        with pytest.raises(Busy):
            draw_for("one more", "office")
        assert draw_for("carol", "home").width == 20


@pytest.mark.usefixtures("house")
def test_no_database_connection_is_held_while_a_picture_is_drawn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    assert connection.connection is not None
    pictures.draw(saved(plain(), "PNG"), "PNG", owner=SOMEBODY, at_most=LARGE)
    assert connection.connection is None


def test_scans_are_counted_in_the_first_picture_and_not_in_what_it_carries() -> None:
    noise = b"\xff\xda" * 30_000
    content = saved(Image.effect_noise((64, 64), 80), "JPEG", comment=noise)
    assert drawing.scans(content + noise) == (1, False)
    count, progressive = drawing.scans(saved(Image.effect_noise((64, 64), 80), "JPEG", progressive=True))
    assert progressive
    assert 3 <= count <= 12
