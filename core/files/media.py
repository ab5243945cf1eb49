"""Sound and video by their first bytes: what browsers play, and nothing that could be anything else."""

from typing import Final

LONGEST_HEAD: Final = 4096
MEDIA_TYPES: Final = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "m4a": "audio/mp4",
    "weba": "audio/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
}
IN_BOXES: Final = frozenset({"mp4", "mov", "m4a"})  # ISO base media files
# What files of each kind are called; of some only the content tells which one it is.
EXTENSIONS: Final = {
    "mp4": ("mp4", "m4v", "mov"),
    "mov": ("mov",),
    "webm": ("webm",),
    "m4a": ("m4a", "mp4"),
    "weba": ("webm",),
    "mp3": ("mp3",),
    "ogg": ("ogg", "opus"),
    "wav": ("wav",),
}
# Major brands of ISO base media files (ISO/IEC 14496-12). QuickTime's own is what phones write.
VIDEO_BRANDS: Final = frozenset(
    {
        b"isom",
        b"iso2",
        b"iso4",
        b"iso5",
        b"iso6",
        b"mp41",
        b"mp42",
        b"avc1",
        b"M4V ",
        b"M4VH",
        b"M4VP",
        b"MSNV",
        b"dash",
    }
)
AUDIO_BRANDS: Final = frozenset({b"M4A ", b"M4B "})
WEBM_VIDEO_CODECS: Final = (b"V_VP8", b"V_VP9", b"V_AV1")
# MPEG audio, layer 3: eleven bits of sync and a version; then rates of bits and samples that exist.
MP3_FRAMES: Final = tuple(bytes((0xFF, second)) for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2))
MP3_RATES: Final = frozenset(
    bits << 4 | samples << 2 | rest for bits in range(1, 15) for samples in range(3) for rest in range(4)
)
MP3_TAGS: Final = (b"ID3\x02", b"ID3\x03", b"ID3\x04")


def is_played(media_type: str) -> bool:
    """Whether browsers play files of this type."""
    return media_type in MEDIA_TYPES.values()


def kind_of(head: bytes) -> str:
    """The key of `MEDIA_TYPES` by a file's first `LONGEST_HEAD` bytes; "" for anything else."""
    if head[4:8] == b"ftyp":
        return _iso_kind(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _webm_kind(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"OggS") and (b"vorbis" in head[:128] or b"OpusHead" in head[:128]):
        return "ogg"
    return "mp3" if _is_mp3(head) else ""


def _iso_kind(brand: bytes) -> str:
    if brand in AUDIO_BRANDS:
        return "m4a"
    if brand == b"qt  ":
        return "mov"
    return "mp4" if brand in VIDEO_BRANDS else ""


def _webm_kind(head: bytes) -> str:
    """Matroska's other kinds are not played by browsers."""
    if b"webm" not in head[:64]:
        return ""
    return "webm" if any(codec in head for codec in WEBM_VIDEO_CODECS) else "weba"


def _is_mp3(head: bytes) -> bool:
    """With a tag before the first frame, or without."""
    return head.startswith(MP3_TAGS) or (head.startswith(MP3_FRAMES) and int.from_bytes(head[2:3]) in MP3_RATES)
