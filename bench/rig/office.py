"""Creates a small company on a running kefu: `python -m bench.rig.office` prints it as JSON."""

import json
import secrets
import sys

import django

CODE = "9903"


def main() -> None:
    """Creates one group, one web channel, and a supervisor who is online and serves."""
    django.setup()
    from accounts.agents.caps import set_cap
    from accounts.agents.presence import set_status
    from accounts.models import Group
    from accounts.provisioning import add_agent, open_tenant
    from channels_app.channels.provisioning import add_web_channel
    from core.actors import SYSTEM
    from core.tenancy.scope import tenant_scope

    tenant = open_tenant(code=CODE, name="Office", language="en", time_zone="UTC")
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="Desks")
        channel = add_web_channel(account_name="Office", name="Site", groups=(group,))
        password = secrets.token_urlsafe(12)
        supervisor = add_agent(
            number="1000", nickname="Supervisor", role="supervisor", password=password, groups=(group,)
        )
        set_cap(actor=SYSTEM, agent_id=supervisor.pk, cap=10)
        set_status(actor=supervisor.actor(), agent_id=supervisor.pk, status="online")
    sys.stdout.write(json.dumps({"channel": channel.public_id, "name": f"1000@{CODE}", "password": password}))


if __name__ == "__main__":
    main()
