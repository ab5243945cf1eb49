"""Where things stand."""

from tests.house.sources import APPS, ROOT


def test_images_hold_every_app() -> None:
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert let_in >= {*APPS, "templates", "static", "locale", "manage.py"}
