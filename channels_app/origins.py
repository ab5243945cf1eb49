"""Origins of sites (scheme, host and port), compared as browsers do. Pure."""

import re
from urllib.parse import SplitResult, urlsplit

import idna

from core.console.typed import narrow

LONGEST = 200
ANY = "*"
# Names of at most 63 letters with single dots between them; the whole neither begins nor ends with a hyphen.
HOST = re.compile(r"(?!-)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{0,62}[a-z0-9_]")
DEFAULT_PORTS = {"http": 80, "https": 443}
LOCAL = ("localhost", "127.0.0.1")
NO_PORT = re.compile(r"[^/]*:(?![0-9])")  # a colon with something else behind it: "http:/…", "mailto:…"
ENCODED = "xn--"
JOINERS = "\u200c\u200d"  # nobody sees them, and in some scripts another name is written with them


def origin_of(address: str) -> str | None:
    """The origin of a page's address; None for one without an origin, and for what no browser would send.

    Browsers read "\\" as "/": `https://evil.example\\@good.example` leads elsewhere than it says.
    """
    if "\\" in address or not all(sign.isprintable() or sign in JOINERS for sign in address):
        return None
    try:
        parts = urlsplit(address)
        host, port = _host(parts), parts.port
    except ValueError:  # UnicodeError and IDNAError too: a name that cannot be one
        return None
    if parts.scheme not in DEFAULT_PORTS or HOST.fullmatch(host) is None:
        return None
    shown = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    origin = f"{parts.scheme}://{host}{shown}"
    return origin if len(origin) <= LONGEST else None


def _host(parts: SplitResult) -> str:
    """The host in ASCII: 例子.中国 as xn--…"""
    return ascii_host((parts.hostname or "").removesuffix("."))


def ascii_host(host: str) -> str:
    """A host name as browsers send it: by UTS 46, non-transitional, so that faß.de is not fass.de. Raises `IDNAError`.

    Browsers accept more than names that can be registered (☃.net), so only what they refuse is refused: joiners out of
    context, mixed directions, a label that begins with a combining mark.
    """
    if host.isascii():
        return host.lower()
    return ".".join(map(_label, idna.uts46_remap(host, std3_rules=False, transitional=False).split(".")))


def _label(label: str) -> str:
    if label.isascii():
        return label
    idna.check_initial_combiner(label)
    idna.check_bidi(label)
    for place, letter in enumerate(label):
        if letter in JOINERS and not idna.core.valid_contextj(label, place):
            raise idna.IDNAError("a joiner joins nothing")
    return ENCODED + label.encode("punycode").decode()


def readable(origin: str) -> str:
    """The origin with xn--… decoded; unchanged where the decoded form would not lead back to it."""
    before, mark, host = origin.partition("://")
    if ENCODED not in host:
        return origin
    try:
        words = ".".join(
            label.removeprefix(ENCODED).encode().decode("punycode") if label.startswith(ENCODED) else label
            for label in host.split(".")
        )
    except ValueError:
        return origin
    shown = f"{before}{mark}{words}"
    return shown if origin_of(shown) == origin else origin


def site_of(text: str) -> str | None:
    """The origin meant by typed text: with or without scheme or path, full-width characters too. None if there
    is none."""
    typed = narrow(text, keep=JOINERS)
    if "://" not in typed:
        if NO_PORT.match(typed):
            return None
        typed = f"{'http' if typed.split(':')[0].split('/')[0] in LOCAL else 'https'}://{typed}"
    return origin_of(typed)


def may_embed(origins: list[str], origin: str) -> bool:
    """Whether pages of the origin may embed the chat."""
    return ANY in origins or origin in origins
