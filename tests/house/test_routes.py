"""Every address with somebody else's ids, and every address without its permission."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Role, SavedView
from accounts.permissions import Permission
from channels_app.embed_codes import designs
from channels_app.embed_codes.designs import Design, Draft
from conversations.models import Attachment, Conversation, Message
from core.console.subject import subjects
from core.live.commands import Handler
from core.models import LoggedEvent
from core.tenancy.scope import unscoped
from core.web.bodies import WITH_A_FILE
from core.web.routes import ANYONE, SIGNED_IN, VISITOR
from core.web.sealing import seal
from customers.models import ToolPanel
from tests.cast import Cast
from tests.house.foreign import foreign_frames
from tests.sockets import Socket, bearer, desk_socket, signed_in, visitor_socket
from tests.subjects import SAMPLES
from widget.visitor import VisitorClient
from workbench.agent import AgentClient

# Pages of a channel are public by nature: whoever knows the channel may write to it.
PUBLIC = {"widget:loader", "widget:chat", "channels:face"}
# Pages of a subject's rows that its declaration does not name.
BESIDE = {
    "agent": ["accounts:agent_password"],
    "tool_panel": ["customers:tool_panel_secret"],
    "group": ["accounts:members", "accounts:members_new", "accounts:members_bulk"],
    "channel": [
        f"channels:{name}"
        for name in ("design", "design_preview", "design_welcome", "install", "allow", "qr_png", "qr_svg")
    ],
}
OF_A_VIEW = ["accounts:saved_view", "accounts:saved_view_delete"]
OF_A_DRAFT = ["widget:preview", "widget:draft", "widget:sample"]
SECRET = "words that only 8001 may read"


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its full name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


ROUTES = dict(patterns())


def permission_of(entry: URLPattern) -> str:
    """What stands beside the address."""
    return str(getattr(entry.callback, "permission", ""))


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_every_address_has_a_permission(name: str) -> None:
    assert permission_of(ROUTES[name]) in {ANYONE, VISITOR, SIGNED_IN, *Permission}


@pytest.fixture
def secrets(cast: Cast) -> dict[str, Any]:
    """What company 8001 has: a conversation of carol with bob, a message, a note and a file."""
    conversation = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, conversation, SECRET)
    cast.shop.says(cast.bob, conversation, f"note: {SECRET}", note=True)
    with cast.shop.within():
        file = Attachment.objects.create(
            owner_kind="agent", owner_id=cast.bob.pk, kind="file", name=f"{SECRET}.pdf", media_type="application/pdf",
            size=1, path="nowhere",
        )  # fmt: skip
        panel = ToolPanel.objects.create(name="panel", url="https://tools.example/")
        view = SavedView.objects.create(agent=cast.bob, list_name="accounts:agents", name=SECRET[:30], query="?q=li")
    return {
        "conversation": conversation.public_id,
        "file": file.public_id,
        "number": cast.bob.public_id,
        "view": view.public_id,
        "panel": panel.public_id,
    }


def of_subjects(cast: Cast) -> Iterator[tuple[str, str]]:
    """The pages of the rows of every subject, each with the public id of a row of 8001."""
    for subject in subjects():
        if subject.page and subject.objects:
            with cast.shop.within():
                row = subject.objects().first() or SAMPLES[subject.kind].make(cast, 1)
            own = [subject.page, subject.delete_page] if subject.new_page else [subject.page]
            yield from ((name, row.public_id) for name in (*own, *BESIDE.get(subject.kind, ())))


def foreign_addresses(cast: Cast, secrets: dict[str, Any]) -> dict[str, str]:
    """For each address with a place for an id: that address with an id of 8001, as somebody of 8002 could form it."""
    ticket = seal("file", [cast.other.tenant.pk, secrets["file"]])
    draft = Draft(cast.shop.tenant.pk, cast.shop.channel.public_id, Design())
    return {
        "workbench:customer": reverse("workbench:customer", args=[secrets["conversation"]]),
        "workbench:readers": reverse("workbench:readers", args=[secrets["conversation"]]),
        "workbench:tools": reverse("workbench:tools", args=[secrets["conversation"]]),
        "workbench:tool": reverse("workbench:tool", args=[secrets["conversation"], secrets["panel"]]),
        "workbench:messages": reverse("workbench:messages", args=[secrets["conversation"]]),
        "files:file": reverse("files:file", args=[ticket, "x.pdf"]),
        "conversations:conversation": reverse("conversations:conversation", args=[secrets["conversation"]]),
        "accounts:settings": reverse("accounts:settings", args=["agent", secrets["number"]]),
        **{name: reverse(name, args=[public_id]) for name, public_id in of_subjects(cast)},
        **{name: reverse(name, args=[designs.sign(draft)]) for name in OF_A_DRAFT},
        **{name: f"{reverse(name, args=[secrets['view']])}?next=/console/agents/" for name in OF_A_VIEW},
    }


def test_the_walk_knows_every_address_with_an_id(cast: Cast, secrets: dict[str, Any]) -> None:
    with_ids = {name for name, entry in ROUTES.items() if entry.pattern.converters}
    assert with_ids == set(foreign_addresses(cast, secrets)) | PUBLIC


def test_mallory_gets_404_for_everything_of_8001(cast: Cast, secrets: dict[str, Any]) -> None:
    client = signed_in(cast.other.hire("1000", "mallory's boss", role="owner"))  # whom no door keeps out
    for name, address in foreign_addresses(cast, secrets).items():
        answer = client.get(address)
        assert answer.status_code == 404, name
        assert SECRET not in answer.content.decode(), name


def test_a_visitor_of_8002_gets_404_for_everything_of_8001(cast: Cast, secrets: dict[str, Any]) -> None:
    client = Client(headers=bearer(cast.other.token(cast.mike)))
    for name, address in foreign_addresses(cast, secrets).items():
        answer = client.get(address)
        assert answer.status_code in (302, 401, 404), name
        assert SECRET not in answer.content.decode(), name
    older = client.get(reverse("widget:messages"), {"before": f"{secrets['conversation']}:99"})
    assert older.json() == {"messages": [], "more": False}


def test_a_colleague_without_the_right_to_see_all_gets_404_for_bobs_conversation(
    cast: Cast, secrets: dict[str, Any]
) -> None:
    client = signed_in(cast.shop.hire("1002", "dave"))
    for name in ("workbench:customer", "workbench:messages"):
        assert client.get(reverse(name, args=[secrets["conversation"]])).status_code == 404
    owner = signed_in(cast.alice)
    assert owner.get(reverse("workbench:messages", args=[secrets["conversation"]])).status_code == 200


def test_every_guarded_address_turns_strangers_and_other_roles_away(cast: Cast, secrets: dict[str, Any]) -> None:
    nobody, visitor = Client(), Client(headers=bearer(cast.shop.token(cast.carol)))
    analyst = signed_in(cast.shop.hire("1009", "erin", role="analyst"))
    with cast.shop.within():
        allowed = set(Role.objects.get(code="analyst").permissions)
    for name, entry in ROUTES.items():
        permission = permission_of(entry)
        if permission in (ANYONE, VISITOR):
            continue
        address = reverse(name, args=["some-id"] * len(entry.pattern.converters))
        for stranger in (nobody, visitor):
            answer = stranger.get(address)
            assert answer.status_code == (401 if address.startswith("/api/") else 302), name
        if permission not in allowed | {SIGNED_IN}:
            assert analyst.get(address).status_code == 403, name


def test_every_visitors_address_asks_for_the_token(cast: Cast) -> None:
    for name, entry in ROUTES.items():
        if permission_of(entry) == VISITOR:
            address = reverse(name)
            for client in (Client(), Client(headers=bearer("forged")), signed_in(cast.bob)):
                answers = {client.get(address).status_code, client.post(address).status_code}
                assert answers <= {401, 405}, name
                assert 401 in answers, name


def test_another_tenants_token_begins_as_somebody_new(cast: Cast, secrets: dict[str, Any]) -> None:
    payload = {"channel": cast.other.channel.public_id, "token": cast.shop.token(cast.carol)}
    answer = Client().post(reverse("widget:session"), payload, content_type="application/json")
    assert answer.json()["messages"] == []
    assert answer.json()["visitor"]["name"] != "carol"


def traces() -> list[Any]:
    """Everything that a command could change."""
    with unscoped(reason="the test looks from above"):
        conversations = Conversation.objects.order_by("pk").values()
        return [*conversations, *Message.objects.order_by("pk").values(), LoggedEvent.objects.count()]


async def send_all(line: Socket, commands: dict[str, Handler], secrets: dict[str, Any], own: str) -> None:
    """Every command of a party, with foreign ids in each place for one."""
    for name, handler in commands.items():
        for field, frames in foreign_frames(handler.payload, own, secrets.values()).items():
            if handler.answer is None:
                for frame in frames:
                    line.send({"t": name, **frame})
                continue
            answers = [await line.ask(name, frame) for frame in frames]
            assert SECRET not in str(answers)
            if name == "events.fetch":
                assert [answer["frames"] for answer in answers] == [[]] * len(frames)
            elif name in ("conversations.end", "conversations.discard", "conversations.transfer"):
                codes = {each["code"] for answer in answers for each in answer["refused"]}
                assert (codes, len(answers)) == ({"not_found"}, len(frames))
            else:
                said = {(answer["t"], answer["code"]) for answer in answers}
                # A kind that wants a file is empty without one, whosever conversation it is for.
                wanted = {("refused", code) for code in REFUSED.get(field, ["not_found"])}
                assert said - {("refused", "empty")} == wanted, (name, field)


REFUSED = {"file": ["file_refused"], "mentions": ["not_mentionable", "file_refused"]}


def test_the_walk_puts_foreign_ids_into_every_place_for_one() -> None:
    frames = {name: foreign_frames(each.payload, "own", ["x"]) for name, each in AgentClient.commands.items()}
    assert {name for name, found in frames.items() if not found} == {"cap.set", "status.set"}
    transfer = {"to": "own", "note": "hello"}
    assert frames["conversation.transfer"]["conversation"] == [{"conversation": "x", **transfer}]
    assert frames["conversation.transfer"]["to"] == [{"conversation": "own", **transfer, "to": "x"}]
    assert frames["events.fetch"]["after"] == [{"after": {"x": 0}}]
    post = {"conversation": "own", "text": "hello", "content": {}, "note": True, "mentions": ["own"]}
    kinds = ("audio", "file", "image", "text", "video")
    assert frames["message.post"]["file"] == [{**post, "kind": kind, "file": "x"} for kind in kinds]


def frames_of(*clients: Socket) -> list[list[dict[str, Any]]]:
    """What each heard, but for the digests that come with time."""
    return [[frame for frame in client.frames if frame["t"] != "digest"] for client in clients]


@pytest.mark.usefixtures("live_loop")
async def test_no_command_reaches_another_tenant(cast: Cast, secrets: dict[str, Any]) -> None:
    own = cast.other.held(cast.mike, cast.mallory).public_id
    async with (
        desk_socket(cast.bob) as bob,
        visitor_socket() as carol,
        desk_socket(cast.mallory) as mallory,
        visitor_socket() as mike,
    ):
        await bob.hello(after={})
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await mallory.hello(after={})
        await mike.hello(token=cast.other.token(cast.mike), after={})
        await bob.settle(cast.shop)
        await carol.settle(cast.shop)
        before, heard = traces(), frames_of(bob, carol)
        await send_all(mallory, dict(AgentClient.commands), secrets, own)
        await send_all(mike, dict(VisitorClient.commands), secrets, own)
        await mallory.settle(cast.other)
        await bob.settle(cast.shop)
        await carol.settle(cast.shop)
        assert traces() == before
        assert frames_of(bob, carol) == heard
        assert SECRET not in str(mallory.frames) + str(mike.frames)


def test_files_are_taken_by_those_who_read_them_alone() -> None:
    taking = {pattern.name for _, pattern in patterns() if getattr(pattern.callback, "max_body", 0) == WITH_A_FILE}
    assert taking == {"files", "account", "account_new"}
