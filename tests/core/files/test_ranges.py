"""Which bytes of a file somebody asks for."""

import io

import pytest

from core.files.ranges import NotSatisfiable, Part, range_of

ASKED = {
    "bytes=0-0": (0, 0),
    "bytes=0-": (0, 99),
    "bytes=10-19": (10, 19),
    "bytes=90-1000": (90, 99),
    "bytes=-10": (90, 99),
    "bytes=-1000": (0, 99),
    "": None,
    "bytes=-": None,
    "bytes=20-10": None,
    "bytes=0-1,5-6": None,
    "lines=1-2": None,
}


@pytest.mark.parametrize("header", ASKED)
def test_a_range_is_what_is_there_of_it(header: str) -> None:
    assert range_of(header, 100) == ASKED[header]


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_what_is_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        range_of(header, 100)


def test_a_part_ends_where_it_should_and_closes_the_file() -> None:
    file = io.BytesIO(bytes(range(100)))
    part = Part(file, 10, 29)
    assert [part.read(15), part.read(15), part.read(15)] == [bytes(range(10, 25)), bytes(range(25, 30)), b""]
    part.close()
    assert file.closed
