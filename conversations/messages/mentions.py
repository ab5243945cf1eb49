"""Look-ups of mentions: whom a note may name, and the notes that an agent has not seen."""

from typing import Any, NamedTuple

from accounts.permissions import Permission
from conversations.states import State
from conversations.timeline.queries import Row
from core.statements import look_up

MAX_READERS = 500
MAX_UNSEEN = 20

# Of a conversation that goes on: those who may see all, its holder, and while it waits those who may accept it.
READERS = """
select a.id as key, a.public_id as id, a.nickname as name, a.number, a.status
from accounts_agent a
join accounts_role r on r.tenant_id = a.tenant_id and r.id = a.role_id
where a.tenant_id = %(tenant)s and a.is_active and a.id <> %(but)s and %(desk)s = any(r.permissions) and (
  %(sees_all)s = any(r.permissions) or a.id = %(holder)s or (
    %(waits)s and %(takes)s = any(r.permissions) and exists (
      select 1 from channels_app_servinggroup s
      join accounts_membership m on m.tenant_id = s.tenant_id and m.group_id = s.group_id
      where s.tenant_id = %(tenant)s and s.service_account_id = %(service_account)s and m.agent_id = a.id
    )
  )
) order by a.number, a.id limit %(most)s
"""
UNSEEN = """
select m.conversation_id, m.seq as n, m.at, message.author_name as by, left(message.text, 80) as text,
  count(*) over () || '.' || floor(extract(epoch from max(m.at) over ()) * 1000)::bigint as mark
from conversations_mention m
join conversations_message message
  on message.tenant_id = %(tenant)s and message.conversation_id = m.conversation_id and message.seq = m.seq
where m.tenant_id = %(tenant)s and m.agent_id = %(agent)s and m.seen_at is null
order by m.id desc limit %(most)s
"""
NONE = "0.0"


class Unseen(NamedTuple):
    """The newest notes that name an agent and were not seen, at most `MAX_UNSEEN`; `mark` stands for all of them."""

    mark: str
    notes: list[dict[str, Any]]


def readers_of(row: Row, *, but: int) -> list[dict[str, Any]]:
    """The agents who may read an open conversation at their desks, without one: at most `MAX_READERS`."""
    return look_up(
        READERS,
        but=but,
        holder=row["agent_id"] or 0,
        waits=row["state"] == State.QUEUED,
        service_account=row["service_account_id"],
        desk=Permission.DESK.value,
        sees_all=Permission.SEE_ALL.value,
        takes=Permission.TAKE.value,
        most=MAX_READERS,
    )


def unseen_by(agent_id: int) -> Unseen:
    """The notes that name the agent, the newest first."""
    notes = look_up(UNSEEN, agent=agent_id, most=MAX_UNSEEN)
    return Unseen(notes[0]["mark"] if notes else NONE, notes)
