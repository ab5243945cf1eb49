"""The one table of what follows from what: event → listeners, every N seconds → sweep, what forbids what."""

from accounts import tasks as accounts
from accounts.groups import Serves
from accounts.load import LoadOfAgents
from channels_app.queries import accounts_served_by_group, accounts_served_by_group_alone, serving_groups
from channels_app.service_accounts import stop_serving
from conversations import listeners as conversation_listeners
from conversations import tasks as conversations
from conversations.queries import load_of_agents
from core import events
from core.bus import Listener
from core.tasks import Sweep
from routing import listeners as routing
from routing import tasks as routing_tasks
from stats import tasks as stats
from workbench import listeners as workbench

LISTENERS: dict[type[events.Event], tuple[Listener, ...]] = {
    events.ConversationQueued: (routing.somebody_waits, routing.gave_back),
    events.ConversationEnded: (routing.an_agent_may_have_room,),
    events.ConversationTransferred: (routing.an_agent_may_have_room,),
    events.AgentStatusChanged: (
        routing.an_agent_may_have_room,
        conversation_listeners.tell_visitors_who_is_there,
        routing.somebody_came_or_went,  # last: who was assigned meanwhile waits no more
    ),
    events.AgentCapacityChanged: (routing.an_agent_may_have_room,),
    events.AgentChanged: (workbench.agent_changed, routing.an_agent_may_have_room, routing.somebody_came_or_went),
    events.AgentLeft: (workbench.agent_changed, conversation_listeners.give_back_what_they_held),
    events.SignedOut: (
        workbench.agent_changed,
        conversation_listeners.tell_visitors_who_is_there,  # first: afterwards those who were given back are nobody's
        conversation_listeners.give_back_if_wanted,
        routing.somebody_came_or_went,
    ),
    events.ServingChanged: (workbench.serving_changed, routing.serving_changed),
    events.SettingsChanged: (routing.setting_changed,),
    events.QueueLeft: (routing.queue_moved,),
}

GROUPS_SERVE: tuple[Serves, ...] = (
    Serves(
        used=serving_groups, names=accounts_served_by_group, alone=accounts_served_by_group_alone, stop=stop_serving
    ),
)

LOAD_OF_AGENTS: LoadOfAgents = load_of_agents

SWEEPS: tuple[Sweep, ...] = (
    Sweep("dispatch waiting", 5, routing_tasks.tenants_with_waiting, routing_tasks.dispatch_waiting),
    Sweep("agents' grace", 5, accounts.tenants_with_absent_agents, accounts.set_absent_offline),
    Sweep("left agents", 30, conversations.tenants_with_held_by_nobody, conversations.give_back_held_by_nobody),
    Sweep("absent holders", 5, conversations.tenants_with_held_by_absent, conversations.give_back_held_by_absent),
    Sweep("statistics", 5, stats.tenants_with_uncounted, stats.count_events),
    Sweep("idle end", 30, conversations.tenants_with_idle, conversations.end_idle),
    Sweep("waiting expiry", 60, conversations.tenants_with_expired, conversations.expire_waiting),
    Sweep("unused uploads", 3600, conversations.tenants_with_unused, conversations.remove_unused_uploads),
    Sweep("stray files", 86_400, conversations.tenants_with_stray_files, conversations.remove_stray_files),
    Sweep("old sessions", 3600, accounts.tenants_with_old_sessions, accounts.remove_old_sessions),
)
