"""What agents note of customers: stored where nobody else was faster, audited, and only by who may."""

from collections.abc import Callable, Mapping
from functools import partial

import pytest

from accounts.models import AuditEntry
from core.actors import Actor
from core.errors import Forbidden, NotFound
from customers.models import Customer, Tag
from customers.profiles import actions
from customers.profiles.forms import FIELDS, InvalidValue
from customers.profiles.rules import HUES, hue_of, number_of
from customers.tags.queries import tags_of
from tests.cast import Cast, at_once


def note(cast: Cast, field: str, values: Mapping[str, str], seen: Mapping[str, str] | None = None) -> actions.Noted:
    """bob notes something of carol, of whom he has seen nothing else than `seen`."""
    before = seen if seen is not None else dict.fromkeys(FIELDS[field], "")
    with cast.shop.within():
        return actions.change_field(
            actor=cast.bob.actor(), customer_id=cast.carol.pk, field=field, seen=before, values=values
        )


def carol(cast: Cast) -> Customer:
    """carol as stored."""
    with cast.shop.within():
        return Customer.objects.get(pk=cast.carol.pk)


def entries(cast: Cast) -> list[AuditEntry]:
    """What the audit log says of customers, in order."""
    with cast.shop.within():
        return list(AuditEntry.objects.filter(object_kind="customer").order_by("pk"))


def test_what_is_noted_is_stored_and_audited_before_and_after(cast: Cast) -> None:
    assert note(cast, "phone", {"phone": "13800138000"}).changed
    assert note(cast, "phone", {"phone": "139 0013 9000"}, {"phone": "13800138000"}).changed
    assert carol(cast).phone == "139 0013 9000"
    assert [(entry.before, entry.after) for entry in entries(cast)] == [
        ({"phone": ""}, {"phone": "13800138000"}),
        ({"phone": "13800138000"}, {"phone": "139 0013 9000"}),
    ]
    assert {(entry.action, entry.actor_name, entry.object_name) for entry in entries(cast)} == {
        ("customer.changed", "bob", "carol")
    }


def test_the_remark_wins_and_the_own_name_stays(cast: Cast) -> None:
    note(cast, "remark", {"remark": "  VIP\u200b Carol "})
    assert (carol(cast).shown_name, carol(cast).name) == ("VIP Carol", "carol")


def test_a_region_is_one_field_of_three_columns(cast: Cast) -> None:
    note(cast, "region", {"country": "中国", "province": "广东", "city": "深圳"})
    found = carol(cast)
    assert (found.country, found.province, found.city) == ("中国", "广东", "深圳")


def test_what_somebody_else_changed_meanwhile_stays_and_is_shown(cast: Cast) -> None:
    note(cast, "note", {"note": "likes tea"})
    outcome = note(cast, "note", {"note": "likes coffee"}, {"note": ""})
    assert (outcome.changed, outcome.theirs, outcome.by) == (False, {"note": "likes tea"}, "bob")
    assert carol(cast).note == "likes tea"


def test_the_same_value_twice_is_no_conflict_and_no_entry(cast: Cast) -> None:
    note(cast, "email", {"email": "carol@example.com"})
    assert note(cast, "email", {"email": "carol@example.com"}, {"email": ""}) == actions.Noted()
    assert len(entries(cast)) == 1


def test_of_many_who_change_one_field_at_once_one_wins_and_the_others_are_shown_whose(cast: Cast) -> None:
    def change(number: int) -> actions.Noted:
        return actions.change_field(
            actor=cast.bob.actor(),
            customer_id=cast.carol.pk,
            field="remark",
            seen={"remark": ""},
            values={"remark": f"name {number}"},
        )

    with cast.shop.within():
        outcomes = at_once(*(partial(change, number) for number in range(6)))
    noted = [outcome for outcome in outcomes if isinstance(outcome, actions.Noted)]
    assert len(noted) == len(outcomes)
    assert [outcome.changed for outcome in noted].count(True) == 1
    assert {tuple(outcome.theirs.items()) for outcome in noted if outcome.theirs} == {(("remark", carol(cast).remark),)}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("phone", {"phone": "call me"}),
        ("phone", {"phone": "12"}),
        ("phone", {"phone": "1" * 41}),
        ("email", {"email": "carol at example"}),
        ("gender", {"gender": "robot"}),
        ("remark", {"remark": "line\nbreak"}),
        ("remark", {"remark": "x" * 61}),
        ("region", {"city": "x" * 61}),
        ("note", {"note": "x" * 2001}),
        ("note", {"note": "a NUL \0"}),
    ],
)
def test_what_no_field_can_hold_is_refused_with_a_sentence(cast: Cast, field: str, values: Mapping[str, str]) -> None:
    with pytest.raises(InvalidValue, match=r".{8,}"):
        note(cast, field, values)
    assert entries(cast) == []


@pytest.mark.parametrize(
    "phone", ["", "110", "１３８００１３８０００", "+44 20 7946 0000", "(010) 6552-9988 转 12", "400-800-8000"]
)
def test_numbers_of_all_kinds_are_phones(cast: Cast, phone: str) -> None:
    note(cast, "phone", {"phone": phone})
    assert carol(cast).phone == phone.translate(str.maketrans("１３８０", "1380"))


@pytest.mark.parametrize(
    ("act", "values"),
    [
        (actions.change_field, {"field": "note", "seen": {}, "values": {"note": "x"}}),
        (actions.add_tag, {"name": "VIP"}),
        (actions.remove_tag, {"tag": "x"}),
    ],
)
def test_only_who_may_edit_notes_anything(cast: Cast, act: Callable[..., object], values: Mapping[str, object]) -> None:
    nobody = Actor("agent", cast.bob.pk, "bob", frozenset())
    with cast.shop.within(), pytest.raises(Forbidden):
        act(actor=nobody, customer_id=cast.carol.pk, **values)


def test_tags_are_made_while_typing_and_found_by_what_they_look_like(cast: Cast) -> None:
    with cast.shop.within():
        for name in ("VIP", "vip", "ＶＩＰ", "returns"):
            actions.add_tag(actor=cast.bob.actor(), customer_id=cast.carol.pk, name=name)
        assert [tag.name for tag in tags_of(cast.carol.pk)] == ["returns", "VIP"]
        vip = Tag.objects.get(name="VIP")
        assert actions.remove_tag(actor=cast.bob.actor(), customer_id=cast.carol.pk, tag=vip.public_id).changed
        assert not actions.remove_tag(actor=cast.bob.actor(), customer_id=cast.carol.pk, tag=vip.public_id).changed
        assert Tag.objects.filter(name="VIP").exists(), "others may have it"
    assert [entry.after.get("tags") for entry in entries(cast)] == [["VIP"], ["returns", "VIP"], ["returns"]]


def test_a_customer_has_twenty_tags_at_most(cast: Cast) -> None:
    with cast.shop.within():
        for number in range(actions.MAX_TAGS):
            actions.add_tag(actor=cast.bob.actor(), customer_id=cast.carol.pk, name=f"tag {number}")
        with pytest.raises(actions.TooManyOfOne):
            actions.add_tag(actor=cast.bob.actor(), customer_id=cast.carol.pk, name="one more")
        assert not Tag.objects.filter(name="one more").exists()


def test_another_companys_customer_and_tag_do_not_exist(cast: Cast) -> None:
    with cast.other.within():
        theirs = Tag.objects.create(name="theirs")
    with cast.shop.within():
        with pytest.raises(NotFound):
            actions.add_tag(actor=cast.bob.actor(), customer_id=cast.mike.pk, name="VIP")
        with pytest.raises(NotFound):
            actions.remove_tag(actor=cast.bob.actor(), customer_id=cast.carol.pk, tag=theirs.public_id)


def test_nameless_visitors_have_numbers_and_colours() -> None:
    ids = [f"visitor-{number}" for number in range(200)]
    assert all(len(number_of(each)) == 4 and number_of(each).isdecimal() for each in ids)
    assert len(set(map(number_of, ids))) > 190
    assert {hue_of(each) for each in ids} == set(range(1, HUES + 1))
