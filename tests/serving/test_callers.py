"""The peer address in an application's scope: throttles count by it, the audit log and the customer's panel show it."""

import json
import os
import socket
import subprocess
from contextlib import closing
from http.client import HTTPConnection

from kefu.serving import processes


def test_an_application_gets_the_address_of_the_peer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        web = processes.web(listening.fileno())
        arguments = [*web.arguments[:-1], "tests.serving.echo:application"]
        passed, (host, port) = [listening.fileno()], listening.getsockname()
        with subprocess.Popen(arguments, cwd=processes.ROOT, env=dict(os.environ), pass_fds=passed) as process:
            try:
                with closing(HTTPConnection(host, port, timeout=20)) as client:
                    client.request("GET", "/")
                    told = json.loads(client.getresponse().read())
            finally:
                process.terminate()
    assert told and told[0] == "127.0.0.1"
