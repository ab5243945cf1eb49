"""Creates a company on a running kefu: `python -m bench.rig.crew AGENTS CAP` prints it as JSON."""

import json
import secrets
import sys

import django

CODE = "9902"


def main(agents: int, cap: int) -> None:
    """Creates one group, one web channel, and online agents."""
    django.setup()
    from accounts.agents.caps import set_cap
    from accounts.agents.presence import set_status
    from accounts.models import Group
    from accounts.provisioning import add_agent, open_tenant
    from channels_app.channels.provisioning import add_web_channel
    from core.actors import SYSTEM
    from core.tenancy.scope import tenant_scope

    tenant = open_tenant(code=CODE, name="Faults", language="en", time_zone="UTC")
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="Desks")
        channel = add_web_channel(account_name="Faults", name="Site", groups=(group,))
        password = secrets.token_urlsafe(12)
        names = [f"{1000 + number}" for number in range(agents)]
        for name in names:
            agent = add_agent(number=name, nickname=name, role="agent", password=password, groups=(group,))
            set_cap(actor=SYSTEM, agent_id=agent.pk, cap=cap)
            set_status(actor=agent.actor(), agent_id=agent.pk, status="online")
    facts = {"channel": channel.public_id, "agents": [f"{name}@{CODE}" for name in names], "password": password}
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
