"""Where things stand."""

import tomllib

import pytest

from tests.house.sources import APPS, ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
FLOORS = {contract["containers"][0]: contract["layers"] for contract in CONTRACTS if "containers" in contract}


def test_images_hold_every_app() -> None:
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert let_in >= {*APPS, "templates", "static", "locale", "manage.py"}


@pytest.mark.parametrize("app", FLOORS)
def test_the_page_draws_the_floors_that_are_checked(app: str) -> None:
    line = f"- {app}: {' > '.join(FLOORS[app])}"
    assert line in (ROOT / "docs/architecture.md").read_text().splitlines()
