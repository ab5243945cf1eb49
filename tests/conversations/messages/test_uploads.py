"""Files: looked into, rewritten, and behind addresses that only those get who may see them."""

import errno
import io
import os
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from conversations.messages import recalling, uploads
from conversations.messages.sweeps import remove_stray_files
from conversations.models import Attachment
from core.files.store import FILE_POLICY, MEDIA_POLICY, PICTURE_POLICY
from core.files.tickets import LINK_SECONDS, LINK_STAYS, file_url
from core.tenancy.scope import unscoped
from kefu.management.commands.prepare import close_files
from tests.cast import Cast
from tests.sockets import bearer, signed_in


def picture(kind: str, size: tuple[int, int] = (8, 6), **options: Any) -> bytes:
    """A picture of Pillow."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def camera_picture() -> bytes:
    """A JPEG that knows where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "Maker of cameras"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", (8, 6), exif=exif)


def office(folder: str) -> bytes:
    """A document of Office, as far as anybody can tell from outside."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pixel_bomb() -> bytes:
    """A small PNG that says it is 30,000 × 30,000."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(1)</script>"
GOOD: dict[str, tuple[bytes, str]] = {
    "a.jpg": (picture("JPEG"), "image/jpeg"),
    "a.png": (picture("PNG"), "image/png"),
    "a.gif": (picture("GIF"), "image/gif"),
    "a.webp": (picture("WEBP"), "image/webp"),
    "价格表.pdf": (PDF, "application/pdf"),
    "a.docx": (office("word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "a.xlsx": (office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 8
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + b"\0" * 40
PLAYED: dict[str, tuple[bytes, str]] = {
    "退货.mp4": (MP4, "video/mp4"),
    "a.mov": (MP4.replace(b"ftypmp42", b"ftypqt  "), "video/quicktime"),
    "b.mov": (MP4, "video/mp4"),
    "a.webm": (WEBM + b"V_VP9" + MP4, "video/webm"),
    "b.webm": (WEBM + b"A_OPUS" + MP4, "audio/webm"),
    "a.m4a": (MP4.replace(b"ftypmp42", b"ftypM4A "), "audio/mp4"),
    "a.mp3": (b"ID3\x04" + MP4, "audio/mpeg"),
    "b.mp3": (b"\xff\xfb\x90\x44" + MP4, "audio/mpeg"),
    "a.ogg": (b"OggS" + b"\0" * 24 + b"OpusHead" + MP4, "audio/ogg"),
    "a.wav": (b"RIFF\x24\0\0\0WAVEfmt " + MP4, "audio/wav"),
}
BAD: dict[str, tuple[str, bytes]] = {
    "a page under a picture's name": ("a.png", HTML),
    "a page under a document's name": ("a.pdf", HTML),
    "a page": ("a.html", HTML),
    "a drawing with scripts": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    "a program": ("a.exe", b"MZ" + b"\0" * 200),
    "an archive": ("a.zip", office("word")),
    "an archive under a document's name": ("a.docx", office("other")),
    "half a picture": ("a.png", picture("PNG", (300, 300))[:60]),
    "too many pixels": ("a.png", pixel_bomb()),
    "nothing": ("a.png", b""),
    "a page behind the head of a picture": ("a.html", b"GIF89a" + HTML),
    "a page under a video's name": ("a.mp4", HTML),
    "a page behind the head of a video": ("a.html", MP4 + HTML),
    "a video under a document's name": ("a.pdf", MP4),
    "a picture's brand under a video's name": ("a.mp4", MP4.replace(b"ftypmp42", b"ftypheic")),
    "a film that browsers do not play": ("a.webm", WEBM.replace(b"webm", b"matr")),
    "sound of no kind": ("a.mp3", b"\xff\xff\xff\xff" + b"\0" * 99),
}


def stored_files() -> list[Path]:
    """Every file in the storage."""
    return [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    """A storage for each test."""
    settings.MEDIA_ROOT = tmp_path


def fetched(url: str, **headers: Any) -> tuple[Any, bytes]:
    """What a browser gets."""
    served: Any = Client().get(url, **headers)
    body = b"".join(served.streaming_content)
    served.close()
    return served, body


def status_of(url: str) -> int:
    """The status alone."""
    served = Client().get(url)
    served.close()
    return int(served.status_code)


def send(cast: Cast, name: str, content: bytes) -> Any:
    """carol's upload."""
    client = Client(headers=bearer(cast.shop.token(cast.carol)))
    return client.post("/api/visitor/files", {"name": name, "file": SimpleUploadedFile(name, content)})


def rows() -> int:
    """Attachments in the database."""
    with unscoped(reason="the test looks from above"):
        return Attachment.objects.count()


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_kept_and_served(cast: Cast, name: str) -> None:
    content, media_type = GOOD[name]
    answer = send(cast, name, content)
    assert answer.status_code == 200, answer.content
    file = answer.json()["file"]
    assert file["type"] == media_type
    assert (file["width"], file["height"]) == ((8, 6) if media_type.startswith("image/") else (None, None))
    served, body = fetched(file["url"])
    assert served.status_code == 200
    assert len(body) == file["size"]
    assert served["Content-Type"] == media_type
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Content-Security-Policy"] == (PICTURE_POLICY if media_type.startswith("image/") else FILE_POLICY)
    assert served["Content-Disposition"].startswith("inline" if media_type.startswith("image/") else "attachment")
    assert len(stored_files()) == rows() == 1


@pytest.mark.parametrize("name", PLAYED)
def test_sound_and_video_are_played_also_from_the_middle(cast: Cast, name: str) -> None:
    content, media_type = PLAYED[name]
    file = send(cast, name, content).json()["file"]
    assert (file["type"], file["kind"], file["name"]) == (media_type, media_type.split("/")[0], name)
    served, body = fetched(file["url"])
    assert (served.status_code, body, served["Accept-Ranges"]) == (200, content, "bytes")
    assert (served["Content-Type"], served["Content-Security-Policy"]) == (media_type, MEDIA_POLICY)
    assert served["Content-Disposition"].startswith("inline")
    part, body = fetched(file["url"], HTTP_RANGE="bytes=100-299")
    assert (part.status_code, body, part["Content-Length"]) == (206, content[100:300], "200")
    assert part["Content-Range"] == f"bytes 100-299/{len(content)}"
    assert (part["Content-Security-Policy"], part["X-Content-Type-Options"]) == (MEDIA_POLICY, "nosniff")


def test_what_lies_behind_the_end_of_a_file_cannot_be_had(cast: Cast) -> None:
    url = send(cast, "a.mp4", MP4).json()["file"]["url"]
    answer = Client().get(url, HTTP_RANGE=f"bytes={len(MP4)}-")
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(MP4)}")


@pytest.mark.parametrize("why", BAD)
def test_a_refused_upload_says_why_and_leaves_nothing(cast: Cast, why: str) -> None:
    answer = send(cast, *BAD[why])
    assert answer.status_code == 422, answer.content
    assert answer.json()["code"] == "file_refused"
    assert answer.json()["text"]
    assert (rows(), stored_files()) == (0, [])


def test_a_file_over_the_tenants_limit_leaves_nothing(cast: Cast) -> None:
    with cast.shop.within():
        type(cast.shop.tenant).objects.update(max_upload_bytes=1000)
    for size in (1001, 100_000):
        answer = send(cast, "a.pdf", PDF + b" " * size)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert (rows(), stored_files()) == (0, [])


def test_a_picture_with_a_page_behind_it_is_kept_without_the_page(cast: Cast) -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        file = send(cast, f"a.{kind.lower()}", picture(kind) + HTML).json()["file"]
        assert b"<script>" not in fetched(file["url"])[1], kind


def test_where_the_camera_stood_is_forgotten_and_the_picture_stands_upright(cast: Cast) -> None:
    file = send(cast, "a.jpg", camera_picture()).json()["file"]
    body = fetched(file["url"])[1]
    with Image.open(io.BytesIO(body)) as kept:
        assert dict(kept.getexif()) == {}
        assert kept.size == (6, 8)
    assert b"Maker of cameras" not in body


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "..\\..\\x.pdf", "a\0b.pdf", "<script>.pdf", "x" * 300 + ".pdf", ".pdf"]
)
def test_names_lose_what_could_harm(cast: Cast, name: str) -> None:
    answer = send(cast, name, PDF)
    if answer.status_code == 200:
        kept = answer.json()["file"]["name"]
        assert not set(kept) & set('/\\<>:"|?*\0')
        assert len(kept) <= 100
        assert status_of(answer.json()["file"]["url"]) == 200


@pytest.mark.parametrize("stem", ["👨‍👩‍👧", "می‌خواهم", "❤️‍🔥 合同"])
def test_names_keep_what_joins_their_letters(cast: Cast, stem: str) -> None:
    assert send(cast, f"{stem}.pdf", PDF).json()["file"]["name"] == f"{stem}.pdf"
    assert send(cast, f"\u200d{stem}\u202e.pdf", PDF).json()["file"]["name"] == f"{stem}.pdf"


def test_nobody_else_on_the_machine_may_read_what_people_send(cast: Cast, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    send(cast, "a.png", picture("PNG"))
    large = PDF + b" " * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)  # which comes by way of a temporary file
    assert send(cast, "a.pdf", large).status_code == 200
    assert [path.stat().st_mode & 0o777 for path in stored_files()] == [0o600, 0o600]
    for folder in (tmp_path / "files", tmp_path / "files" / str(cast.shop.tenant.pk)):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_an_earlier_version_left_open_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    close_files()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


class FullDisk(SimpleUploadedFile):
    """The disk is full after the first of its parts."""

    def chunks(self, chunk_size: int | None = None) -> Any:
        yield PDF
        raise OSError(errno.ENOSPC, "No space left on device")


def test_no_half_of_a_file_stays_of_a_full_disk(cast: Cast) -> None:
    with cast.shop.within(), pytest.raises(OSError, match="No space left"):
        file = FullDisk("a.pdf", PDF)
        uploads.upload(actor=cast.carol.actor(), file=file, name="a.pdf", at_most=10_000, network="here")
    assert (rows(), stored_files()) == (0, [])


def test_a_file_that_the_disk_lost_is_not_found(cast: Cast) -> None:
    url = send(cast, "a.png", picture("PNG")).json()["file"]["url"]
    stored_files()[0].unlink()
    assert status_of(url) == 404


def test_files_that_no_row_names_are_removed_after_a_day(cast: Cast) -> None:
    kept = send(cast, "a.pdf", PDF).json()["file"]["url"]
    folder = Path(default_storage.path(str(cast.shop.tenant.pk)))
    (folder / "faces").mkdir()
    strays = [folder / "half", folder / "faces/half.png", folder / "new", folder / "from-before-the-company"]
    for path in strays:
        path.write_bytes(b"half of a file")
    opened = cast.shop.tenant.created_at.timestamp()
    later = datetime.fromtimestamp(opened, UTC) + timedelta(days=3)
    for path in [*stored_files()]:
        os.utime(path, (opened + 60, opened + 60))
    os.utime(strays[2], (later.timestamp(), later.timestamp()))
    os.utime(strays[3], (opened - 60, opened - 60))
    with mock.patch("conversations.messages.sweeps.timezone.now", return_value=later):
        for _ in range(2):
            remove_stray_files(cast.shop.tenant.pk)
    assert [path.exists() for path in strays] == [False, False, True, True]
    assert status_of(kept) == 200


FORGED: dict[str, Callable[[Cast, str], str]] = {
    "forged": lambda cast, url: url.replace("/files/", "/files/x"),
    "of another tenant": lambda cast, url: file_url(cast.other.tenant.pk, public_id(), "a.png"),
    "unknown": lambda cast, url: file_url(cast.shop.tenant.pk, "nothing", "a.png"),
    "empty": lambda cast, url: "/files/x/a.png",
}


def public_id() -> str:
    """The only attachment's."""
    with unscoped(reason="the test looks from above"):
        return str(Attachment.objects.get().public_id)


@pytest.mark.parametrize("why", FORGED)
def test_a_ticket_that_is_not_good_is_not_found(cast: Cast, why: str) -> None:
    url = send(cast, "a.png", picture("PNG")).json()["file"]["url"]
    assert status_of(FORGED[why](cast, url)) == 404


def test_an_address_stays_the_same_all_day_and_works_for_a_week(cast: Cast) -> None:
    file = send(cast, "a.png", picture("PNG")).json()["file"]
    midnight = (int(time.time()) // LINK_STAYS + 2) * LINK_STAYS
    addresses = {}
    for name, moment in {"early": midnight, "late": midnight + LINK_STAYS - 1, "next": midnight + LINK_STAYS}.items():
        with mock.patch("django.core.signing.time.time", return_value=moment):
            addresses[name] = file_url(cast.shop.tenant.pk, file["id"], "a.png")
    assert addresses["early"] == addresses["late"] != addresses["next"]
    with mock.patch("django.core.signing.time.time", return_value=midnight + LINK_STAYS - 1 + LINK_SECONDS):
        assert status_of(addresses["late"]) == 200


def test_a_ticket_runs_out_after_a_week(cast: Cast) -> None:
    url = send(cast, "a.png", picture("PNG")).json()["file"]["url"]
    later = time.time() + timedelta(seconds=LINK_SECONDS + LINK_STAYS + 60).total_seconds()
    with mock.patch("django.core.signing.time.time", return_value=later):
        assert status_of(url) == 404


def test_the_file_of_a_recalled_message_is_gone(cast: Cast) -> None:
    import uuid

    talk = cast.shop.held(cast.carol, cast.bob)
    file = send(cast, "a.png", picture("PNG")).json()["file"]
    frame = {"t": "message.post", "id": str(uuid.uuid4()), "conversation": talk.public_id, "kind": "image",
             "file": file["id"]}  # fmt: skip
    client = Client(headers=bearer(cast.shop.token(cast.carol)))
    answer = client.post("/api/visitor/command", frame, content_type="application/json").json()
    url = answer["message"]["file"]["url"]
    assert status_of(url) == 200
    with cast.shop.within():
        recalling.recall(actor=cast.carol.actor(), conversation=talk.public_id, n=1)
    assert status_of(url) == 404
    assert status_of(file["url"]) == 404


def test_an_agents_upload_needs_a_desk_and_a_visitors_a_token(cast: Cast) -> None:
    payload = {"file": SimpleUploadedFile("a.png", picture("PNG"))}
    assert Client().post("/api/visitor/files", payload).status_code == 401
    assert Client().post("/api/desk/files", payload).status_code == 401
    assert (
        signed_in(cast.bob).post("/api/desk/files", {"file": SimpleUploadedFile("a.png", picture("PNG"))}).status_code
        == 200
    )
    assert rows() == 1


def test_a_phones_picture_with_depth_is_a_jpeg(cast: Cast) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(buffer, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 6), "red")])
    answer = send(cast, "IMG_1234.jpg", buffer.getvalue())
    assert answer.status_code == 200
    file = answer.json()["file"]
    assert (file["type"], file["name"]) == ("image/jpeg", "IMG_1234.jpg")
    _response, content = fetched(file["url"])
    with Image.open(io.BytesIO(content)) as kept:
        assert (kept.format, getattr(kept, "n_frames", 1)) == ("JPEG", 1)


def test_an_animated_picture_keeps_its_frames(cast: Cast) -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("teal", "red", "blue")]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    _response, content = fetched(send(cast, "dance.webp", buffer.getvalue()).json()["file"]["url"])
    with Image.open(io.BytesIO(content)) as kept:
        assert getattr(kept, "n_frames", 1) == 3
