"""A browser, and a page of somebody else's site that carries the chat."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.rig.sockets import Broken

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Containers run as root and with a small /dev/shm.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
SITE = (
    '<!doctype html><html lang="en"><title>A site</title><script async src="{loader}"></script><h1>Welcome</h1></html>'
)


def program() -> str | None:
    """Where Chromium is; None without one."""
    return os.environ.get("KEFU_BROWSER") or next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Any]:
    """Chromium without a window; raises `Broken` where there is none, or a page does not do what is waited for."""
    found = program()
    if found is None:
        raise Broken(
            "There is no Chromium here (Debian: apt install chromium-headless-shell), or name it: KEFU_BROWSER."
        )
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        try:
            yield browser
        except Error as error:
            raise Broken(str(error)) from error
        finally:
            browser.close()


@contextmanager
def site(loader: str) -> Iterator[str]:
    """The address of a page on another origin that loads this script."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = SITE.format(loader=loader).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Writes nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
