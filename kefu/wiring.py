"""The one table of what follows from what: event → listeners, and every N seconds → sweep."""

from accounts import tasks as accounts
from conversations import tasks as conversations
from core import events
from core.bus import Listener
from core.tasks import Sweep
from routing import listeners as routing
from routing import tasks as routing_tasks
from stats import tasks as stats

LISTENERS: dict[type[events.Event], tuple[Listener, ...]] = {
    events.ConversationQueued: (routing.somebody_waits, routing.gave_back),
    events.ConversationEnded: (routing.an_agent_may_have_room,),
    events.ConversationTransferred: (routing.an_agent_may_have_room,),
    events.AgentStatusChanged: (routing.an_agent_may_have_room,),
    events.AgentCapacityChanged: (routing.an_agent_may_have_room,),
    events.SettingsChanged: (routing.setting_changed,),
    events.QueueLeft: (routing.queue_moved,),
}

SWEEPS: tuple[Sweep, ...] = (
    Sweep("dispatch waiting", 5, routing_tasks.tenants_with_waiting, routing_tasks.dispatch_waiting),
    Sweep("agents' grace", 5, accounts.tenants_with_absent_agents, accounts.set_absent_offline),
    Sweep("statistics", 5, stats.tenants_with_uncounted, stats.count_events),
    Sweep("idle end", 30, conversations.tenants_with_idle, conversations.end_idle),
    Sweep("waiting expiry", 60, conversations.tenants_with_expired, conversations.expire_waiting),
    Sweep("unused uploads", 3600, conversations.tenants_with_unused, conversations.remove_unused_uploads),
    Sweep("old sessions", 3600, accounts.tenants_with_old_sessions, accounts.remove_old_sessions),
)
