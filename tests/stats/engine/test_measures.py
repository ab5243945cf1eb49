"""The models hold what the measures say, and sums know every measure."""

import pytest
from django.db import models

from stats.engine import measures
from stats.engine.measures import CASES, DIFFERENT, GIVEN, TOTAL, Fact, Measure, Sums
from stats.models import AgentFact, ConversationFact, DayRollup
from stats.reports import queries
from stats.reports.periods import Days
from stats.reports.queries import Selection
from tests.stats.histories import Stage, some_days

PLACE = {"id", "tenant_id", "day", "channel_id", "service_account_id", "previous_day"}


def columns(model: type[models.Model]) -> set[str | None]:
    """What a row of the table is measured by."""
    return {field.column for field in model._meta.concrete_fields} - PLACE


def test_facts_and_rollups_have_a_column_for_each_fact_and_measure_and_no_other() -> None:
    assert columns(ConversationFact) == {"conversation_id", *measures.rules_of_all()}
    assert columns(AgentFact) == {
        "conversation_id", "agent_id", "agent_previous_day", "group_id", *measures.rules_of_parts(),
    }  # fmt: skip
    assert columns(DayRollup) == {"of_parts", "agent_id", *(measure.name for measure in measures.kept())}


@pytest.mark.parametrize(
    ("adding", "of_all", "of_several"),
    [
        (CASES, "count(*) filter (where it)", "count(distinct conversation_id) filter (where it)"),
        (GIVEN, "count(it)", "count(it)"),
        (TOTAL, "coalesce(sum(it), 0)", "coalesce(sum(it), 0)"),
    ],
)
def test_a_fact_that_every_row_has_or_none_needs_no_column(
    adding: measures.Adding, of_all: str, of_several: str
) -> None:
    measured = Measure("its", Fact("it", lambda story: 1, lambda story, part: 1), adding)
    assert (measured.sql_of_all, measured.sql_of_part, measured.sql_of_several) == (of_all, of_all, of_several)
    of_each = Measure("its", Fact("it", True, True), adding)
    assert (of_each.sql_of_part, of_each.sql_of_several) == ("count(*)", "count(distinct conversation_id)")
    of_none = Measure("its", Fact("it", None, None), adding)
    assert (of_none.sql_of_part, of_none.sql_of_several) == ("0", "0")


def test_what_is_no_measure_is_no_sum() -> None:
    assert Sums(conversations=3).of(measures.CONVERSATIONS) == Sums(conversations=3).conversations == 3
    assert Sums().first_response_ms == 0
    with pytest.raises(AttributeError):
        Sums(conversation=3).of(Measure("conversation", measures.ASKED, CASES))


def test_rollups_and_parts_of_one_agent_add_up_to_the_same(stage: Stage) -> None:
    days = Days(*some_days())
    with stage.company.within():
        for work in queries.by_agent(Selection(days)):
            assert queries.parts_total(Selection(days, agent=work.agent.pk)) == work.sums
    assert [measure.name for measure in measures.MEASURES if measure.sum is DIFFERENT] == ["customers"]
