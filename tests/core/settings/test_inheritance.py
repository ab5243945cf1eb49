"""Who is heard: the most specific place, unless one above locked its value."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.agents.settings import MAX_CONCURRENT
from channels_app.reception.settings import HOURS
from conversations.timers.settings import IDLE_END
from core.models import SettingValue
from core.settings.declare import setting_named, settings_at
from core.settings.hours import Hours
from core.settings.levels import ORDER, PLATFORM, Level, Place
from core.settings.platform import read_platform
from core.settings.resolve import Override, resolve
from core.settings.stored import effective, effective_for_many, overrides_anywhere, overrides_of
from core.tenancy.scope import tenant_scope, unscoped
from tests.cast import Cast

CHAIN = tuple(Place(level, number) for number, level in enumerate(ORDER[1:]))  # the tenant is object 0
ALL = (PLATFORM, *CHAIN)


def say(place: Place, name: str, value: Any, *, locked: bool = False) -> None:
    SettingValue.objects.create(level=place.level, object_id=place.object_id, name=name, value=value, locked=locked)


@given(st.dictionaries(st.sampled_from(ALL), st.tuples(st.integers(1, 99), st.booleans())))
def test_the_highest_lock_wins_and_else_the_most_specific_word(words: dict[Place, tuple[int, bool]]) -> None:
    said = {("idle_end", place): Override(*word) for place, word in words.items()}
    found = resolve(IDLE_END, said, CHAIN)
    locks = [place for place in ALL if place in words and words[place][1]]
    speakers = [place for place in ALL if place in words]
    expected = locks[0] if locks else speakers[-1] if speakers else None
    assert found.source == expected
    assert found.value == (words[expected][0] if expected else IDLE_END.default)
    assert found.locked_by == (locks[0] if locks else None)


def test_of_several_groups_the_first_that_says_something_speaks() -> None:
    first, second = Place(Level.GROUP, 1), Place(Level.GROUP, 2)
    chain = (Place(Level.TENANT), first, second, Place(Level.AGENT, 9))
    said = {("max_concurrent", second): Override(3), ("max_concurrent", chain[0]): Override(7)}
    assert resolve(MAX_CONCURRENT, said, chain).value == 3
    said["max_concurrent", first] = Override(5)
    assert resolve(MAX_CONCURRENT, said, chain).source == first


def test_each_level_offers_its_own_settings() -> None:
    names = {level: {setting.name for setting in settings_at(level)} for level in Level}
    assert names[Level.AGENT] == {"max_concurrent"}
    assert names[Level.GROUP] == {"max_concurrent", "hours"}
    assert "assignment_rule" not in names[Level.CHANNEL]
    assert names[Level.TENANT] >= names[Level.SERVICE_ACCOUNT] >= names[Level.CHANNEL]
    assert "max_concurrent" not in names[Level.PLATFORM]


def test_a_lock_is_offered_where_somebody_below_could_say_otherwise() -> None:
    assert HOURS.may_lock(Level.CHANNEL)
    assert not IDLE_END.may_lock(Level.CHANNEL)
    assert not MAX_CONCURRENT.may_lock(Level.AGENT)


@pytest.mark.parametrize("name", [setting.name for level in Level for setting in settings_at(level)])
def test_every_default_is_a_value(name: str) -> None:
    setting = setting_named(name)
    assert setting.read(setting.write(setting.default)) == setting.default


def test_reading_takes_one_query_however_many_places(cast: Cast) -> None:
    chains = {number: (Place(Level.TENANT), Place(Level.AGENT, number)) for number in range(200)}
    with cast.shop.within():
        say(Place(Level.TENANT), "max_concurrent", 4)
        say(Place(Level.AGENT, 7), "max_concurrent", 9)
        with CaptureQueriesContext(connection) as queries:
            found = effective_for_many("max_concurrent", chains)
    assert len([query for query in queries if "core_setting" in query["sql"]]) == 1
    assert (found[6].value, found[7].value) == (4, 9)


def test_another_tenants_words_are_not_heard(cast: Cast) -> None:
    with tenant_scope(cast.other.tenant.pk):
        say(Place(Level.TENANT), "idle_end", 5, locked=True)
    with cast.shop.within():
        assert effective("idle_end", CHAIN).value == 60
    with unscoped(reason="sweeps look across tenants"):
        assert overrides_anywhere("idle_end") == {cast.other.tenant.pk: [5]}


def test_a_value_that_nobody_can_read_any_more_counts_as_not_said(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with cast.shop.within():
        say(Place(Level.TENANT), "idle_end", "for ever")
        assert effective("idle_end", CHAIN).value == 60
    assert "idle_end" in caplog.text


def test_hours_come_back_as_hours(cast: Cast) -> None:
    with cast.shop.within():
        say(Place(Level.TENANT), "hours", {"always": True})
        assert effective("hours", CHAIN).value == Hours()


@override_settings(PLATFORM_SETTINGS='{"idle_end": {"value": 30, "locked": true}, "waiting_expiry": {"value": 90}}')
def test_the_platform_is_heard_and_may_lock(cast: Cast) -> None:
    with cast.shop.within():
        say(Place(Level.TENANT), "idle_end", 5)
        say(Place(Level.TENANT), "waiting_expiry", 5)
        assert effective("idle_end", CHAIN).value == 30
        assert effective("idle_end", CHAIN).locked_by == PLATFORM
        assert effective("waiting_expiry", CHAIN).value == 5
    assert overrides_of(["waiting_expiry"], ())["waiting_expiry", PLATFORM] == Override(90)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ('{"idle_ends": {"value": 1}}', "no setting idle_ends"),
        ('{"max_concurrent": {"value": 1}}', "no setting max_concurrent"),
        ('{"idle_end": 30}', "must be like"),
        ('{"idle_end": {"value": 0}}', "idle_end: "),
        ('{"idle_end": {"value": "30"}}', "idle_end: "),
        ('{"idle_end": {"value": 30, "locked": "yes"}}', "locked must be"),
        ('{"hours": {"value": {"always": false}}}', "hours: "),
    ],
)
def test_a_platform_that_says_nonsense_is_told_at_the_start(text: str, complaint: str) -> None:
    with override_settings(PLATFORM_SETTINGS=text), pytest.raises(ImproperlyConfigured, match=complaint):
        read_platform()
