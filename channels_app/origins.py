"""Addresses of sites, as browsers compare them: scheme, host and port. Pure."""

import re
from urllib.parse import SplitResult, urlsplit

from core.typed import narrow

LONGEST = 200
ANY = "*"
HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
DEFAULT_PORTS = {"http": 80, "https": 443}
LOCAL = ("localhost", "127.0.0.1")


def origin_of(address: str) -> str | None:
    """The origin of a page's address; None for what has none, and for what no browser would send.

    Browsers read "\\" as "/": `https://evil.example\\@good.example` leads elsewhere than it says.
    """
    if "\\" in address or not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
        host, port = _host(parts), parts.port
    except ValueError:  # UnicodeError too: a name that cannot be one
        return None
    if parts.scheme not in DEFAULT_PORTS or HOST.fullmatch(host) is None:
        return None
    shown = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    origin = f"{parts.scheme}://{host}{shown}"
    return origin if len(origin) <= LONGEST else None


def _host(parts: SplitResult) -> str:
    """In the letters that travel: 例子.中国 as xn--…"""
    host = (parts.hostname or "").rstrip(".")
    return host if host.isascii() else host.encode("idna").decode()


def site_of(text: str) -> str | None:
    """The origin that somebody means who types a site: with or without scheme, with or without a path, in
    the wide signs of a Chinese keyboard too."""
    typed = narrow(text)
    if "://" not in typed:
        typed = f"{'http' if typed.split(':')[0].split('/')[0] in LOCAL else 'https'}://{typed}"
    return origin_of(typed)


def may_embed(origins: list[str], origin: str) -> bool:
    """Whether the chat opens on pages of that origin."""
    return ANY in origins or origin in origins
