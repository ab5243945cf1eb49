"""How large a file is, as readers read it: `44 B`, `12 KB`, `1.5 MB`, in every language.

`createFormats` of `static/kefu/js/base/page.js` says the same in the browser.
"""

KILOBYTE = 1024


def size_text(size: int) -> str:
    """A number of bytes in words; kilobytes are whole, rounded up."""
    if size < KILOBYTE:
        return f"{size} B"
    if size < KILOBYTE**2:
        return f"{-(-size // KILOBYTE)} KB"
    return f"{round(size / KILOBYTE**2, 1):g} MB"
