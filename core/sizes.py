"""File sizes for readers: `44 B`, `12 KB`, `1.5 MB`, the same in every language.

`createFormats` in `static/kefu/js/base/page.js` is the same in the browser.
"""

KILOBYTE = 1024


def size_text(size: int) -> str:
    """A number of bytes with its unit; kilobytes are whole, rounded up."""
    if size < KILOBYTE:
        return f"{size} B"
    if size < KILOBYTE**2:
        return f"{-(-size // KILOBYTE)} KB"
    return f"{round(size / KILOBYTE**2, 1):g} MB"
