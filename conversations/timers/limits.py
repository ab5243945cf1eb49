"""Time limits of conversations. For each pair of service account and channel, the moment before which something is
over.

Sweeps ask for all places of a tenant at once; actions ask again for some conversations, under their locks.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from accounts.agents.rules import GRACE
from channels_app.reception.opening import AccountAndChannel, hours_of_places
from channels_app.reception.places import chain_of
from conversations.models import Conversation
from conversations.states import State
from conversations.timers.settings import ABSENT_HOLDER, IDLE_END, IDLE_END_WAITS, WAITING_EXPIRY
from core import clock
from core.settings.declare import Setting
from core.settings.hours import ALWAYS, Hours, opened_for
from core.settings.stored import effective_for_many
from core.uptime import absences

Oldest = Mapping[AccountAndChannel, datetime]
Moments = dict[AccountAndChannel, datetime]
Ids = Collection[int] | None  # of the conversations asked about; None: all of the tenant
Past = Callable[[Ids], "QuerySet[Conversation]"]  # those that are past a limit
HoursOf = Callable[[Collection[AccountAndChannel]], Mapping[AccountAndChannel, Sequence[Hours]]]

# A hand-over restarts the silence: the new agent has the whole time, however long the conversation waited before.
SILENT_SINCE = Greatest("last_message_at", "assigned_at")
WAITING_FROM = F("waiting_from")
# An agent who was never seen counts as absent since the assignment.
HOLDER_SEEN = Coalesce("agent__seen_at", "assigned_at")


def idle_before(oldest: Oldest) -> Moments:
    """A silence that began before this moment has lasted for `IDLE_END`."""
    return _before(oldest, _limits(IDLE_END, oldest), _around_the_clock)


def expired_before(oldest: Oldest) -> Moments:
    """A wait that began before this moment has lasted for `WAITING_EXPIRY`, counting opening hours only."""
    return _before(oldest, _limits(WAITING_EXPIRY, oldest), hours_of_places)


def absent_before(oldest: Oldest) -> Moments:
    """An agent last seen before this moment has been absent for `GRACE` and `ABSENT_HOLDER`."""
    limits = {place: GRACE + limit for place, limit in _limits(ABSENT_HOLDER, oldest).items()}
    return _before(oldest, limits, _around_the_clock)


def _before(oldest: Oldest, limits: Mapping[AccountAndChannel, timedelta], hours_of: HoursOf) -> Moments:
    """The latest moment since which each place's limit has passed, in hours `hours_of` and without kefu's own absences.
    Places where the limit has not passed are left out."""
    now = clock.now()
    old = {place: since for place, since in oldest.items() if since <= now - limits[place]}
    if not old:
        return {}
    away = absences()
    moments = {
        place: opened_for(several, limits[place], until=now, floor=old[place], apart_from=away)
        for place, several in hours_of(old).items()
    }
    return {place: moment for place, moment in moments.items() if moment is not None}


def _around_the_clock(places: Collection[AccountAndChannel]) -> dict[AccountAndChannel, Sequence[Hours]]:
    return dict.fromkeys(places, (ALWAYS,))


def _limits(setting: Setting, places: Iterable[AccountAndChannel]) -> dict[AccountAndChannel, timedelta]:
    return {place: timedelta(minutes=value) for place, value in _effective(setting, places).items()}


def _effective(setting: Setting, places: Iterable[AccountAndChannel]) -> dict[AccountAndChannel, Any]:
    chains = {(account, channel): chain_of(account_id=account, channel_id=channel) for account, channel in places}
    return {place: found.value for place, found in effective_for_many(setting.name, chains).items()}


def _among(ids: Ids) -> QuerySet[Conversation]:
    return Conversation.objects.all() if ids is None else Conversation.objects.filter(pk__in=ids)


def idle(ids: Ids = None) -> QuerySet[Conversation]:
    """Active conversations past `IDLE_END`, except those that owe a reply where `IDLE_END_WAITS` is on."""
    rows = _among(ids).filter(state=State.ACTIVE).annotate(since=SILENT_SINCE)
    owed = rows.filter(waiting_since__isnull=False)
    places = owed.order_by().values_list("service_account_id", "channel_id").distinct()
    for (account, channel), waits in _effective(IDLE_END_WAITS, places).items():
        if waits:
            rows = rows.exclude(waiting_since__isnull=False, service_account=account, channel=channel)
    return _past(rows, idle_before)


def expired(ids: Ids = None) -> QuerySet[Conversation]:
    """Waiting conversations past `WAITING_EXPIRY`."""
    return _past(_among(ids).filter(state=State.QUEUED).annotate(since=WAITING_FROM), expired_before)


def waiting_for_absent(ids: Ids = None) -> QuerySet[Conversation]:
    """Active conversations with an unanswered customer message and an agent unseen for `GRACE`, annotated with
    `since`."""
    rows = _among(ids).filter(state=State.ACTIVE, waiting_since__isnull=False)
    return rows.annotate(since=HOLDER_SEEN).filter(since__lte=clock.now() - GRACE)


def held_by_absent(ids: Ids = None) -> QuerySet[Conversation]:
    """Those of `waiting_for_absent` past `ABSENT_HOLDER`, which are to be requeued."""
    return _past(waiting_for_absent(ids), absent_before)


def _past(rows: QuerySet[Conversation], before: Callable[[Oldest], Moments]) -> QuerySet[Conversation]:
    places = rows.order_by().values_list("service_account_id", "channel_id").annotate(oldest=Min("since"))
    oldest = {(account, channel): since for account, channel, since in places}
    due = Q(pk__in=[])
    for (account, channel), moment in before(oldest).items():
        due |= Q(service_account=account, channel=channel, since__lte=moment)
    return rows.filter(due)
