"""The team's pages as a browser gets them: lists in the address, forms, and who may open what."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from accounts.agents.actions import AgentInput, OwnAccount, _record, audited_values, change_agent, reset_password
from accounts.audit import record as audit
from accounts.models import Agent, AuditEntry, Group, Membership
from core.tenancy.scope import tenant_scope
from tests.accounts.sign_in.test_sign_in import is_in
from tests.cast import PASSWORD, Cast
from tests.sockets import signed_in


@pytest.fixture
def sue(cast: Cast) -> Agent:
    """A supervisor."""
    return cast.shop.hire("1900", "sue", role="supervisor")


@pytest.fixture
def browser_of_sue(sue: Agent) -> Client:
    """Her browser, in English."""
    client = signed_in(sue)
    client.cookies["kefu_language"] = "en"
    return client


def text(answer: Any) -> str:
    """The page."""
    page: str = answer.content.decode()
    return page


def names(answer: Any) -> list[str]:
    """The nicknames of a list, in order."""
    return [row.nickname for row in answer.context["listing"].page]


def form_of(agent: Agent, **changes: Any) -> dict[str, Any]:
    """What the form of an agent sends when nothing was touched."""
    with_groups = {
        f"{prefix}{row.group.public_id}": value
        for row in agent.memberships.select_related("group")
        for prefix, value in (("in_", "on"), ("weight_", row.weight))
    }
    return {
        "version": agent.version, "number": agent.number, "nickname": agent.nickname, "email": agent.email,
        "role": agent.role.code, "cap": "", **with_groups, **changes,
    }  # fmt: skip


def new_form(**changes: Any) -> dict[str, Any]:
    """What the form of somebody new sends."""
    return {"number": "1002", "nickname": "dave", "role": "agent", "password": PASSWORD, **changes}


def test_the_list_is_narrowed_sorted_and_paged_by_its_address(cast: Cast, browser_of_sue: Client) -> None:
    for number in range(30):
        cast.shop.hire(f"3{number:03d}", f"agent {number:02d}", role="analyst" if number % 2 else "agent")
    with cast.shop.within():
        Membership.objects.filter(agent__number="3000").delete()

    def get(query: str) -> Any:
        return browser_of_sue.get(f"/console/agents/{query}")

    assert names(get(""))[:3] == ["alice", "bob", "sue"]
    assert names(get("?sort=-nickname&per=20"))[0] == "sue"
    assert len(names(get("?per=20&page=2"))) == 13
    assert names(get("?q=3001")) == ["agent 01"]
    assert names(get("?role=supervisor")) == ["sue"]
    assert names(get("?group=none")) == ["agent 00"]
    assert len(names(get(f"?group={cast.shop.group.public_id}"))) == 32
    assert names(get("?enabled=no")) == []
    assert "Nothing matches the filter" in text(get("?enabled=no"))
    assert names(get("?sort=nonsense&page=x"))[0] == "alice"
    assert names(get("?group=nonsense")) == [], "nobody is in a group that is gone"
    assert "Nothing matches the filter" in text(get("?group=nonsense"))
    assert names(get("?q=mallory")) == []


@pytest.mark.parametrize("sort", ["number", "nickname", "email", "role", "groups", "status", "load", "enabled"])
def test_each_column_sorts_both_ways(cast: Cast, browser_of_sue: Client, sort: str) -> None:
    cast.shop.held(cast.carol, cast.bob)
    there = names(browser_of_sue.get(f"/console/agents/?sort={sort}"))
    back = names(browser_of_sue.get(f"/console/agents/?sort=-{sort}"))
    assert sorted(there) == sorted(back) == ["alice", "bob", "sue"]
    if sort == "load":
        assert (there[-1], back[0]) == ("bob", "bob")


@pytest.mark.parametrize("address", ["/console/agents/?per=200", "/console/groups/", "/console/audit/?per=200"])
def test_a_list_asks_as_often_for_200_agents_as_for_20(cast: Cast, browser_of_sue: Client, address: str) -> None:
    def grow(numbers: range) -> int:
        for number in numbers:
            hired = cast.shop.hire(f"4{number:03d}", f"agent {number}")
            with cast.shop.within():
                _record(cast.alice.actor(), "agent.added", hired, {}, audited_values(hired))
        with CaptureQueriesContext(connection) as seen:
            assert browser_of_sue.get(address).status_code == 200
        return len(seen)

    grow(range(2))
    assert grow(range(2, 20)) == grow(range(20, 200))


def test_htmx_gets_the_list_alone(browser_of_sue: Client) -> None:
    answer = browser_of_sue.get("/console/agents/?q=bob", headers={"HX-Request": "true"})
    assert text(answer).lstrip().startswith('<div class="list"')
    assert answer["HX-Push-Url"] == "/console/agents/?q=bob"


def test_the_ticked_are_disabled_and_the_list_stays_as_it_was(cast: Cast, browser_of_sue: Client, sue: Agent) -> None:
    back = "/console/agents/?status=offline&sort=-number"
    rows = [cast.bob.public_id, sue.public_id, cast.alice.public_id, cast.mallory.public_id]
    answer = browser_of_sue.post("/console/agents/bulk/", {"do": "disable", "rows": rows, "next": back, "sure": "1"})
    assert (answer.status_code, answer["Location"]) == (303, back)
    shown = text(browser_of_sue.get(back))
    assert "bob cannot sign in any more." in shown
    assert "sue: You cannot do this to your own account." in shown
    assert "alice: This role may do more than your own." in shown
    with cast.shop.within():
        assert sorted(Agent.objects.filter(is_active=True).values_list("nickname", flat=True)) == ["alice", "sue"]
    with cast.other.within():
        assert Agent.objects.get().is_active
    browser_of_sue.post("/console/agents/bulk/", {"do": "enable", "rows": rows, "next": "//evil.example"})
    with cast.shop.within():
        assert Agent.objects.get(pk=cast.bob.pk).is_active


def menu_of(page: str, public_id: str) -> list[str]:
    """What the list offers to do with an agent, in words."""
    row = next(each for each in page.split("<tr>") if f"/console/agents/{public_id}/" in each)
    return re.findall(r"</svg>([^<]+)</(?:a|button)>", row.split('class="popup"')[1]) if "popup" in row else []


def test_the_menu_of_an_agent_offers_what_the_page_can_do(cast: Cast, browser_of_sue: Client, sue: Agent) -> None:
    back = "/console/agents/?sort=-number"

    def menus() -> list[list[str]]:
        page = text(browser_of_sue.get(back))
        return [menu_of(page, agent.public_id) for agent in (cast.bob, sue, cast.alice)]

    assert menus() == [["Reset password", "Disable", "Delete"], ["Change password"], []]
    forms = re.findall(r"<form[^>]*>.*?</form>", text(browser_of_sue.get(back)), re.S)
    (form,) = (each for each in forms if f'name="rows" value="{cast.bob.public_id}"' in each)
    sent = dict(re.findall(r'name="(rows|next|do)" value="([^"]*)"', form))
    assert sent == {"rows": cast.bob.public_id, "next": back, "do": "disable"}
    asked = browser_of_sue.post("/console/agents/bulk/", sent, headers={"HX-Request": "true"})
    assert "Disable bob?" in text(asked)
    browser_of_sue.post("/console/agents/bulk/", {**sent, "sure": "1"})
    assert menus()[0] == ["Reset password", "Enable", "Delete"]
    answer = browser_of_sue.post("/console/agents/bulk/", {**sent, "do": "enable"})
    assert (answer.status_code, answer["Location"]) == (303, back)
    assert menus()[0] == ["Reset password", "Disable", "Delete"]


def test_the_export_has_the_rows_of_the_filter_and_is_recorded(cast: Cast, browser_of_sue: Client) -> None:
    cast.shop.hire("5000", "=1+1")
    answer: Any = browser_of_sue.post("/console/agents/export/?q=1&sort=-number")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet = book["Agents"]
    assert [cell.value for cell in sheet["B"]] == ["Nickname", "=1+1", "sue", "bob", "alice"]
    assert sheet["B2"].data_type == "s"
    assert [cell.value for cell in book.worksheets[1]["B"]][1] == "1"
    with cast.shop.within():
        entry = AuditEntry.objects.get(action="team.exported")
        assert entry.after == {"rows": 4, "filter": {"Search": "1"}}
        assert entry.address == "127.0.0.1"


def test_somebody_new_is_made_and_told(cast: Cast, browser_of_sue: Client) -> None:
    group = cast.shop.group.public_id
    sent = new_form(**{f"in_{group}": "on", f"weight_{group}": "90", "cap": "3"})
    answer = browser_of_sue.post("/console/agents/new/", sent)
    assert answer.status_code == 303
    assert "dave can sign in as 1002@8001 now." in text(browser_of_sue.get("/console/agents/"))
    with cast.shop.within():
        dave = Agent.objects.get(number="1002")
        assert (dave.max_concurrent, dave.memberships.get().weight) == (3, 90)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"number": ""}, "number", "Please enter: Number."),
        ({"number": "1001"}, "number", "already taken"),
        ({"number": "x" * 21}, "number", "20"),
        ({"number": "10 02"}, "number", "digits only"),
        ({"nickname": "n" * 31}, "nickname", "30"),
        ({"nickname": ""}, "nickname", "Please enter: Nickname."),
        ({"email": "nobody"}, "email", "such as li@example.com"),
        ({"role": "owner"}, "role", "one of what is offered"),
        ({"role": "nonsense"}, "role", "one of what is offered"),
        ({"cap": "501"}, "cap", "500"),
        ({"cap": "many"}, "cap", "whole number"),
        ({"password": "short"}, "password", "too short"),
        ({"password": ""}, "password", "Please enter: Password."),
        ({"weight": "101"}, "weight", "100"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_the_rest_is_kept(
    cast: Cast, browser_of_sue: Client, changes: dict[str, Any], field: str, says: str
) -> None:
    name = f"weight_{cast.shop.group.public_id}" if field == "weight" else field
    sent = new_form(nickname="somebody", **{f"in_{cast.shop.group.public_id}": "on"})
    sent |= {name: changes[field]}
    answer: Any = browser_of_sue.post("/console/agents/new/", sent)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [name]
    page = text(answer)
    assert says in page.split(f'id="id_{name}_error"')[1].split("</p>")[0]
    if field != "nickname":
        assert 'value="somebody"' in page
    assert PASSWORD not in page, "a password is never sent back"
    with cast.shop.within():
        assert Agent.objects.count() == 3


def test_who_saves_last_is_told_what_changed_and_saves_on_top(cast: Cast, browser_of_sue: Client) -> None:
    with cast.shop.within():
        mine = form_of(cast.bob, nickname="Robert")
        values = AgentInput("1001", "Bobby", "agent", "bob@a.example", {cast.shop.group.public_id: 50})
        change_agent(actor=cast.alice.actor(), agent=cast.bob.public_id, version=1, values=values)
    address = f"/console/agents/{cast.bob.public_id}/"
    answer: Any = browser_of_sue.post(address, mine)
    assert answer.status_code == 409
    assert answer.context["stale"].who == "alice"
    assert answer.context["stale"].changes == [("Nickname", "Bobby", "Robert"), ("E-mail", "bob@a.example", "–")]
    page = text(answer)
    assert 'value="Robert"' in page
    assert 'name="version" value="2"' in page
    assert browser_of_sue.post(address, mine | {"version": "2"}).status_code == 303
    with cast.shop.within():
        assert Agent.objects.get(pk=cast.bob.pk).nickname == "Robert"


def test_an_owner_is_shown_to_a_supervisor_but_not_to_be_changed(cast: Cast, browser_of_sue: Client) -> None:
    address = f"/console/agents/{cast.alice.public_id}/"
    page = text(browser_of_sue.get(address))
    assert "may do more than your own" in page
    assert 'name="nickname"' not in page
    with cast.shop.within():
        assert browser_of_sue.post(address, form_of(cast.alice, nickname="x")).status_code == 200
        assert Agent.objects.get(pk=cast.alice.pk).nickname == "alice"
    sent = {"password": "quite another word"}
    assert browser_of_sue.post(f"{address}password/", sent).status_code == 422
    assert browser_of_sue.post(f"{address}delete/").status_code == 303
    for question in ("password/", "delete/"):
        assert browser_of_sue.get(address + question).status_code == 403
    with cast.shop.within():
        assert Agent.objects.get(pk=cast.alice.pk).check_password(PASSWORD)
        assert Agent.objects.get(pk=cast.alice.pk).deleted_at is None


def test_an_owners_groups_are_not_the_supervisors_to_change(cast: Cast, browser_of_sue: Client) -> None:
    address = f"/console/groups/{cast.shop.group.public_id}/members/"
    rows = [cast.alice.public_id, cast.bob.public_id]
    with cast.shop.within():
        before = list(Membership.objects.order_by("pk").values("agent", "weight"))
    for payload in ({"do": "remove"}, {"do": "put", "weight": "7"}):
        answer = browser_of_sue.post(f"{address}bulk/", {"rows": rows, **payload}, follow=True)
        assert "may do more than your own" in text(answer)
    with cast.shop.within():
        assert list(Membership.objects.order_by("pk").values("agent", "weight")) == before


def test_nobody_gets_a_new_password_of_their_own_without_the_old_one(sue: Agent, browser_of_sue: Client) -> None:
    address = f"/console/agents/{sue.public_id}/"
    assert 'href="/password/"' in text(browser_of_sue.get(address))
    for answer in (
        browser_of_sue.get(f"{address}password/"),
        browser_of_sue.post(f"{address}password/", {"password": "quite another word"}),
    ):
        assert (answer.status_code, answer["Location"]) == (302, "/password/")
    assert is_in(signed_in(sue))
    with tenant_scope(sue.tenant_id):
        assert Agent.objects.get(pk=sue.pk).check_password(PASSWORD)
        with pytest.raises(OwnAccount):
            reset_password(actor=sue.actor(), agent=sue.public_id, password="quite another word")


def test_a_colleagues_new_password_ends_all_their_sessions(cast: Cast, browser_of_sue: Client) -> None:
    address, hers = f"/console/agents/{cast.bob.public_id}/password/", signed_in(cast.bob)
    assert "Every browser in which the agent is signed in" in text(browser_of_sue.get(address))
    assert browser_of_sue.post(address, {"password": "quite another word"}).status_code == 303
    assert hers.get("/api/desk/state").status_code == 401
    assert browser_of_sue.get("/console/agents/").status_code == 200


def test_an_agent_may_open_none_of_it_by_hand(cast: Cast) -> None:
    client = signed_in(cast.bob)
    for address in ("agents/", "agents/new/", "groups/", "audit/", f"agents/{cast.bob.public_id}/", "agents/export/"):
        assert client.get(f"/console/{address}").status_code == 403
        assert client.post(f"/console/{address}", new_form()).status_code == 403
    with cast.shop.within():
        assert not AuditEntry.objects.exists()


def test_the_question_before_deleting_opens_in_the_dialog_and_its_answer_deletes(
    cast: Cast, browser_of_sue: Client
) -> None:
    address = f"/console/agents/{cast.bob.public_id}/delete/"
    assert "Delete bob?" in text(browser_of_sue.get(address, headers={"HX-Request": "true"}))
    assert browser_of_sue.post(address).status_code == 303
    assert browser_of_sue.get(address).status_code == 404


@pytest.mark.parametrize("rows", [["\x00"], ["' or 1=1"], ["x" * 5000], []])
def test_what_is_no_row_changes_nobody(cast: Cast, browser_of_sue: Client, rows: list[str]) -> None:
    members = f"/console/groups/{cast.shop.group.public_id}/members/bulk/"
    for address, do in (("/console/agents/bulk/", "disable"), (members, "remove")):
        assert browser_of_sue.post(address, {"do": do, "rows": rows}).status_code == 303
    assert browser_of_sue.get("/console/agents/bulk/").status_code == 302
    with cast.shop.within():
        assert not AuditEntry.objects.exists()


def test_a_long_list_can_be_ticked_as_a_whole(cast: Cast, browser_of_sue: Client) -> None:
    rows = [cast.shop.hire(f"6{number:03d}", f"agent {number}").public_id for number in range(200)]
    answer = browser_of_sue.post("/console/agents/bulk/", {"do": "disable", "rows": rows, "sure": "1"})
    assert answer.status_code == 303
    assert "200 agents disabled." in text(browser_of_sue.get("/console/agents/"))


# --- groups -----------------------------------------------------------------------------------------------------------


def test_a_group_is_made_filled_changed_and_deleted(cast: Cast, browser_of_sue: Client) -> None:
    answer = browser_of_sue.post("/console/groups/new/", {"name": "VIP", "sort": "5"})
    with cast.shop.within():
        vip = Group.objects.get(name="VIP")
    members = f"/console/groups/{vip.public_id}/members/"
    assert (answer.status_code, answer["Location"]) == (303, members)
    assert names(browser_of_sue.get(f"{members}new/")) == ["alice", "bob", "sue"]
    sent = {"do": "put", "weight": "70", "rows": [cast.bob.public_id], "next": members}
    assert browser_of_sue.post(f"{members}bulk/", sent)["Location"] == members
    assert "1 agent is in VIP with skill weight 70 now." in text(browser_of_sue.get(members))
    assert names(browser_of_sue.get(f"{members}new/")) == ["alice", "sue"]
    browser_of_sue.post(f"{members}bulk/", sent | {"weight": "101"})
    with cast.shop.within():
        assert Membership.objects.get(group=vip).weight == 70
    browser_of_sue.post(f"{members}bulk/", {"do": "remove", "rows": [cast.bob.public_id]})
    assert browser_of_sue.post(f"/console/groups/{vip.public_id}/delete/").status_code == 303
    with cast.shop.within():
        assert [group.name for group in Group.objects.all()] == ["客服组"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 31}, "name"),
        ({"name": "客服组"}, "name"),
        ({"sort": "many"}, "sort"),
        ({"sort": "99999999999"}, "sort"),
        ({"sort": ""}, "sort"),
    ],
)
def test_a_bad_group_is_told_beside_its_field(
    cast: Cast, browser_of_sue: Client, changes: dict[str, str], field: str
) -> None:
    answer: Any = browser_of_sue.post("/console/groups/new/", {"name": "VIP", "sort": "5", **changes})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    with cast.shop.within():
        assert Group.objects.count() == 1


def test_a_group_that_is_needed_says_for_what(cast: Cast, browser_of_sue: Client) -> None:
    address = f"/console/groups/{cast.shop.group.public_id}/"
    browser_of_sue.post(f"{address}delete/")
    assert cast.shop.account.name in text(browser_of_sue.get(address))


def test_of_two_who_change_a_group_the_second_is_told(cast: Cast, browser_of_sue: Client) -> None:
    address = f"/console/groups/{cast.shop.group.public_id}/"
    assert browser_of_sue.post(address, {"version": "1", "name": "A", "sort": "1"}).status_code == 303
    answer: Any = browser_of_sue.post(address, {"version": "1", "name": "B", "sort": "0"})
    assert answer.status_code == 409
    assert answer.context["stale"].changes == [("Name", "A", "B"), ("Priority", "1", "0")]
    assert browser_of_sue.post(address, {"version": "2", "name": "B", "sort": "0"}).status_code == 303


# --- the audit log ----------------------------------------------------------------------------------------------------


def objects(answer: Any) -> list[str]:
    """What the entries of a page tell of, as it is called there."""
    return re.findall(r'<th scope="row">\s*(?:<a [^>]*>)?([^<]*)<', text(answer))


def test_the_log_is_read_in_words_and_leads_to_its_objects(cast: Cast, browser_of_sue: Client) -> None:
    browser_of_sue.post("/console/agents/new/", new_form())
    with cast.shop.within():
        dave = Agent.objects.get(number="1002")
    answer = browser_of_sue.get("/console/audit/")
    page = text(answer)
    assert "Agent added" in page
    assert f'href="/console/agents/{dave.public_id}/"' in page
    assert "<ins>dave</ins>" in page
    assert "127.0.0.1" in page
    assert PASSWORD not in page
    browser_of_sue.post(f"/console/agents/{dave.public_id}/delete/")
    assert f'href="/console/agents/{dave.public_id}/"' not in text(browser_of_sue.get("/console/audit/"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?action=group.added", ["VIP"]),
        ("?kind=agent", ["dave (1002)"]),
        ("?who=sue", ["VIP", "dave (1002)"]),
        ("?who=alice", []),
        ("?q=dav", ["dave (1002)"]),
        ("?q=1002", ["dave (1002)"]),
        ("?q=127.0", ["VIP", "dave (1002)"]),
        ("?since=2000-01-01&until=2000-01-02", []),
        ("?since=2000-01-01", ["VIP", "dave (1002)"]),
        ("?since=nonsense", ["VIP", "dave (1002)"]),
        ("?sort=object", ["dave (1002)", "VIP"]),
    ],
)
def test_the_log_is_searched_by_everything(cast: Cast, browser_of_sue: Client, query: str, found: list[str]) -> None:
    browser_of_sue.post("/console/agents/new/", new_form())
    browser_of_sue.post("/console/groups/new/", {"name": "VIP", "sort": "5"})
    answer: Any = browser_of_sue.get(f"/console/audit/{query}")
    assert [entry.object_name for entry in answer.context["listing"].page] == found


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "tomorrow"])
def test_a_day_that_no_calendar_of_ours_has_is_told(cast: Cast, browser_of_sue: Client, day: str) -> None:
    for name in ("since", "until"):
        answer: Any = browser_of_sue.get(f"/console/audit/?{name}={day}")
        assert answer.status_code == 200
        assert name in answer.context["listing"].form.errors
        export: Any = browser_of_sue.post(f"/console/audit/export/?{name}={day}")
        assert b"".join(export.streaming_content).startswith(b"PK")
        export.close()


def test_the_log_is_taken_away_in_words_and_that_is_logged(cast: Cast, browser_of_sue: Client) -> None:
    browser_of_sue.post("/console/agents/new/", new_form())
    answer: Any = browser_of_sue.post("/console/audit/export/")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content)))["Audit log"]
    assert [cell.value for cell in sheet[2]][3:6] == ["Agent added", "Agent", "dave (1002)"]
    assert "Nickname: dave" in sheet["H2"].value
    with cast.shop.within():
        assert AuditEntry.objects.latest("pk").action == "audit.exported"


def test_what_was_taken_away_is_told_in_the_readers_language(cast: Cast, browser_of_sue: Client, sue: Agent) -> None:
    with cast.shop.within(), translation.override("zh-hans"):  # as entries were written before
        audit.record(
            actor=sue.actor(), action="team.exported", kind="team", object_id=None, name="客服",
            before={}, after={"rows": 3},
        )  # fmt: skip
    browser_of_sue.post("/console/audit/export/?lang=zh-hans").close()
    with cast.shop.within():
        assert AuditEntry.objects.get(action="audit.exported").object_name == ""
    answer: Any = browser_of_sue.get("/console/audit/?sort=at")
    assert objects(answer) == ["Agents", "Audit log"]
    chinese: Any = browser_of_sue.get("/console/audit/?sort=at&lang=zh-hans")
    assert objects(chinese) == ["客服", "审计日志"]


def test_a_tick_for_a_group_that_is_not_there_is_told_beside_the_groups(cast: Cast, browser_of_sue: Client) -> None:
    page = f"/console/agents/{cast.bob.public_id}/"
    for stranger in ("A" * 16, cast.other.group.public_id):
        with cast.shop.within():
            sent = form_of(cast.bob, nickname="robert", **{f"in_{stranger}": "on"})
        answer = browser_of_sue.post(page, sent)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["groups"])
        assert 'id="id_groups_error"' in text(answer)
        new = browser_of_sue.post("/console/agents/new/", new_form(**{f"in_{stranger}": "on"}))
        assert (new.status_code, list(new.context["form"].errors)) == (422, ["groups"])
    with cast.shop.within():
        assert Agent.objects.get(pk=cast.bob.pk).nickname == "bob"
        assert not Agent.objects.filter(nickname="dave").exists()
        assert not AuditEntry.objects.exists()
