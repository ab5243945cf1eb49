"""A company with a past: what tests of numbers ask for. Engine tests play on a stage of their own."""

import pytest

from tests.cast import Cast, assemble
from tests.stats.histories import FULL, Stage, Told, told


@pytest.fixture
def past(house: None) -> Told:
    """A history that has everything: waits, transfers, notes, recalls, returns; over two days. Counted."""
    return told(tuple(FULL), 2).copy()


@pytest.fixture
def stage(past: Told) -> Stage:
    """Where it happened."""
    return past.stage


@pytest.fixture
def cast(house: None, request: pytest.FixtureRequest) -> Cast:
    """Those on the stage, for whoever asks for it."""
    found: Cast = request.getfixturevalue("past").cast if "past" in request.fixturenames else assemble()
    return found
