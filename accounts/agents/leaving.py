"""Confirmations before agents lose their desk: who leaves, how many conversations they hold, and who gets these."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.agents import queries
from accounts.models import Agent, Group, Membership, Role, Status
from accounts.permissions import Permission
from accounts.roles.queries import is_above
from core.actors import Actor
from core.console.forms import Form
from core.console.ordering import AlphabeticalOrder, alphabetical_key
from core.errors import Refusal

QUEUE = "queue"  # in the audit log: the conversations go back to the queue
MAX_NAMES = 8  # names in one confirmation; the others are counted


class ConfirmationNeeded(Refusal):
    """The form has consequences that its fields do not show; sending it once more confirms them."""

    code = "ask_first"
    status = 409

    def __init__(self, consequences: Iterable[str]) -> None:
        super().__init__()
        self.consequences = tuple(consequences)

    def __str__(self) -> str:
        return " ".join([*self.consequences, _("Save once more to do it.")])


class ResubmitForm(Form):
    """What was sent, for a question to send it once more with its answer."""

    def __init__(self, sent: Mapping[str, list[str]], data: Any = None) -> None:
        super().__init__(data)
        for name, values in sent.items():
            self.fields[name] = forms.Field(required=False, widget=forms.MultipleHiddenInput)
            self.initial[name] = values


class LeavingForm(ResubmitForm):
    """Asks who gets the conversations of the agents who leave; without the field where they hold none."""

    heir = forms.ChoiceField(label=gettext_lazy("Their conversations"), required=False)

    def __init__(self, sent: Mapping[str, list[str]], data: Any, *, leaving: Collection[Agent]) -> None:
        super().__init__(sent, data)
        self.leaving = holding([agent.pk for agent in leaving])
        if not any(agent.load for agent in self.leaving):
            del self.fields["heir"]
            return
        choice: Any = self.fields["heir"]
        choice.choices = heir_choices(self.leaving)

    @property
    def load_lines(self) -> list[str]:
        """See `load_lines`."""
        return load_lines(self.leaving)


def load_lines(agents: Sequence[Any]) -> list[str]:
    """Sentences about how many conversations each of these agents holds; `agents` as `holding` returns them."""
    held = [agent for agent in agents if agent.load]
    lines = [
        _("Conversations of %(name)s now: %(number)d") % {"name": agent.nickname, "number": agent.load}
        for agent in held[:MAX_NAMES]
    ]
    if others := held[MAX_NAMES:]:
        text = _("Conversations of %(agents)d more agents now: %(number)d")
        lines.append(text % {"agents": len(others), "number": sum(agent.load for agent in others)})
    return lines or [_("They hold no conversations now.") if len(agents) > 1 else _("No conversations now.")]


def holding(ids: Collection[int]) -> list[Any]:
    """These agents with their load, the highest load first."""
    return sorted(Agent.objects.filter(pk__in=ids), key=lambda agent: (-agent.load, alphabetical_key(agent.nickname)))


def heir_choices(leaving: Collection[Agent]) -> list[tuple[str, str]]:
    """Choices of a select: the queue (""), or one of the `heirs` by public id."""
    return [("", _("Back to the front of the queue")), *((each.public_id, _heir_text(each)) for each in heirs(leaving))]


def heirs(leaving: Iterable[Agent]) -> list[Any]:
    """The agents who can take over conversations, those with most free capacity first."""
    there = Agent.objects.filter(is_active=True, role__permissions__contains=[Permission.DESK])
    rows = there.exclude(status=Status.OFFLINE).exclude(pk__in=[agent.pk for agent in leaving])
    return sorted(rows, key=lambda agent: (agent.load - agent.max_concurrent, alphabetical_key(agent.nickname)))


def _heir_text(agent: Any) -> str:
    values = {"name": agent.nickname, "number": agent.number, "load": agent.load, "cap": agent.max_concurrent}
    return _("Hand over to %(name)s (%(number)s, %(load)d/%(cap)d)") % values


def audited_loads(agents: Collection[Agent], heir: str) -> dict[int, dict[str, Any]]:
    """Agent id → the audit log's values (conversations held, and who gets them), of those who hold any."""
    held = [agent for agent in holding([agent.pk for agent in agents]) if agent.load]
    gets = next((each.numbered_name for each in heirs(agents) if each.public_id == heir), QUEUE) if heir else QUEUE
    return {agent.pk: {"conversations": agent.load, "conversations_to": gets} for agent in held}


def agents_to_disable(actor: Actor, public_ids: Collection[str]) -> list[Agent]:
    """Those of the agents whom the actor may disable."""
    rows = queries.agents().select_related("role").filter(public_id__in=public_ids, is_active=True)
    return [agent for agent in rows if agent.pk != actor.id and not is_above(agent, actor)]


def consequences(agent: Agent, *, role: Role, groups: Collection[str]) -> list[str]:
    """Sentences about what another role or other groups would do to the agent beyond the changed fields."""
    lost = set(agent.role.permissions) - set(role.permissions)
    works = Permission.DESK in role.permissions
    name = {"name": agent.nickname}
    found = [_("%(name)s is signed out everywhere, and signs in again with the new role.") % name] if lost else []
    if load := leaves_behind(agent, role=role):
        asked = _("Conversations of %(name)s now: %(number)d. Choose what becomes of them.")
        found.append(asked % {**name, "number": load})
    if works and agent.is_active and not groups and agent.memberships.all():
        found.append(_("%(name)s is in no group then, and is given no new conversations.") % name)
        if load := holding([agent.pk])[0].load:
            kept = _("Conversations of %(name)s now: %(number)d. They stay with %(name)s.")
            found.append(kept % {**name, "number": load})
    return found


def leaves_behind(agent: Agent, *, role: Role) -> int:
    """How many conversations the agent holds and would lose with the other role."""
    keeps = Permission.DESK in role.permissions or Permission.DESK not in agent.role.permissions
    load: int = 0 if keeps else holding([agent.pk])[0].load
    return load


def only_in_group(group: Group) -> QuerySet[Agent]:
    """Active members with a desk who have no other group."""
    elsewhere = Membership.objects.exclude(group=group).values("agent")
    rows = queries.agents().filter(memberships__group=group, is_active=True).exclude(pk__in=elsewhere)
    return rows.filter(role__permissions__contains=[Permission.DESK]).order_by(AlphabeticalOrder("nickname"))


def without_a_group(actor: Actor, group: Group, public_ids: Collection[str]) -> list[str]:
    """Nicknames of those among these members who would have a desk and no group after their removal.

    Empty where the removal would be refused anyway: then there is nothing to confirm.
    """
    leaving = list(queries.agents().select_related("role").filter(public_id__in=public_ids, memberships__group=group))
    if any(is_above(agent, actor) for agent in leaving):
        return []
    return names_of(only_in_group(group).filter(public_id__in=public_ids))


def names_of(agents: QuerySet[Agent]) -> list[str]:
    """The agents' nicknames."""
    return list(agents.values_list("nickname", flat=True))


def name_list(names: Collection[str]) -> str:
    """Up to `MAX_NAMES` names in a sentence, and how many more there are."""
    shown = list(names)[:MAX_NAMES]
    text = _(", ").join(shown)
    more = len(names) - len(shown)
    return _("%(names)s and %(number)d more") % {"names": text, "number": more} if more else text
