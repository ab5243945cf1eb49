"""The pages of reports: filters in the address, numbers that lead to their conversations, the Excel file."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Agent, AuditEntry, Group, Role, Tenant
from accounts.permissions import Permission
from conversations.models import Participation
from core import clock
from stats.engine import counting
from stats.engine.measures import Sums
from stats.metrics.agents import WORKLOAD
from stats.metrics.metric import Unit
from stats.metrics.overview import AVERAGE_FIRST_RESPONSE, CONVERSATIONS
from stats.reports import queries as report_queries
from stats.reports import workload
from stats.reports.filters import MAX_DAYS
from stats.reports.periods import Days, Period, before, days_of
from stats.reports.presentation import change, text_of
from stats.reports.queries import Selection
from tests.cast import Cast
from tests.sockets import signed_in
from tests.stats.histories import Stage
from tests.stats.reports.tables import table, totals

DAYS = {"from": "2026-03-29", "to": "2026-04-02"}
SUNDAY = date(2026, 3, 29)


@pytest.fixture
def manager(cast: Cast) -> Client:
    """Somebody who only reads numbers."""
    return signed_in(cast.shop.hire("1010", "anna", role="analyst"))


def get(client: Client, name: str, **words: str) -> Any:
    """A report; `context` has what it shows."""
    answer = client.get(reverse(name), {**DAYS, **words})
    assert answer.status_code == 200
    return answer


def links(answer: Any) -> dict[str, str]:
    """Text of the name of a number's link → address."""
    found = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"', answer.content.decode())
    return {label: address.replace("&amp;", "&") for address, label in found}


# --- the overview -----------------------------------------------------------------------------------------------------


def test_every_number_of_the_overview_leads_to_its_conversations(stage: Stage, manager: Client) -> None:
    answer = get(manager, "stats:overview", lang="en")
    with stage.company.within():
        sums = report_queries.total(Selection(Days(SUNDAY, date(2026, 4, 2))))
    behind = {"conversations": sums.conversations, "customers": sums.conversations,
              "customer_messages": sums.conversations, "human_conversations": sums.human_conversations,
              "human_rate": sums.human_conversations, "average_first_response": sums.first_responses}  # fmt: skip
    assert sums.conversations > sums.human_conversations > sums.first_responses > 0
    for tile, (name, count) in zip(answer.context["tiles"], behind.items(), strict=True):
        assert manager.get(tile.href).context["listing"].total == count, name


def test_the_numbers_of_each_day_lead_to_the_conversations_of_that_day(stage: Stage, manager: Client) -> None:
    found = 0
    for _day, numbers in table(get(manager, "stats:overview")):
        assert manager.get(numbers[0].href).context["listing"].total == int(numbers[0].text)
        assert manager.get(numbers[3].href).context["listing"].total == int(numbers[3].text)
        found += int(numbers[0].text)
    assert found == 6


def given_through_a_group(stage: Stage, agent: Agent) -> Group:
    """What the agent held was given through a group of its own."""
    with stage.company.within():
        few = Group.objects.create(name="小组")
        Participation.objects.filter(agent=agent).update(group=few)
        counting.rebuild_tenant()
    return few


@pytest.mark.parametrize("word", ["channel", "account", "agent", "group"])
def test_each_filter_narrows_tiles_days_and_the_conversations_behind(stage: Stage, manager: Client, word: str) -> None:
    few = given_through_a_group(stage, stage.agents[1])
    chosen = {
        "channel": stage.channels[1].public_id,
        "account": stage.channels[1].service_account.public_id,
        "agent": stage.agents[1].public_id,
        "group": few.public_id,
    }[word]
    everything, narrow = get(manager, "stats:overview"), get(manager, "stats:overview", **{word: chosen})
    count = int(narrow.context["tiles"][0].text)
    assert 0 < count < int(everything.context["tiles"][0].text)
    assert count == sum(int(numbers[0].text) for _day, numbers in table(narrow))
    assert manager.get(narrow.context["tiles"][0].href).context["listing"].total == count


def test_a_group_that_somebody_else_answered_for_first(stage: Stage, manager: Client) -> None:
    """The group held the conversation, and an agent outside it gave the first response: it is not in the average."""
    few = given_through_a_group(stage, stage.agents[1])
    numbers = get(manager, "stats:workload", group=few.public_id, **{"channel": stage.channels[0].public_id})
    conversations, *_others, response, _after_hand_over = totals(numbers)
    assert manager.get(conversations.href).context["listing"].total == int(conversations.text) > 0
    assert manager.get(response.href).context["listing"].total == 0
    assert response.text == "–"


def test_a_group_that_is_gone_shows_nothing_and_says_so(stage: Stage, manager: Client) -> None:
    answer = get(manager, "stats:overview", group="gone", lang="en")
    assert [tile.text for tile in answer.context["tiles"]][:4] == ["0"] * 4
    assert "asks for something that is not there (any more): Agent group" in answer.content.decode()
    assert table(get(manager, "stats:workload", group="gone")) == []
    _answer, book = export(manager, group="gone")
    assert book.worksheets[0].max_row == 1


def test_agents_are_measured_by_their_own_parts(stage: Stage, manager: Client) -> None:
    names = [
        metric.name for metric in get(manager, "stats:overview", agent=stage.agents[0].public_id).context["metrics"]
    ]
    assert "human_reply_rate" in names
    assert "human_rate" not in names


def test_without_a_conversation_there_is_no_rate_and_no_average(cast: Cast, manager: Client) -> None:
    texts = [tile.text for tile in get(manager, "stats:overview").context["tiles"]]
    assert texts == ["0", "0", "0", "0", "–", "–"]


def test_a_tile_says_what_was_before(stage: Stage, manager: Client) -> None:
    words = {"from": "2026-04-03", "to": "2026-04-07", "lang": "en"}
    notes = [tile.note for tile in get(manager, "stats:overview", **words).context["tiles"]]
    assert notes[0] == "−100.0% against 6 before"
    assert notes[4] == f"{notes[4].split()[0]} in the period before"
    assert get(manager, "stats:overview", lang="en").context["tiles"][0].note == "0 in the period before"


@pytest.mark.parametrize(
    ("now", "earlier", "text"),
    [
        (6, 6, "±0% against 6 before"),
        (9, 6, "+50.0% against 6 before"),
        (0, 6, "−100.0% against 6 before"),
        (59, 6, "+883.3% against 6 before"),
        (60, 6, "10 times the 6 before"),
        (169_000, 3, "56,333 times the 3 before"),
        (6, 0, "0 in the period before"),
    ],
)
def test_a_change_beyond_all_shares_is_told_in_times(now: int, earlier: int, text: str) -> None:
    with translation.override("en"):
        assert change(CONVERSATIONS, Sums(conversations=now), Sums(conversations=earlier)) == text
        assert change(AVERAGE_FIRST_RESPONSE, Sums(), Sums()) == "Nothing in the period before"


@pytest.mark.parametrize(("share", "text"), [(13 / 16, "81.3%"), (1 / 800, "0.1%"), (0.0005, "0.1%"), (1 / 3, "33.3%")])
def test_half_a_tenth_is_rounded_as_excel_rounds_it(share: float, text: str) -> None:
    assert text_of(share, Unit.SHARE) == text
    with translation.override("en"):
        assert text_of(2.5, Unit.SECONDS) == "3s"


def test_comparing_draws_the_period_before(stage: Stage, manager: Client) -> None:
    words = {"from": "2026-04-03", "to": "2026-04-07"}
    plain, compared = (
        get(manager, "stats:overview", **words, **more).context["charts"][0] for more in ({}, {"compare": "on"})
    )
    assert [line["look"] for line in compared["data"]["series"]] == [
        "series-0",
        "series-1",
        "series-2",
        "series-before",
    ]
    assert compared["data"]["series"][:3] == plain["data"]["series"]
    assert sum(compared["data"]["series"][3]["values"]) == 6


def test_the_chart_and_its_table_say_the_same(stage: Stage, manager: Client) -> None:
    for chart in get(manager, "stats:overview").context["charts"]:
        assert [[text for _head, text in values] for _day, values in chart["table"]] == [
            list(texts) for texts in zip(*(line["texts"] for line in chart["data"]["series"]), strict=True)
        ]
        assert len(chart["data"]["labels"]) == 5


def test_the_stamp_says_how_far_events_are_counted(stage: Stage, manager: Client) -> None:
    assert timezone.now() - get(manager, "stats:overview").context["counted_until"] < timedelta(minutes=1)
    late = datetime(2026, 4, 1, 12, tzinfo=UTC)
    stage.now = late
    stage.play([("open", 5, 0, 0)], lambda: None)
    assert get(manager, "stats:overview").context["counted_until"] == late


def test_days_are_those_of_the_tenants_zone(cast: Cast, manager: Client) -> None:
    with clock.frozen_at(datetime(2026, 4, 1, 17, tzinfo=UTC)):
        context = manager.get(reverse("stats:overview"), {"period": "today"}).context
        assert (context["days"], context["zone"]) == ("2026-04-02", "Asia/Shanghai")
        with cast.shop.within():
            Tenant.objects.update(time_zone="America/New_York")
        assert manager.get(reverse("stats:overview"), {"period": "today"}).context["days"] == "2026-04-01"


# --- the filter -------------------------------------------------------------------------------------------------------

TODAY = date(2026, 3, 31)
PERIODS = {
    "today": ("2026-03-31", "2026-03-31", "2026-03-30", "2026-03-30"),
    "yesterday": ("2026-03-30", "2026-03-30", "2026-03-29", "2026-03-29"),
    "7": ("2026-03-25", "2026-03-31", "2026-03-18", "2026-03-24"),
    "30": ("2026-03-02", "2026-03-31", "2026-01-31", "2026-03-01"),
    "month": ("2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"),
    "last_month": ("2026-02-01", "2026-02-28", "2026-01-01", "2026-01-31"),
}


@pytest.mark.parametrize("period", PERIODS)
def test_periods_and_what_they_are_compared_with(period: str) -> None:
    days = days_of(period, TODAY)
    earlier = before(days, period)
    assert tuple(map(str, (days.since, days.until, earlier.since, earlier.until))) == PERIODS[period]


def test_a_custom_period_is_compared_with_as_many_days_before() -> None:
    earlier = before(Days(date(2026, 3, 10), date(2026, 3, 12)), Period.CUSTOM)
    assert (earlier.since, earlier.until) == (date(2026, 3, 7), date(2026, 3, 9))


@pytest.fixture
def on_the_last_of_march() -> Iterator[None]:
    """It is noon in Shanghai."""
    with clock.frozen_at(datetime(2026, 3, 31, 4, tzinfo=UTC)):
        yield


@pytest.mark.usefixtures("on_the_last_of_march")
@pytest.mark.parametrize(
    ("words", "days", "query"),
    [
        ({}, "2026-03-25 – 2026-03-31", "?"),
        ({"period": "30"}, "2026-03-02 – 2026-03-31", "?period=30"),
        ({"period": "30", "from": "2026-03-02", "to": "2026-03-31"}, "2026-03-02 – 2026-03-31", "?period=30"),
        ({"period": "30", "from": "2026-03-03", "to": "2026-03-31"}, "2026-03-03 – 2026-03-31",
         "?from=2026-03-03&to=2026-03-31"),
        ({"from": "2026-01-05", "to": "2026-01-05"}, "2026-01-05", "?from=2026-01-05&to=2026-01-05"),
        ({"from": "2026-03-30"}, "2026-03-30 – 2026-03-31", "?from=2026-03-30"),
        ({"to": "2026-03-10"}, "2026-03-04 – 2026-03-10", "?to=2026-03-10"),
        ({"from": "2027-01-01"}, "2027-01-01", "?from=2027-01-01"),
        ({"period": "custom"}, "2026-03-25 – 2026-03-31", "?"),
        ({"period": "never", "channel": "nowhere", "sort": "x", "page": "99"}, "2026-03-25 – 2026-03-31", "?"),
    ],
)  # fmt: skip
def test_the_address_says_the_days(manager: Client, words: dict[str, str], days: str, query: str) -> None:
    for name in ("stats:overview", "stats:workload"):
        context = manager.get(reverse(name), words).context
        assert context["days"] == days
        assert context["listing"].query().removesuffix("&page=1") in (query, f"{query}&page=1", "?page=1")


@pytest.mark.usefixtures("on_the_last_of_march")
@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"from": "2026-03-10", "to": "2026-03-09"}, "The last day is before the first."),
        ({"from": "2020-01-01", "to": "2026-03-09"}, "At most 731 days."),
        ({"from": "2010-01-02", "to": "2010-01-01"}, "At most 731 days."),
        ({"from": "2026-02-31"}, "Please enter a day such as"),
        ({"from": "0001-01-01"}, "Not before "),
        ({"to": "9999-12-31"}, "Not after "),
    ],
)
def test_days_that_make_no_sense_are_told_beside_the_field_and_the_page_comes(
    manager: Client, words: dict[str, str], text: str
) -> None:
    for name in ("stats:overview", "stats:workload"):
        answer = manager.get(reverse(name), {"lang": "en", **words})
        assert answer.status_code == 200
        assert re.search(rf'class="field-error"[^>]*>.*{text}', answer.content.decode(), re.DOTALL)


@pytest.mark.usefixtures("on_the_last_of_march")
@pytest.mark.parametrize(
    "words",
    [
        {"from": "2001-01-02", "to": "2001-01-01"},
        {"from": "2001-01-02", "to": "never"},
        {"from": "2001-01-02"},
        {"from": "2000-01-01", "to": "2199-12-31"},
    ],
)
def test_no_address_asks_for_endless_days(manager: Client, words: dict[str, str]) -> None:
    for name in ("stats:overview", "stats:workload"):
        assert len(manager.get(reverse(name), words).context["listing"].form.days) <= MAX_DAYS


def test_a_fragment_brings_its_periods_along(stage: Stage, manager: Client) -> None:
    answer = manager.get(reverse("stats:overview"), DAYS, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert 'id="list"' in text[:200]
    assert 'id="periods" hx-swap-oob="true"' in text
    assert "<html" not in text
    assert answer["HX-Push-Url"] == "/console/overview/?from=2026-03-29&to=2026-04-02"


# --- the workload -----------------------------------------------------------------------------------------------------


def test_the_workload_has_the_busiest_first_and_sorts_both_ways(stage: Stage, manager: Client) -> None:
    for column, word in enumerate(workload.REPORT.columns):
        orders = []
        for order in (f"-{word}", word):
            rows = get(manager, "stats:workload", sort=order).context["listing"].rows
            name = WORKLOAD[column].name
            orders.append([row[name] for row in rows])
        falling, rising = ([value for value in values if value is not None] for values in orders)
        assert falling == sorted(falling, reverse=True) == rising[::-1]
    assert get(manager, "stats:workload").context["listing"].order == "-conversations"
    names = [agent.nickname for agent, _cells in table(get(manager, "stats:workload", sort="name"))]
    assert names == sorted(names)


def test_every_number_of_the_workload_leads_to_its_conversations(stage: Stage, manager: Client) -> None:
    answer = get(manager, "stats:workload")
    with stage.company.within():
        work = {each.agent: each.sums for each in report_queries.by_agent(Selection(Days(SUNDAY, date(2026, 4, 2))))}
    for agent, numbers in table(answer):
        sums = work[agent]
        wanted = [sums.conversations] * 4 + [sums.first_responses, sums.handover_responses]
        for number, count in zip(numbers, wanted, strict=True):
            assert manager.get(number.href).context["listing"].total == count
    total = totals(answer)
    assert manager.get(total[0].href).context["listing"].total == int(total[0].text) == 4
    assert sum(sums.conversations for sums in work.values()) > 4


def test_a_deleted_agent_keeps_the_name(stage: Stage, manager: Client) -> None:
    with stage.company.within():
        Agent.objects.filter(pk=stage.agents[1].pk).update(deleted_at=timezone.now(), is_active=False)
    text = get(manager, "stats:workload", lang="en").content.decode()
    assert re.search(r"dave.*?Deleted", text, re.DOTALL)


def test_the_number_of_queries_does_not_depend_on_the_number_of_agents(stage: Stage, cast: Cast) -> None:
    client = signed_in(cast.alice)

    def asked(name: str) -> int:
        get(client, name)
        with CaptureQueriesContext(connection) as asked:
            get(client, name)
        return len(asked)

    few = asked("stats:workload"), asked("stats:overview")
    for number in range(8):
        agent = cast.shop.hire(f"20{number}", f"agent {number}", status="busy")
        with cast.shop.within():
            agent = Agent.objects.select_related("role").get(pk=agent.pk)
        stage.agents[0] = agent
        stage.customers[0] = cast.shop.welcome(f"customer {number}")
        stage.play([("open", 0, 0, 0), ("ask", 0, 0, 0), ("accept", 0, 0, 0), ("answer", 0, 0, 9)], lambda: None)
    with stage.company.within():
        counting.count_events()
    assert (asked("stats:workload"), asked("stats:overview")) == few
    assert len(table(get(client, "stats:workload"))) == 11, "three and eight, all of them agents"


# --- the Excel file ---------------------------------------------------------------------------------------------------


def export(client: Client, **words: str) -> tuple[Any, Any]:
    """The answer and the workbook."""
    answer: Any = client.post(reverse("stats:workload_export", query={**DAYS, **words}))
    assert answer.status_code == 200
    return answer, openpyxl.load_workbook(io.BytesIO(answer.getvalue()))


def test_the_file_has_the_promised_name_and_is_a_stream(stage: Stage, manager: Client) -> None:
    with clock.frozen_at(datetime(2026, 4, 1, 17, tzinfo=UTC)):
        answer, _book = export(manager)
    assert answer.streaming
    assert unquote(answer["Content-Disposition"]) == "attachment; filename*=utf-8''企微客服工作量_20260402.xlsx"


def test_the_file_has_the_rows_of_the_page_in_their_order_and_the_total(stage: Stage, manager: Client) -> None:
    words = {"sort": "first_response", "channel": stage.channels[0].public_id}
    page = get(manager, "stats:workload", **words)
    _answer, book = export(manager, **words)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert [row[0] for row in rows[1:-1]] == [agent.nickname for agent, _cells in table(page)]
    assert [row[1] for row in rows[1:-1]] == [agent.number for agent, _cells in table(page)]
    assert [str(row[3]) for row in rows[1:]] == [
        *(cells[0].text for _agent, cells in table(page)),
        totals(page)[0].text,
    ]


def test_the_file_has_real_durations_shares_and_numbers(stage: Stage, manager: Client) -> None:
    _answer, book = export(manager, sort="-first_response")
    cells = list(book.worksheets[0].iter_rows())[1]
    shown = [cell.number_format for cell in cells if cell.value is not None]
    assert shown == ["@", "@", "0", "0", "0", "0.0%", "[h]:mm:ss", "[h]:mm:ss"]
    assert isinstance(cells[7].value, timedelta)
    assert not cells[7].value.microseconds, "as the page says it"
    assert isinstance(cells[3].value, int)


def test_the_second_sheet_says_what_was_asked_and_what_it_means(stage: Stage, manager: Client) -> None:
    _answer, book = export(manager, lang="en", agent=stage.agents[0].public_id)
    words = {str(row[0]): row[1] for row in book.worksheets[1].iter_rows(values_only=True) if row[0]}
    assert (words["From"].date(), words["To"].date()) == (SUNDAY, date(2026, 4, 2))
    assert isinstance(words["Exported"], datetime)
    assert words["Agent"] == "bob (1001)"
    assert words["Channel"] == "All"
    assert words["Time zone"] == "Asia/Shanghai"
    text = str([list(row) for row in book.worksheets[1].iter_rows(values_only=True)])
    assert "A transferred one counts for each of its agents" in text
    assert "Private notes are no reply" in text


def test_a_nickname_is_never_a_formula(stage: Stage, manager: Client) -> None:
    evil = '=HYPERLINK("http://evil")'
    with stage.company.within():
        Agent.objects.filter(pk=stage.agents[0].pk).update(nickname=evil)
    _answer, book = export(manager)
    cell = next(row[0] for row in book.worksheets[0].iter_rows() if row[0].value == evil)
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_an_export_stands_in_the_audit_log(stage: Stage, manager: Client) -> None:
    export(manager, lang="en", agent=stage.agents[0].public_id)
    with stage.company.within():
        entry = AuditEntry.objects.get(action="report.exported")
        assert entry.actor_name == "anna"
        assert entry.after["agent"] == "bob (1001)"
        assert entry.after["from"] == "2026-03-29"


# --- who may ----------------------------------------------------------------------------------------------------------


def test_reading_and_taking_away_are_two_rights(stage: Stage, cast: Cast) -> None:
    for name in ("stats:overview", "stats:workload", "stats:workload_export"):
        assert signed_in(cast.bob).get(reverse(name)).status_code == 403
        assert Client().get(reverse(name)).status_code == 302
    with cast.shop.within():
        Role.objects.create(code="reader", name="reader", permissions=[Permission.REPORTS])
    reader = signed_in(cast.shop.hire("1011", "rita", role="reader"))
    answer = get(reader, "stats:workload")
    assert reverse("stats:workload_export") not in answer.content.decode()
    assert links(answer) == {}, "who may not see all conversations gets no links to them"
    assert reader.post(reverse("stats:workload_export")).status_code == 403
    with cast.shop.within():
        Role.objects.create(code="taker", name="taker", permissions=[Permission.EXPORT])
    assert (
        signed_in(cast.shop.hire("1012", "tom", role="taker")).post(reverse("stats:workload_export")).status_code == 403
    )


def test_another_company_sees_nothing_of_it(stage: Stage, cast: Cast) -> None:
    stranger = signed_in(cast.other.hire("9", "oscar", role="owner"))
    words = {"agent": stage.agents[0].public_id, "channel": stage.channels[0].public_id}
    for more in ({}, words):
        assert [tile.text for tile in get(stranger, "stats:overview", **more).context["tiles"]][:4] == ["0"] * 4
        shown = table(get(stranger, "stats:workload", **more))
        assert {(agent.nickname, cells[0].text) for agent, cells in shown} <= {("mallory", "0")}
