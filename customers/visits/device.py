"""System and browser from a user agent string. Pure, and deliberately coarse."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
)
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def device_of(user_agent: str) -> str:
    """For example "Windows · Chrome"; "" where neither is known."""
    names = [_first(SYSTEMS, user_agent) or ("Linux" if "Linux" in user_agent else ""), _first(BROWSERS, user_agent)]
    return " · ".join(name for name in names if name)


def _first(marks: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in marks if mark in text), "")
