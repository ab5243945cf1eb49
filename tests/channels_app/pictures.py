"""Pictures to upload."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (240, 240), mode: str = "RGB") -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    buffer = io.BytesIO()
    Image.new(mode, size, "teal").save(buffer, kind)
    return SimpleUploadedFile(f"face.{kind.lower()}", buffer.getvalue())
