"""What `POST /api/visitor/session` answers: who comes back is resumed, who is new is let in together with all who come
at the same time."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from conversations.lifecycle.queries import latest_row_of_visitor
from conversations.lifecycle.visiting import record_visit
from conversations.timeline.queries import lines, position, visitor_messages
from conversations.timeline.wire import message_object, visitor_line, visitor_row
from conversations.welcome.texts import Reception, asked_receptions, greeting, read_receptions, unless_repeated
from core.batches import together_where
from core.errors import Busy, NotFound, Refusal, TooMany
from core.live.gathering import Batches
from core.live.wire import milliseconds
from core.statements import Asked, fetch_here
from core.tenancy.scope import current_tenant_id
from core.tenancy.threads import in_thread, on_thread
from core.web import throttle
from customers.models import Customer
from customers.profiles import visitor_tokens
from customers.profiles.actions import create_customers
from customers.profiles.queries import customer_known_by
from customers.profiles.visitor_tokens import VisitorToken
from routing.reception.queries import asked_groups_there
from widget.presence import desk_object

Answer = dict[str, Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a session on a channel: what the browser says (`remember_visit`), and its network."""

    channel_id: int
    visit: Mapping[str, str]
    network: str


# Of each channel that is open: what a session shows of it.
CHANNELS = """
select channel.id, tenant.language, tenant.max_upload_bytes, account.name as face, account.avatar
from channels_app_channel channel
join accounts_tenant tenant on tenant.id = channel.tenant_id
join channels_app_serviceaccount account
  on account.tenant_id = channel.tenant_id and account.id = channel.service_account_id
where channel.tenant_id = %(tenant)s and channel.id = any(%(channels)s) and channel.is_active
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a session shows of its channel."""

    channel_id: int
    language: str  # of the tenant
    max_upload_bytes: int
    face: Mapping[str, str]
    reception: Reception
    shown: Mapping[str, Any]  # `desk` of the protocol

    @classmethod
    def of(cls, channel_ids: Sequence[int]) -> dict[int, "Desk"]:
        """By the channels' ids; without those that are closed."""
        channels = Asked(CHANNELS, {"tenant": current_tenant_id(), "channels": list(channel_ids)})
        found, known, present = fetch_here(channels, asked_receptions(channel_ids), asked_groups_there(channel_ids))
        receptions, groups_there = read_receptions(known), [row["group_id"] for row in present]
        return {
            row["id"]: cls._from(row, reception, groups_there)
            for row in found
            if (reception := receptions.get(row["id"]))
        }

    @classmethod
    def _from(cls, row: Mapping[str, Any], reception: Reception, groups_there: Collection[int]) -> "Desk":
        face = {"name": row["face"], "avatar": row["avatar"]}
        shown = desk_object(reception, groups_there)
        return cls(row["id"], row["language"], row["max_upload_bytes"], face, reception, shown)


async def begin(caller: Caller, token: str | None) -> Answer:
    """The answer, in the tenant's scope. Raises `NotFound` for a closed channel, `TooMany` for an address that makes
    too many visitors, and `Busy`."""
    known = _valid(token, caller.channel_id)
    resumed = await in_thread(_resume, caller, known) if known else None
    if resumed:
        return resumed
    # Nothing that the browser keeps of the customer who was signed out belongs to the new visitor.
    return await _newcomers.call(caller) | ({"left": True} if known else {})


def _valid(text: str | None, channel_id: int) -> VisitorToken | None:
    token = visitor_tokens.read(text)
    return token if token and (token.tenant, token.channel) == (current_tenant_id(), channel_id) else None


def _resume(caller: Caller, token: VisitorToken) -> Answer | None:
    """The session of a known customer; None where the token was revoked."""
    customer = customer_known_by(token)
    if customer is None:
        return None
    desk = Desk.of([caller.channel_id]).get(caller.channel_id)
    if desk is None:
        raise NotFound
    record_visit(customer_id=customer.pk, channel_id=caller.channel_id, **caller.visit)
    row = latest_row_of_visitor(customer.pk, caller.channel_id)
    messages, more = visitor_messages(customer.pk, caller.channel_id)
    answer = _answer(desk, customer, caller)
    return answer | {
        "welcome": unless_repeated(answer["welcome"], customer_id=customer.pk, channel_id=desk.channel_id),
        "row": visitor_row(row, position=position(row)) if row else None,
        "messages": [message_object(found, "visitor") for found in messages],
        "more": more,
        "lines": lines_between(row, messages) if row else [],
    }


def _answer(desk: Desk, customer: Customer, caller: Caller) -> Answer:
    """The session of a customer without a conversation."""
    zone = caller.visit["time_zone"] or customer.time_zone
    language = caller.visit["locale"] or customer.locale
    token = VisitorToken(customer.tenant_id, desk.channel_id, customer.pk, customer.token_generation)
    return {
        "token": visitor_tokens.sign(token),
        "now": milliseconds(timezone.now()),
        "visitor": {"id": customer.public_id, "name": customer.name},
        "desk": desk.shown,
        "face": desk.face,
        "welcome": greeting(desk.reception, nickname=customer.name, zone=zone, language=language),
        "max_bytes": desk.max_upload_bytes,
        "row": None,
        "messages": [],
        "more": False,
        "lines": [],
    }


def lines_between(row: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The latest conversation's timeline entries from its first message among `messages` on."""
    numbers = [found["n"] for found in messages if found["conversation_id"] == row["conversation_id"]]
    happened = lines(row["conversation_id"], from_n=min(numbers, default=0), to_n=row["last_seq"])
    return [line for event in happened if (line := visitor_line(row, event))]


def let_in(callers: list[Caller]) -> list[Answer | Exception]:
    """The sessions of people we have not seen; for each, in their order, the answer or why there is none."""
    return together_where(_refusal_of, _let_in, callers)


def _refusal_of(caller: Caller) -> Refusal | None:
    """Why nobody new is let in from the caller's network now; where Redis does not answer nobody knows."""
    if settings.NEW_VISITORS_PER_MINUTE:
        try:
            throttle.count(f"{settings.NEW_VISITORS_PER_MINUTE}/minute", "new-visitors", caller.network)
        except TooMany as refusal:
            return refusal
        except RedisError as error:
            log.warning("a new visitor has to wait: %s", error)
            return Busy()
    return None


def _let_in(callers: Sequence[Caller]) -> list[Answer | Exception]:
    desks = Desk.of([caller.channel_id for caller in callers])
    visits = [caller.visit for caller in callers if caller.channel_id in desks]
    languages = {desk.language for desk in desks.values()}  # one: they are of one tenant
    customers = iter(create_customers(visits, language=languages.pop()) if visits else ())
    return [
        _answer(desk, next(customers), caller) if (desk := desks.get(caller.channel_id)) else NotFound()
        for caller in callers
    ]


_newcomers: Batches[Caller, Answer] = Batches("newcomers", on_thread(let_in))
