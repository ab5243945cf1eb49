"""After a long day with a bad network a desk shows what it would show if it were loaded anew."""

from tests.journeys.living import at_desks
from tests.journeys.stack import Company, Stack

CONVERSATIONS = 600
CUTS = 3
# Nearly all come to bob, whose desk it is.
CAPS = "update accounts_agent set max_concurrent = case number when '1001' then 40 else 6 end where tenant_id = %s"
OPENED = "select count(*) from conversations_conversation where tenant_id = %s"


def test_a_day_of_many_conversations_and_three_cut_networks_ends_as_a_fresh_page_shows_it(
    stack: Stack, company: Company
) -> None:
    stack.change(CAPS, company.tenant_id)
    (day,) = at_desks(stack, company, "long_day.js", conversations=CONVERSATIONS, seed=1)
    assert stack.value(OPENED, company.tenant_id) >= CONVERSATIONS
    assert len(day["lost"]) == CUTS and day["lost"][0] > 0, "nothing was lost"
    assert day["threads"] > 0 and day["rows"] > 100, "there is nothing to compare"
    assert day["differences"] == []
