"""Agents as a subject of the console."""

from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.agents import queries
from accounts.agents.cells import groups_cell, load_cell, status_cell
from accounts.agents.filters import AgentFilter
from accounts.agents.leaving import QUEUE
from accounts.agents.queries import ListedAgent
from accounts.audit.kinds import one_of, role_text
from accounts.models import Agent, Status
from accounts.permissions import Permission
from accounts.roles.queries import ROLE_ORDER, is_above
from core.actors import Actor
from core.console.columns import Column
from core.console.ordering import AlphabeticalOrder
from core.console.subject import Detail, Link, Subject, Words, register
from core.settings.levels import Level

NUMBER = "number_order"


def _is_theirs(agent: Agent | ListedAgent, reader: Actor) -> bool:
    """Whether the reader may disable or delete the agent: not themselves, nor one whose role exceeds theirs."""
    return agent.pk != reader.id and not is_above(agent, reader)


def _is_oneself(agent: ListedAgent, reader: Actor) -> bool:
    return agent.pk == reader.id


def _can_be_disabled(agent: ListedAgent, reader: Actor) -> bool:
    return agent.is_active and _is_theirs(agent, reader)


def _can_be_enabled(agent: ListedAgent, reader: Actor) -> bool:
    return not agent.is_active and _is_theirs(agent, reader)


def _groups(agent: ListedAgent) -> str:
    return gettext(", ").join(f"{each.name} {each.weight}" for each in agent.groups)


AGENT = register(
    Subject(
        "agent",
        page="accounts:agent",
        home="accounts:agents",
        address="console/agents/",
        permission=Permission.MANAGE_TEAM,
        section="team",
        place=10,
        icon="users",
        words=Words(one=_("Agent"), many=_("Agents"), new=_("New agent"), none=_("No agents yet")),
        objects=queries.agents,
        rows=lambda reader: queries.agents(),
        by_key=queries.listed,
        filters=AgentFilter,
        columns=(
            Column("number", _("Number"), sort=(NUMBER,), width=14),
            Column("nickname", _("Nickname"), "name", sort=(AlphabeticalOrder("nickname"), NUMBER), link=True),
            Column("email", _("E-mail"), sort=(Lower("email"), NUMBER), width=28),
            Column("role", _("Role"), sort=(*ROLE_ORDER, NUMBER), width=14),
            Column(
                "groups",
                _("Groups"),
                sort=(AlphabeticalOrder(queries.FIRST_GROUP), NUMBER),
                value=_groups,
                cell=groups_cell,
                in_file=False,
            ),
            Column("weights", _("Groups and skill weights"), value=_groups, sort=None, on_page=False, width=40),
            Column(
                "status",
                _("Status"),
                sort=(queries.STATUS_ORDER, NUMBER),
                words=dict(Status.choices),
                cell=status_cell,
                width=12,
            ),
            Column("load", _("Handling"), "number", sort=("load", NUMBER), cell=load_cell),
            Column("max_concurrent", _("Conversations at once"), "number", sort=None, on_page=False, width=18),
            Column(
                "enabled",
                _("Account"),
                sort=("is_active", NUMBER),
                value=lambda agent: agent.is_active,
                words={True: _("Enabled"), False: _("Disabled")},
                chips={True: "ok", False: "bad"},
                width=12,
            ),
        ),
        default="number",
        title="nickname",
        links=(
            Link("accounts:agent_password", _("Reset password"), "key", asks=True, shown=_is_theirs),
            Link("accounts:agent_password", _("Change password"), "key", shown=_is_oneself),
            Link("accounts:agents_bulk", _("Enable"), "check", sends={"do": "enable"}, shown=_can_be_enabled),
            Link("accounts:agents_bulk", _("Disable"), "no-symbol", sends={"do": "disable"}, shown=_can_be_disabled),
        ),
        deletes=_is_theirs,
        ticks="accounts/agents/_ticks.html",
        audited=(
            "number",
            "nickname",
            "email",
            Detail("role", _("Role"), role_text),
            Detail("groups", _("Groups and skill weights")),
            Detail("enabled", _("Enabled")),
            Detail("conversations", _("Open conversations")),
            Detail(
                "conversations_to",
                _("Open conversations to"),
                one_of({QUEUE: _("Back to the front of the queue")}),
            ),
        ),
        acts={
            "enabled": _("Agent enabled"),
            "disabled": _("Agent disabled"),
            "password_reset": _("Password reset"),
            "password_changed": _("Own password changed"),
            "exported": _("Agents exported"),
        },
        level=Level.AGENT,
        exports=True,
        exported_as=("team", _("Team")),
        list_template="accounts/agents/list.html",
        form_template="accounts/agents/form.html",
    )
)
