"""What the conformance suite must know of each subject to drive its pages: how rows come to be, what its form sends,
and what would be wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Group
from tests.cast import Cast

Sent = Mapping[str, Any]


@dataclass(frozen=True)
class Sample:
    """A subject as it is driven.

    `make` makes a row with a number in its name, `sent` is what the form of a new one sends, `wrong` what is refused in
    one of its fields, `changed` what is sent to change a row. `deleted` is a row that may go, after whatever it needs.
    """

    make: Callable[[Cast, int], Any]
    sent: Callable[[Cast], Sent] = lambda cast: {}
    wrong: tuple[str, Any] = ("name", "")
    changed: tuple[str, Any] = ("name", "another name")


def _group(cast: Cast, number: int) -> Group:
    return Group.objects.create(name=f"group {number}", sort=number % 3)


SAMPLES: dict[str, Sample] = {
    "group": Sample(_group, lambda cast: {"name": "new", "sort": "0"}),
}
