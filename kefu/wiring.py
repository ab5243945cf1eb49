"""The one table of what follows from what: event → listeners, interval → sweep, and uses that forbid a removal."""

from accounts.agents.listeners import role_changed
from accounts.agents.sweeps import set_absent_offline, tenants_with_absent_agents
from accounts.groups.uses import GroupUse
from accounts.sign_in.sweeps import remove_old_sessions, tenants_with_old_sessions
from channels_app.service_accounts.actions import stop_serving
from channels_app.service_accounts.queries import (
    accounts_served_by_group,
    accounts_served_by_group_alone,
    serving_groups,
)
from conversations.lifecycle.listeners import publish_agent_presence, return_held_conversations, return_if_wanted
from conversations.lifecycle.sweeps import (
    end_idle,
    expire_waiting,
    give_back_held_by_absent,
    give_back_held_by_nobody,
    tenants_with_expired,
    tenants_with_held_by_absent,
    tenants_with_held_by_nobody,
    tenants_with_idle,
)
from conversations.messages.sweeps import (
    remove_stray_files,
    remove_unused_uploads,
    tenants_with_stray_files,
    tenants_with_unused,
)
from conversations.search.sweeps import index_messages, tenants_with_unindexed
from core.bus import Listener
from core.events import agents, service_accounts
from core.events.base import Event
from core.events.conversations import ConversationEnded, ConversationQueued, ConversationTransferred, QueueLeft
from core.events.roles import RoleChanged
from core.events.settings import SettingsChanged
from core.tasks import Sweep
from customers.tool_panels.actions import stop_showing
from customers.tool_panels.queries import seen_by_group_alone
from routing.dispatch.listeners import (
    dispatch_queued,
    dispatch_to_agent,
    presence_changed,
    queue_moved,
    requeued,
    serving_changed,
    setting_changed,
)
from routing.dispatch.sweeps import dispatch_waiting, tenants_with_waiting
from stats.engine.sweeps import count_events, tenants_with_uncounted
from workbench import listeners as workbench

LISTENERS: dict[type[Event], tuple[Listener, ...]] = {
    ConversationQueued: (dispatch_queued, requeued),
    ConversationEnded: (dispatch_to_agent,),
    ConversationTransferred: (dispatch_to_agent,),
    agents.AgentStatusChanged: (
        dispatch_to_agent,
        publish_agent_presence,
        presence_changed,  # last: agents who got a conversation meanwhile do not count as waiting
    ),
    agents.AgentCapacityChanged: (dispatch_to_agent,),
    agents.AgentChanged: (workbench.agent_changed, dispatch_to_agent, presence_changed),
    agents.AgentLeft: (workbench.agent_changed, return_held_conversations),
    agents.SignedOut: (
        workbench.agent_changed,
        publish_agent_presence,  # first: afterwards the conversations that were returned have no agent
        return_if_wanted,
        presence_changed,
    ),
    RoleChanged: (role_changed,),
    service_accounts.ServingChanged: (workbench.serving_changed, serving_changed),
    SettingsChanged: (setting_changed,),
    QueueLeft: (queue_moved,),
}

GROUP_USES: tuple[GroupUse, ...] = (
    GroupUse(
        used=serving_groups,
        names=accounts_served_by_group,
        sole_users=accounts_served_by_group_alone,
        release=stop_serving,
    ),
    GroupUse(used=tuple, names=lambda _group: (), sole_users=seen_by_group_alone, release=stop_showing),
)

SWEEPS: tuple[Sweep, ...] = (
    Sweep("dispatch waiting", 5, tenants_with_waiting, dispatch_waiting),
    Sweep("agents' grace", 5, tenants_with_absent_agents, set_absent_offline),
    Sweep("left agents", 30, tenants_with_held_by_nobody, give_back_held_by_nobody),
    Sweep("absent holders", 5, tenants_with_held_by_absent, give_back_held_by_absent),
    Sweep("statistics", 5, tenants_with_uncounted, count_events),
    Sweep("search", 5, tenants_with_unindexed, index_messages),
    Sweep("idle end", 30, tenants_with_idle, end_idle),
    Sweep("waiting expiry", 60, tenants_with_expired, expire_waiting),
    Sweep("unused uploads", 3600, tenants_with_unused, remove_unused_uploads),
    Sweep("stray files", 86_400, tenants_with_stray_files, remove_stray_files),
    Sweep("old sessions", 3600, tenants_with_old_sessions, remove_old_sessions),
)
