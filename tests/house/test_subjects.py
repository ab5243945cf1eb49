"""Every subject of the console, driven through its pages as a browser would."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from openpyxl import load_workbook

from accounts.audit import kinds
from accounts.models import AuditEntry, Role
from core.console.subject import Subject, subjects
from tests.cast import Cast
from tests.sockets import signed_in
from tests.subjects import SAMPLES, Sample

HTMX = {"HX-Request": "true"}
ALL = pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.kind)
EDITED = pytest.mark.parametrize(
    "subject", [each for each in subjects() if each.new_page], ids=lambda subject: subject.kind
)
EXPORTED = pytest.mark.parametrize(
    "subject", [each for each in subjects() if each.exports], ids=lambda subject: subject.kind
)


@pytest.fixture
def boss(cast: Cast) -> Client:
    """Alice's browser, in English."""
    client = signed_in(cast.alice)
    client.cookies["kefu_language"] = "en"
    return client


def sample_of(subject: Subject) -> Sample:
    return SAMPLES[subject.kind]


def grow(cast: Cast, subject: Subject, numbers: range) -> list[Any]:
    """So many rows more."""
    with cast.shop.within():
        return [sample_of(subject).make(cast, number) for number in numbers]


def shown(client: Client, address: str) -> list[int]:
    """The keys of the rows of a list, in order."""
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    return [getattr(row, "pk", None) or row["pk"] for row in answer.context["listing"].page]


def acts_on(cast: Cast, subject: Subject) -> list[str]:
    """What was recorded of its rows, each with words in every language."""
    with cast.shop.within():
        entries = list(AuditEntry.objects.filter(object_kind=subject.kind).order_by("pk"))
    for entry in entries:
        for language in ("en", "zh-hans", "zh-hant"):
            with translation.override(language):
                assert str(kinds.action_label(entry.action)) != entry.action
                for change in kinds.changes_of(entry):
                    assert change.label not in {*entry.before, *entry.after}, entry.action
    return [entry.action.partition(".")[2] for entry in entries]


def drawn(form: Any) -> dict[str, Any]:
    """What a browser sends of a form that nobody touched."""
    known = {bound.html_name: bound.value() for bound in form}
    return {name: value for name, value in known.items() if value is not None and value is not False}


def test_every_subject_has_a_sample() -> None:
    assert {each.kind for each in subjects()} == set(SAMPLES)


@ALL
def test_a_list_asks_as_often_for_200_rows_as_for_20(cast: Cast, boss: Client, subject: Subject) -> None:
    address = f"/{subject.address}?per=200"

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert boss.get(address).status_code == 200
        return len(seen)

    grow(cast, subject, range(20))
    few, known = asked(), len(shown(boss, address))
    assert known >= 20
    grow(cast, subject, range(20, 200))
    assert asked() == few
    assert len(shown(boss, address)) == 200
    with cast.other.within():
        strangers = set(subject.objects().values_list("pk", flat=True)) if subject.objects else set()
    assert strangers.isdisjoint(shown(boss, address))


@ALL
def test_each_column_sorts_both_ways(cast: Cast, boss: Client, subject: Subject) -> None:
    grow(cast, subject, range(5))
    address = f"/{subject.address}"
    everything = sorted(shown(boss, address))
    assert len(everything) >= 5
    for name in subject.sorts:
        there, back = (shown(boss, f"{address}?sort={sign}{name}") for sign in ("", "-"))
        assert sorted(there) == sorted(back) == everything, name
        assert there != back, name
        page = boss.get(f"{address}?sort={name}").content.decode()
        usual = subject.default == name
        assert f'id="sort-{name}"' in page
        assert ('aria-sort="ascending"' in page) is True, (name, usual)


@ALL
def test_htmx_gets_the_rows_alone(cast: Cast, boss: Client, subject: Subject) -> None:
    grow(cast, subject, range(1))
    name = next(iter(subject.sorts))
    answer = boss.get(f"/{subject.address}?sort=-{name}", headers=HTMX)
    assert answer.content.decode().lstrip().startswith('<div class="list"')
    assert "<html" not in answer.content.decode()
    assert answer["HX-Push-Url"].startswith(f"/{subject.address}")
    whole = boss.get(f"/{subject.address}").content.decode()
    assert "<html" in whole
    with translation.override("en"):
        assert f"<h1>{subject.words.many}</h1>" in whole


@ALL
def test_a_card_has_a_line_for_each_value_that_the_head_names(cast: Cast, boss: Client, subject: Subject) -> None:
    grow(cast, subject, range(1))
    page = boss.get(f"/{subject.address}").content.decode()
    row = page.split("<tbody")[1].split("</tr>")[0]
    with translation.override("en"):
        for column in subject.shown_columns:
            named = '<th scope="row"' if column.kind == "name" else f'data-label="{escape(column.label)}"'
            assert named in row, column.name


@EDITED
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_kept(cast: Cast, boss: Client, subject: Subject) -> None:
    sample, new = sample_of(subject), reverse(subject.new_page)
    assert boss.get(new).status_code == 200
    field, value = sample.wrong
    answer: Any = boss.post(new, {**sample.sent(cast), field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert acts_on(cast, subject) == []


@EDITED
def test_one_is_added_changed_and_deleted_and_each_act_is_recorded(cast: Cast, boss: Client, subject: Subject) -> None:
    sample = sample_of(subject)
    before = set(shown(boss, f"/{subject.address}?per=200"))
    assert boss.post(reverse(subject.new_page), sample.sent(cast)).status_code == 303
    (key,) = set(shown(boss, f"/{subject.address}?per=200")) - before
    with cast.shop.within():
        assert subject.objects is not None
        row = subject.objects().get(pk=key)
    page = subject.address_of(row)
    answer: Any = boss.get(page)
    assert subject.title_of(row) in answer.content.decode()
    field, value = sample.changed
    mine = drawn(answer.context["form"]) | {field: value}
    assert boss.post(page, mine).status_code == 303
    late: Any = boss.post(page, drawn(answer.context["form"]) | {field: f"{value}, no"})
    assert late.status_code == 409
    assert late.context["stale"].who == "alice"
    again: Any = boss.get(page)
    assert boss.post(page, drawn(again.context["form"])).status_code == 303
    assert boss.get(reverse(subject.delete_page, args=[row.public_id]), headers=HTMX).status_code == 200
    assert boss.post(reverse(subject.delete_page, args=[row.public_id])).status_code == 303
    assert boss.get(page).status_code == 404
    assert key not in shown(boss, f"/{subject.address}?per=200")
    assert acts_on(cast, subject) == ["added", "changed", "deleted"], "what is sent as it was changes nothing"


@EXPORTED
def test_the_excel_file_has_the_columns_and_the_rows(cast: Cast, boss: Client, subject: Subject) -> None:
    grow(cast, subject, range(3))
    keys = shown(boss, f"/{subject.address}?per=200")
    page = boss.get(f"/{subject.address}").content.decode()
    assert f'action="{reverse(subject.export_page)}?"' in page
    answer: Any = boss.post(reverse(subject.export_page))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    with translation.override("en"):
        heads = [str(each.label) for each in subject.columns if each.in_file]
    assert [cell.value for cell in sheet[1]] == heads
    assert sheet.max_row == len(keys) + 1
    kind = subject.export_kind
    with cast.shop.within():
        assert AuditEntry.objects.latest("pk").action == f"{kind}.exported"
    assert f'value="{kind}.exported"' in boss.get("/console/audit/").content.decode()


@EXPORTED
def test_an_empty_list_is_not_offered_as_a_file(cast: Cast, boss: Client, subject: Subject) -> None:
    answer: Any = boss.get(f"/{subject.address}?page=1", headers=HTMX)
    offered = f'action="{reverse(subject.export_page)}' in answer.content.decode()
    assert offered == (answer.context["listing"].total > 0)


@ALL
def test_who_is_not_let_in_gets_none_of_it(cast: Cast, subject: Subject) -> None:
    """Another company's rows are not there; a role without the permission is turned away at every door."""
    with cast.shop.within():
        Role.objects.create(tenant=cast.shop.tenant, code="guest", name="guest")
    guest = signed_in(cast.shop.hire("1901", "guest", role="guest"))
    stranger = signed_in(cast.other.hire("1000", "mallory's boss", role="owner"))
    doors = [reverse(name) for name in (subject.home, *(each.to for each in subject.links if each.sends))]
    if subject.new_page:
        doors.append(reverse(subject.new_page))
    if subject.export_page:
        doors.append(reverse(subject.export_page))
    if subject.page:
        (row,) = grow(cast, subject, range(1))
        own = [subject.page, subject.delete_page] if subject.new_page else [subject.page]
        rooms = [
            reverse(name, args=[row.public_id])
            for name in (*own, *(each.to for each in subject.links if not each.sends))
        ]
        for room in rooms:
            assert stranger.get(room).status_code == 404, room
            assert stranger.post(room, {"version": "1"}).status_code in (404, 405), room
        doors += rooms
    for door in doors:
        assert guest.get(door).status_code == 403, door
        assert guest.post(door).status_code == 403, door
