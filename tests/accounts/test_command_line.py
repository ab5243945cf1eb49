"""Companies, agents and passwords from the command line: what is made, and what is refused with a sentence."""

import getpass
import io
import sys
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from accounts.audit.kinds import actor_text
from accounts.models import Agent, AuditEntry, Group, Membership, Session, Tenant
from accounts.permissions import BUILT_IN_ROLES
from accounts.sign_in.names import tenant_by_code
from channels_app.embed_codes.colors import contrast
from channels_app.install.snippet import snippet
from channels_app.models import Channel, ServiceAccount
from core.models import LoggedEvent
from core.tenancy.scope import tenant_scope, unscoped
from tests.cast import PASSWORD, Cast

NEW_PASSWORD = "tea leaves at noon"


class Typed(io.StringIO):
    """Standard input that is no terminal."""


class Terminal(io.StringIO):
    """Standard input with a person in front of it."""

    def isatty(self) -> bool:
        return True


def run(command: str, *arguments: str, password: str = NEW_PASSWORD) -> str:
    """What the command says, with a password in its standard input."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Typed(password + "\n"))
        call_command(command, *arguments, stdout=said)
    return said.getvalue()


def refused(command: str, *arguments: str, password: str = NEW_PASSWORD) -> str:
    """Why the command did nothing."""
    with pytest.raises(CommandError) as caught:
        run(command, *arguments, password=password)
    return str(caught.value)


def try_sign_in(name: str, password: str) -> tuple[Client, int]:
    """A browser that tries to sign in, and the status it got."""
    client = Client()
    return client, client.post("/sign-in/", {"name": name, "password": password}).status_code


@pytest.fixture
def opened(house: None) -> Iterator[Tenant]:
    """A company made by the command, and its scope."""
    run("open_tenant", "9001", "青禾净水")
    tenant = tenant_by_code("9001")
    assert tenant is not None
    with tenant_scope(tenant.pk):
        yield tenant


def test_a_company_opens_in_simplified_chinese_and_its_owner_gets_in(opened: Tenant) -> None:
    assert (opened.language, opened.time_zone) == ("zh-hans", "Asia/Shanghai")
    owner = Agent.objects.select_related("role").get()
    assert (owner.number, owner.nickname, owner.role.code) == ("1000", "负责人", "owner")
    assert Group.objects.get().name == "默认组"
    assert (Channel.objects.get().name, ServiceAccount.objects.get().name) == ("官网", "青禾净水")
    assert Membership.objects.get().agent_id == owner.pk
    assert try_sign_in("1000@9001", NEW_PASSWORD)[1] == 302


@pytest.mark.parametrize(
    ("language", "owner", "group", "channel"),
    [("zh-hant", "負責人", "預設群組", "官網"), ("en", "Owner", "Default group", "Website")],
)
def test_a_company_is_furnished_in_its_language(
    house: None, language: str, owner: str, group: str, channel: str
) -> None:
    run("open_tenant", "tea", "Green Leaf Tea", "--language", language, "--time-zone", "Europe/Berlin")
    with unscoped(reason="the test looks from above"):
        assert Tenant.objects.get().time_zone == "Europe/Berlin"
        assert (Agent.objects.get().nickname, Group.objects.get().name) == (owner, group)
        assert Channel.objects.get().name == channel


def test_the_owner_may_have_another_number_and_name(house: None) -> None:
    run("open_tenant", "9001", "Tea", "--owner", "boss", "--owner-name", " Li ")
    with unscoped(reason="the test looks from above"):
        assert (Agent.objects.get().number, Agent.objects.get().nickname) == ("boss", "Li")


def test_the_chat_page_and_the_snippet_are_printed_ready_to_use(house: None, settings: LazySettings) -> None:
    settings.PUBLIC_URL = "https://desk.example.org"
    first = run("open_tenant", "9001", "Tea")
    settings.PUBLIC_URL, settings.SERVED_AT = "", "http://127.0.0.1:8151"
    second = run("open_tenant", "9002", "Coffee")
    settings.SERVED_AT = ""
    third = run("open_tenant", "9003", "Milk")
    with unscoped(reason="the test looks from above"):
        tea, coffee, milk = (channel.public_id for channel in Channel.objects.order_by("pk"))
    assert f"https://desk.example.org/chat/{tea}/\n" in first
    assert snippet("https://desk.example.org", tea) in first
    assert f"http://127.0.0.1:8151/chat/{coffee}/\n" in second
    assert snippet("http://127.0.0.1:8151", coffee) in second
    assert f"Chat page: /chat/{milk}/\n" in third
    assert "KEFU_PUBLIC_URL" in third
    assert "http" not in third


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("", "Tea"), "code must be"),
        (("tea-1", "Tea"), "code must be"),
        (("九", "Tea"), "code must be"),
        (("9" * 21, "Tea"), "code must be 1 to 20"),
        (("9001", "  "), "name must not be empty"),
        (("9001", "x" * 61), "60 characters at most"),
        (("9001", "\u200b"), "name must not be empty"),
        (("9001", "Tea\x1b[2J"), "invisible control characters"),
        (("9001", "Tea", "--owner-name", "\u202eLi"), "invisible control characters"),
        (("9001", "Tea", "--owner", "10@0"), "number must be"),
        (("9001", "Tea", "--owner-name", ""), "name must not be empty"),
        (("9001", "Tea", "--owner-name", "x" * 31), "30 characters at most"),
        (("9001", "Tea", "--time-zone", "Asia"), "no time zone"),
        (("9001", "Tea", "--time-zone", "../etc/passwd"), "no time zone"),
        (("9001", "Tea", "--language", "de"), "invalid choice"),
    ],
)
def test_a_company_that_cannot_be_is_refused_and_nothing_is_made(
    house: None, arguments: tuple[str, ...], why: str
) -> None:
    assert why in refused("open_tenant", *arguments)
    with unscoped(reason="the test looks from above"):
        assert not Tenant.objects.exists()


@pytest.mark.parametrize(("password", "why"), [("", "too short"), ("short", "too short"), ("password1", "too simple")])
def test_passwords_follow_the_rules_of_the_settings(cast: Cast, password: str, why: str) -> None:
    assert why in refused("open_tenant", "9001", "Tea", password=password)
    assert why in refused("add_agent", "1002@8001", "Li", password=password)
    assert why in refused("set_password", "1001@8001", password=password)
    assert try_sign_in("1001@8001", PASSWORD)[1] == 302


@pytest.mark.parametrize("role", BUILT_IN_ROLES)
def test_add_agent_offers_every_role(cast: Cast, role: str) -> None:
    run("add_agent", "1002@8001", "Li", "--role", role)
    with cast.shop.within():
        assert Agent.objects.get(number="1002").role.code == role


def test_a_code_is_given_once(cast: Cast) -> None:
    assert "already" in refused("open_tenant", "8001", "Tea")


def test_an_agent_joins_all_groups(cast: Cast) -> None:
    assert "1002@8001" in run("add_agent", "1002@8001", " 小  李 ", "--role", "supervisor")
    with cast.shop.within():
        added = Agent.objects.select_related("role").get(number="1002")
        assert (added.nickname, added.role.code) == ("小 李", "supervisor")
        assert Membership.objects.filter(agent=added).count() == Group.objects.count()
    assert try_sign_in("1002@8001", NEW_PASSWORD)[1] == 302


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("1002", "Li"), "names no company"),
        (("1002@8003", "Li"), "There is no company 8003 in the"),
        (("1001@8001", "Li"), "already"),
        (("十@8001", "Li"), "number must be"),
        (("1" * 21 + "@8001", "Li"), "number must be 1 to 20"),
        (("1002@8001", " "), "must not be empty"),
        (("1002@8001", "a\nb"), "Line breaks"),
        (("1002@8001", "x" * 31), "30 characters at most"),
        (("1002@8001", "Li", "--role", "visitor"), "invalid choice"),
    ],
)
def test_an_agent_that_cannot_be_is_refused(cast: Cast, arguments: tuple[str, ...], why: str) -> None:
    assert why in refused("add_agent", *arguments)
    with cast.shop.within():
        assert Agent.objects.count() == 2


def test_a_new_password_signs_its_agent_out_and_nobody_else(cast: Cast) -> None:
    bob, _ = try_sign_in("1001@8001", PASSWORD)
    alice, _ = try_sign_in("1000@8001", PASSWORD)
    mallory, _ = try_sign_in("1001@8002", PASSWORD)
    assert "signed out: 1" in run("set_password", "1001@8001")
    assert bob.get("/api/desk/state").status_code != 200
    assert alice.get("/api/desk/state").status_code == mallory.get("/api/desk/state").status_code == 200
    with unscoped(reason="the test looks from above"):
        assert Session.objects.count() == 2
    assert try_sign_in("1001@8001", PASSWORD)[1] == 422
    assert try_sign_in("1001@8001", NEW_PASSWORD)[1] == 302


def test_nobody_has_no_password(cast: Cast) -> None:
    assert "no agent 1009" in refused("set_password", "1009@8001")
    assert "no company 8003" in refused("set_password", "1001@8003")
    assert "no company 8003" in refused("rebuild_stats", "8003")


def test_a_person_at_a_terminal_is_told_the_rule_and_asked_until_it_is_good(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["short", "1001@8001", NEW_PASSWORD, "tea leaves at one", NEW_PASSWORD, NEW_PASSWORD])
    prompts: list[str] = []

    def typed(prompt: str) -> str:
        prompts.append(prompt)
        return next(answers)

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", typed)
    call_command("set_password", "１００１＠8001", stdout=io.StringIO())
    assert next(answers, None) is None
    assert prompts[0] == "密码（至少 8 个字符）： "
    assert len(capsys.readouterr().err.splitlines()) == 3, "too short, one's own number, not the same twice"
    assert try_sign_in("1001@8001", NEW_PASSWORD)[1] == 302


def audited() -> list[tuple[str, str, str]]:
    with unscoped(reason="the test looks from above"):
        found = AuditEntry.objects.order_by("pk")
        return [(entry.action, actor_text(entry), entry.object_name) for entry in found]


def test_what_commands_do_stands_in_the_audit_log_and_reaches_open_desks(house: None) -> None:
    run("open_tenant", "9001", "Tea", "--language", "en")
    run("add_agent", "1001@9001", "Li")
    run("set_password", "1001@9001", password="another good one")
    with translation.override("en"):
        assert audited() == [
            ("tenant.opened", "Command line", "Tea"),
            ("agent.added", "Command line", "Owner (1000)"),
            ("agent.added", "Command line", "Li (1001)"),
            ("agent.password_reset", "Command line", "Li (1001)"),
        ]
    with unscoped(reason="the test looks from above"):
        assert LoggedEvent.objects.filter(name="agent.changed").count() == 2
        assert LoggedEvent.objects.filter(name="agent.signed_out").count() == 1


def test_who_misses_a_company_is_told_which_kefu_was_asked(
    cast: Cast, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = f"the data folder {settings.DATA_DIR.resolve()} (KEFU_DATA_DIR names another)."
    settings.SERVED_AT = "http://127.0.0.1:8151"
    assert refused("add_agent", "1002@8003", "Li").endswith(f"in the kefu at http://127.0.0.1:8151 with {folder}")
    settings.SERVED_AT = ""
    assert refused("add_agent", "1002@8003", "Li").endswith("in the database of DATABASE_URL.")
    monkeypatch.delenv("DATABASE_URL")
    assert refused("add_agent", "1002@8003", "Li").endswith(f"company 8003 in {folder}")


def test_commands_keep_to_the_quota(cast: Cast) -> None:
    with cast.shop.within():
        Tenant.objects.update(max_agents=2)
    assert "quota" in refused("add_agent", "1002@8001", "Li")
    assert "already" in refused("open_tenant", "8001", "Tea")
    with cast.shop.within():
        assert Agent.objects.count() == 2


def test_the_own_number_is_no_password_here_either(cast: Cast) -> None:
    assert "own name" in refused("add_agent", "1002@8001", "Li", password="1002@8001")
    assert "own name" in refused("open_tenant", "9001", "Tea", password="1000@9001")


def test_the_owner_of_the_demo_sees_both_queues_and_its_chat_has_the_green_of_the_shop(
    house: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEFU_DEMO_DAYS", "0")
    run("seed_demo")
    tenant = tenant_by_code("8001")
    assert tenant is not None
    with tenant_scope(tenant.pk):
        owner = Agent.objects.get(number="1000")
        assert Membership.objects.filter(agent=owner).count() == Group.objects.count() == 2
        color = Channel.objects.earliest("pk").color
    assert color == "#2f6b4a"
    assert contrast("#ffffff", color) >= 4.5
