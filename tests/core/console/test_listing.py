"""Lists: what stands in the address, and what comes of it whatever stands there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django import forms
from django.db.models import F, QuerySet
from django.test import RequestFactory

from accounts.models import Agent
from core.console.filters import FilterForm, SearchFilter
from core.console.listing import Listing, in_order
from tests.cast import Cast


class AgentFilter(FilterForm):
    """A word, a status, a kind that has a usual value."""

    q = forms.CharField(required=False, max_length=20)
    status = forms.ChoiceField(required=False, choices=[("", "all"), ("online", "online"), ("busy", "busy")])
    cap = forms.IntegerField(required=False)
    active = forms.ChoiceField(required=False, choices=[("yes", "yes"), ("no", "no"), ("", "both")], initial="yes")

    def narrow(self, rows: QuerySet[Agent]) -> QuerySet[Agent]:
        """By all of them."""
        if word := self.value("q"):
            rows = rows.filter(nickname__contains=word)
        if status := self.value("status"):
            rows = rows.filter(status=status)
        if cap := self.value("cap"):
            rows = rows.filter(max_concurrent=cap)
        return rows.filter(is_active=self.value("active") == "yes") if self.value("active") else rows


class WordFilter(FilterForm):
    """Words in a number or a name."""

    q = SearchFilter("number", "nickname")


SORTS: dict[str, tuple[Any, ...]] = {
    "name": ("nickname",),
    "cap": ("-max_concurrent", "nickname"),
    "seen": (F("seen_at").asc(nulls_last=True),),
}


def listing(address: str, rows: Any = None) -> Listing[Agent]:
    """The list at an address."""
    request = RequestFactory().get(f"/agents/{address}")
    found = Agent.objects.select_related("role") if rows is None else rows
    return Listing(request, rows=found, filters=AgentFilter, sorts=SORTS, default="name", per_page=20)


@pytest.fixture
def team(cast: Cast) -> Any:
    """61 agents of 8001: alice, bob, c00 … c58."""
    with cast.shop.within():
        role = cast.bob.role
        Agent.objects.bulk_create(
            Agent(tenant=cast.shop.tenant, number=f"2{n:03d}", nickname=f"c{n:02d}", role=role, max_concurrent=n % 3)
            for n in range(59)
        )
        yield


def names(page: Listing[Agent]) -> list[str]:
    """Who is on the page."""
    return [agent.nickname for agent in page.page]


@pytest.mark.usefixtures("team")
class TestAddresses:
    """What an address gives."""

    def test_the_first_page_is_in_the_usual_order(self) -> None:
        found = listing("")
        assert names(found)[:3] == ["alice", "bob", "c00"]
        assert (found.total, len(found.page), found.page.paginator.num_pages) == (61, 20, 4)
        assert found.query() == "?"

    def test_filter_sort_and_page_come_from_the_address(self) -> None:
        found = listing("?q=c&sort=-name&page=2")
        assert names(found)[0] == "c38"
        assert found.filtered
        assert found.query() == "?q=c&sort=-name&page=2"

    def test_what_leads_elsewhere_begins_at_the_first_page(self) -> None:
        found = listing("?q=c&sort=-name&page=2")
        assert found.query(status="busy") == "?q=c&sort=-name&status=busy"
        assert found.query(page=3) == "?q=c&sort=-name&page=3"
        assert found.query(page=1) == "?q=c&sort=-name"
        assert found.query(q=None) == found.query(q="") == "?sort=-name"

    def test_a_head_sorts_and_then_turns(self) -> None:
        assert listing("").sorted_by("cap") == "?sort=cap"
        assert listing("?sort=cap").sorted_by("cap") == "?sort=-cap"
        assert listing("?sort=-name").sorted_by("name") == "?"
        first, last = names(listing("?sort=cap"))[0], names(listing("?sort=-cap"))[0]
        assert (first, last) == ("alice", "c57")

    def test_empty_values_stay_last_both_ways(self, cast: Cast) -> None:
        cast.shop.status(cast.bob, "online")
        assert names(listing("?sort=seen"))[0] == names(listing("?sort=-seen"))[0] == "bob"

    def test_empty_values_are_left_out_of_addresses_unless_they_mean_something(self) -> None:
        assert listing("?q=&status=&cap=&active=yes&sort=name&per=20&page=1").query() == "?"
        assert listing("?active=").query() == "?active="

    def test_pages_of_another_size(self) -> None:
        found = listing("?per=50")
        assert len(found.page) == 50
        assert dict(found.per_page_links)[100] == "?per=100"
        assert dict(found.per_page_links)[20] == "?"
        assert found.kept == [("per", "50")]


@pytest.mark.usefixtures("team")
class TestNonsense:
    """The list comes, whatever the address says."""

    @pytest.mark.parametrize(
        "address",
        [
            "?page=0", "?page=-1", "?page=x", "?page=²", "?page=１", "?page=" + "9" * 5000, "?page=%00", "?per=0",
            "?per=99999999", "?per=x", "?sort=password", "?sort=--name", "?sort=%00", "?sort=",
            "?q[]=1", "?page[]=1&&&=", "?%ff=%ff",
        ],
    )  # fmt: skip
    def test_what_is_not_valid_counts_as_not_given(self, address: str) -> None:
        found = listing(address)
        assert (names(found)[0], found.total, found.query()) == ("alice", 61, "?")

    @pytest.mark.parametrize("address", ["?status=nobody", "?q=%00", "?q=" + "x" * 1000, "?cap=x", "?active=perhaps"])
    def test_what_is_asked_for_and_is_not_there_matches_nothing(self, address: str) -> None:
        found = listing(address)
        assert (names(found), found.total, found.query(), found.filtered) == ([], 0, "?", True)
        assert found.form.errors

    def test_numbers_larger_than_the_column_find_nobody(self) -> None:
        assert listing("?cap=99999999999999999999").total == 0

    def test_a_page_beyond_the_last_is_the_last(self) -> None:
        found = listing("?page=999")
        assert found.page.number == 4
        assert found.query() == "?page=4"

    def test_an_empty_list_has_one_page(self) -> None:
        found = listing("?q=nobody")
        assert (found.total, names(found), found.numbers) == (0, [], [1])


@pytest.mark.usefixtures("team")
class TestDepth:
    """Long lists."""

    def test_pages_reach_so_many_rows_and_say_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert listing("").reached is None
        monkeypatch.setattr("core.console.listing.MAX_ROWS", 30)
        found = listing("?page=4")
        assert (found.page.number, found.page.paginator.num_pages, found.total, found.reached) == (2, 2, 61, 30)
        assert (found.page.start_index(), found.page.end_index(), found.page.has_next()) == (21, 40, False)

    def test_so_many_rows_are_counted_and_of_others_it_is_known_that_there_are_more(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.console.listing.MAX_COUNTED", 60)
        found = listing("?page=4")
        assert (found.total, found.has_uncounted, found.exact_total) == (60, True, 61)
        assert (found.page.number, found.page.start_index(), found.page.end_index()) == (4, 61, 61)
        monkeypatch.setattr("core.console.listing.MAX_COUNTED", 61)
        assert (listing("").total, listing("").has_uncounted) == (61, False)

    def test_what_a_page_shows_is_asked_for_its_rows_alone_and_for_those_of_a_file(
        self, django_assert_num_queries: Any
    ) -> None:
        asked: list[int] = []

        def by_key(keys: Sequence[int]) -> list[Any]:
            asked.append(len(keys))
            shown = Agent.objects.select_related("role").annotate(twice=F("max_concurrent") * 2).in_bulk(list(keys))
            return [shown[key] for key in keys]

        request = RequestFactory().get("/agents/?page=2&sort=-name&q=c")
        rows = Agent.objects.filter(max_concurrent__lt=2)
        order: dict[str, Any] = {"filters": AgentFilter, "sorts": SORTS, "default": "name", "per_page": 20}
        plain = Listing[Agent](request, rows=rows, **order)
        wanted = [(agent.nickname, agent.max_concurrent * 2) for agent in plain.rows[20:40]]
        found = Listing[Agent](request, rows=rows, by_key=by_key, **order)
        with django_assert_num_queries(3) as captured:
            shown: Any = list(found.page)
            assert [(agent.nickname, agent.twice) for agent in shown] == wanted
            assert found.page[0].role.name
        keys = captured.captured_queries[1]["sql"]
        assert "LIMIT 20 OFFSET 20" in keys
        assert "JOIN" not in keys
        everything = [agent.nickname for agent in found.every_row]
        assert names(found) == everything[20:40] == sorted(everything, reverse=True)[20:40]
        assert asked == [20, found.total]


class EntryFilter(FilterForm):
    """A range of days, words, two choices."""

    days_between = ("since", "until")
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, initial=date(2026, 5, 1))
    q = forms.CharField(required=False)
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "all"), ("Group", [("a", "Letter A")])])
    seen = forms.BooleanField(required=False, label="Seen")


def entries(address: str) -> Listing[Any]:
    """A list without rows."""
    return Listing(
        RequestFactory().get(f"/entries/{address}"), rows=(), filters=EntryFilter, sorts={"n": ("n",)}, default="n"
    )


def test_a_range_that_ends_before_it_begins_is_told_at_its_end() -> None:
    form = entries("?since=2026-03-10&until=2026-03-09").form
    assert {name: list(map(str, errors)) for name, errors in form.errors.items()}.keys() == {"until"}
    assert (form.value("since"), form.value("until")) == (date(2026, 3, 10), date(2026, 5, 1))
    assert not entries("?since=2026-03-10&until=2026-03-10").form.errors
    assert entries("?since=2026-06-10").form.errors.keys() == {"until"}


def test_a_choice_that_is_gone_is_told_in_our_own_words() -> None:
    assert entries("?kind=b").form.errors == {"kind": ["所选的选项已不存在。"]}


def test_everything_that_narrows_is_a_chip_with_the_address_without_it() -> None:
    found = entries("?kind=a&seen=on&q=word&page=3&sort=-n&since=2026-03-10")
    assert (found.form.folded, found.form.first_folded) == (["kind", "seen"], "kind")
    assert found.form.folded_in_effect == ["kind", "seen"]
    assert found.chips == [
        ("日期", "2026-03-10 – 2026-05-01", "?q=word&kind=a&seen=on&sort=-n", ""),
        ("Q", "word", "?since=2026-03-10&kind=a&seen=on&sort=-n", "q"),
        ("Kind", "Letter A", "?since=2026-03-10&q=word&seen=on&sort=-n", "kind"),
        ("Seen", "", "?since=2026-03-10&q=word&kind=a&sort=-n", "seen"),
    ]
    assert entries("").chips == []
    assert entries("?until=2026-05-01&kind=b&since=x").chips == []
    assert entries("?until=").chips == [("日期", "全部时间", "?", "")]


def test_sizes_of_pages_are_offered_above_the_smallest() -> None:
    def offers(rows: int) -> bool:
        request = RequestFactory().get("/numbers/?per=200")
        return Listing(request, rows=[{"n": n} for n in range(rows)], sorts={"n": ("n",)}, default="n").offers_sizes

    assert [offers(rows) for rows in (0, 20, 21)] == [False, False, True]


def test_two_queries_however_many_rows(team: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        found = listing("?per=50&page=2")
        assert len([agent.role.name for agent in found.page]) == 11
        assert (found.total, len(found.numbers), found.filtered) == (61, 2, False)


def test_computed_rows_sort_with_empty_values_last() -> None:
    rows = [{"name": "a", "n": 2}, {"name": "b", "n": None}, {"name": "c", "n": 3}, {"name": "d", "n": 2}]
    assert [row["name"] for row in in_order(rows, ("n", "name"), descending=False)] == ["a", "d", "c", "b"]
    assert [row["name"] for row in in_order(rows, ("-n", "name"), descending=False)] == ["c", "a", "d", "b"]
    assert [row["name"] for row in in_order(rows, ("n", "name"), descending=True)] == ["c", "d", "a", "b"]


def test_the_fragment_alone_goes_to_htmx_only(client: Any, house: None) -> None:
    def get(**headers: str) -> Any:
        return client.get(
            "/styleguide?q=00&status=&sort=-load",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    whole, alone = get(), get(HX_Request="true")
    restored = get(HX_Request="true", HX_History_Restore_Request="true")
    assert whole.content.lstrip().startswith(b"<!doctype html>")
    assert restored.content.lstrip().startswith(b"<!doctype html>")
    assert alone.content.lstrip().startswith(b'<div class="list" id="list">')
    assert alone["HX-Push-Url"] == "/styleguide?q=00&sort=-load"
    for answer in (whole, alone, restored):
        assert {"HX-Request", "HX-History-Restore-Request"} <= {name.strip() for name in answer["Vary"].split(",")}
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("c58", "c58"),
        ("２０５８", "c58"),
        ("ｃ５８", "c58"),
        ("2058\u200b", "c58"),
        ("Ｄａｎａ", "Ｄａｎａ"),
        ("\u200b", ""),
    ],
)
def test_words_are_found_as_typed_and_as_meant(team: Any, cast: Cast, typed: str, found: str) -> None:
    Agent.objects.filter(number="2000").update(nickname="Ｄａｎａ")
    request = RequestFactory().get("/agents/", {"q": typed})
    shown: Listing[Agent] = Listing(request, rows=Agent.objects.all(), filters=WordFilter, sorts=SORTS, default="name")
    assert [agent.nickname for agent in shown.rows] == ([found] if found else [])
