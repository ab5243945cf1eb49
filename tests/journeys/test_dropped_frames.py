"""Whatever frame gets lost, the desk shows what is true with the next digest, without a reload."""

from core.live.connections import DIGEST_SECONDS
from tests.journeys.living import at_desks
from tests.journeys.stack import Company, Stack

HEALED_WITHIN = 30.0
AFTER_A_DIGEST = 5.0  # the whole state is asked for no oftener, and the program waits no longer
KINDS = 22


def test_each_kind_of_change_whose_frames_are_lost_is_shown_after_the_next_digest(
    stack: Stack, company: Company
) -> None:
    found = {each["kind"]: each for each in at_desks(stack, company, "dropped_frames.js")}
    assert len(found) == KINDS
    assert [kind for kind, each in found.items() if not each["lost"] or not each["missed"]] == [], "nothing was lost"
    assert {kind: each["left"] for kind, each in found.items() if each["left"]} == {}
    assert DIGEST_SECONDS + AFTER_A_DIGEST <= HEALED_WITHIN
