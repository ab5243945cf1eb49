"""A company on a running kefu: `python -m bench.rig.crew AGENTS CAP ROLE` creates it and prints it as JSON."""

import json
import secrets
import subprocess
import sys
from typing import TypedDict

import django

from bench.rig.house import House
from bench.rig.sockets import Broken
from kefu.serving import processes

CODE = "9902"


class Crew(TypedDict):
    """The channel's public id, what the agents sign in with, and the password of all."""

    channel: str
    agents: list[str]
    password: str


def open_company(house: House, *, agents: int, cap: int, role: str) -> Crew:
    """Creates one group, one web channel, and online agents of the role. Raises `Broken`."""
    command = [sys.executable, "-m", "bench.rig.crew", str(agents), str(cap), role]
    done = subprocess.run(
        command, cwd=processes.ROOT, env=house.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Broken(done.stderr)
    crew: Crew = json.loads(done.stdout)
    return crew


def _open(agents: int, cap: int, role: str) -> Crew:
    django.setup()
    from accounts.agents.caps import set_cap
    from accounts.agents.presence import set_status
    from accounts.models import Group
    from accounts.provisioning import add_agent, open_tenant
    from channels_app.channels.provisioning import add_web_channel
    from core.actors import SYSTEM
    from core.tenancy.scope import tenant_scope

    tenant = open_tenant(code=CODE, name="Crew", language="en", time_zone="UTC")
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="Desks")
        channel = add_web_channel(account_name="Crew", name="Site", groups=(group,))
        password = secrets.token_urlsafe(12)
        names = [f"{1000 + number}" for number in range(agents)]
        for name in names:
            agent = add_agent(number=name, nickname=name, role=role, password=password, groups=(group,))
            set_cap(actor=SYSTEM, agent_id=agent.pk, cap=cap)
            set_status(actor=agent.actor(), agent_id=agent.pk, status="online")
    return {"channel": channel.public_id, "agents": [f"{name}@{CODE}" for name in names], "password": password}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_open(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
