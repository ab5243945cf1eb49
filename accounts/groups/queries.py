"""Agent groups and their members, for the console."""

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from accounts.agents.queries import roster
from accounts.models import Agent, Group, Membership, Status
from accounts.permissions import Permission


def groups() -> QuerySet[Group]:
    """Groups with `members` (not deleted ones), the largest sort number first."""
    return Group.objects.annotate(members=Count("memberships"))


def who_can_serve(path: str = "") -> Q:
    """A condition for enabled agents with a desk; `path` leads from the filtered rows to the agents."""
    values = {"is_active": True, "deleted_at": None, "role__permissions__contains": [Permission.DESK]}
    return Q(**{path + name: value for name, value in values.items()})


def groups_that_can_serve() -> set[int]:
    """Ids of groups with such an agent."""
    return set(Membership.objects.filter(who_can_serve("agent__")).values_list("group_id", flat=True))


def groups_given_conversations() -> set[int]:
    """Ids of groups with an agent to whom rules assign conversations; owners only accept by hand."""
    given = who_can_serve("agent__") & Q(agent__role__permissions__contains=[Permission.SERVE])
    return set(Membership.objects.filter(given).values_list("group_id", flat=True))


def members_of(group_id: int) -> QuerySet[Membership]:
    """The members of a group with their agents and roles."""
    return (
        Membership.objects.filter(group=group_id)
        .select_related("agent__role", "agent")
        .annotate(number=F("agent__number"), nickname=F("agent__nickname"), status_order=_status_order_of_agent())
    )


def _status_order_of_agent() -> Case:
    return Case(
        *(When(agent__status=status, then=Value(place)) for place, status in enumerate(Status.values)),
        output_field=IntegerField(),
    )


def outside(group_id: int) -> QuerySet[Agent]:
    """The agents who are not in the group."""
    return roster().exclude(memberships__group=group_id)
