"""Guessing passwords: what is counted, by what, and whom it must not lock out."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django.conf import LazySettings
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from accounts.sign_in import devices
from core import breaker
from core.errors import TooMany
from core.web import throttle
from core.web.addresses import client_address, client_network, network_of
from tests.accounts.sign_in.test_sign_in import is_in
from tests.cast import PASSWORD, Cast, at_once
from tests.house.sources import ROOT, python_files

HERE = "2001:db8:1:1"


def try_sign_in(
    name: str, password: str = PASSWORD, *, address: str = "127.0.0.1", browser: Client | None = None
) -> int:
    """The status of a sign-in; 302 is in."""
    browser = browser or Client()
    form = {"name": name, "password": password}
    return browser.post("/sign-in/", form, REMOTE_ADDR=address).status_code


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:1::7", "2001:db8:1:1::/64"),
        ("2001:DB8:1:1:9:8:7:6", "2001:db8:1:1::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_network_is_what_one_customer_is_given(address: str, network: str) -> None:
    assert network_of(address) == network


def test_another_address_of_the_same_network_is_no_new_start(cast: Cast) -> None:
    for number in range(5):
        assert try_sign_in("1001@8001", "wrong", address=f"{HERE}::{number}") == 422
    assert try_sign_in("1001@8001", address=f"{HERE}::99") == 422
    assert try_sign_in("1001@8001", address="2001:db8:1:2::99") == 302


def test_the_network_is_the_one_that_the_proxy_names(settings: LazySettings) -> None:
    request = HttpRequest()
    request.META |= {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"1.1.1.1, {HERE}::7"}
    assert client_network(request) == "10.0.0.1"
    settings.TRUST_FORWARDED_FOR = True
    assert client_network(request) == f"{HERE}::/64"


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("192.0.2.7:51432", "192.0.2.7"),
        (f"198.51.100.1, [{HERE}::7]:443", f"{HERE}::7"),
        (f"[{HERE}::7]", f"{HERE}::7"),
        (f"{HERE}::7", f"{HERE}::7"),
        ("unknown", "unknown"),
    ],
)
def test_the_port_that_a_proxy_adds_makes_nobody_somebody_else(settings: LazySettings, told: str, address: str) -> None:
    settings.TRUST_FORWARDED_FOR = True
    request = HttpRequest()
    request.META["HTTP_X_FORWARDED_FOR"] = told
    assert client_address(request) == address


def test_every_throttle_of_addresses_counts_networks() -> None:
    counted = [line for path in python_files() for line in path.read_text().splitlines() if "throttle.count(" in line]
    assert len(counted) > 4
    assert [line for line in counted if "address" in line] == []
    assert "client_address" not in (ROOT / "widget/loader/seen.py").read_text()


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(cast: Cast) -> None:
    at_once(*[lambda: try_sign_in("1001@8001", "wrong")] * 12)  # a right one among the first five would begin anew
    assert try_sign_in("1001@8001") == 422
    with pytest.raises(TooMany):
        throttle.count("5/15 minutes", "sign-in", "1001@8001 127.0.0.1")


def test_right_passwords_use_nothing_up(cast: Cast) -> None:
    for _ in range(60):
        with throttle.attempt(("50/15 minutes", "x"), ("5/15 minutes", "y")):
            pass
    with (
        pytest.raises(TooMany),
        throttle.attempt(("2/minute", "a")) as first,
        throttle.attempt(("1/minute", "b")) as other,
    ):
        first.failed()
        other.failed()
        with throttle.attempt(("2/minute", "a"), ("1/minute", "b")):
            raise AssertionError("the second rule is used up")
    with throttle.attempt(("2/minute", "a")):
        pass  # what the second rule refused, the first one does not count


def test_strangers_do_not_lock_out_a_browser_that_signed_in_before(cast: Cast) -> None:
    bobs = Client()
    assert try_sign_in("1001@8001", browser=bobs) == 302
    bobs.post("/sign-out/")
    for number in range(100):
        with throttle.attempt(("100/15 minutes", "sign-in", "1001@8001")) as attempt:
            attempt.failed()
        with (
            throttle.attempt(("50/15 minutes", "sign-in", "127.0.0.1"))
            if number < 50
            else throttle.attempt() as attempt
        ):
            attempt.failed()
    assert try_sign_in("1001@8001") == 422, "from anywhere else the name is used up"
    assert try_sign_in("１００１＠８００１", browser=bobs) == 302
    assert try_sign_in("1000@8001", browser=bobs, address="192.0.2.9") == 302
    assert try_sign_in("1001@8001", browser=bobs) == 302, "two people share the computer"


def test_a_known_browser_has_five_guesses_too_and_none_for_others(cast: Cast) -> None:
    bobs = Client()
    try_sign_in("1001@8001", browser=bobs)
    for _ in range(5):
        assert try_sign_in("1001@8001", "wrong", browser=bobs) == 422
    assert try_sign_in("1001@8001", browser=bobs) == 422
    assert try_sign_in("1001@8001") == 302, "nobody else is concerned"
    for _ in range(5):
        try_sign_in("1000@8001", "wrong", browser=bobs)
    assert try_sign_in("1000@8001") == 422, "of others it knows nothing, as any browser of the address"


@pytest.mark.parametrize("cookie", ["", "x", "gAAAA", "é"])
def test_a_forged_device_is_no_device(cast: Cast, cookie: str) -> None:
    request = HttpRequest()
    request.COOKIES[devices.COOKIE] = cookie
    assert devices.device_of(request) is None


def test_a_computer_of_many_remembers_the_last_ten(cast: Cast) -> None:
    browser = Client()
    try_sign_in("1001@8001", browser=browser)
    cookie = browser.cookies[devices.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "1001" not in cookie.value
    request = HttpRequest()
    request.COOKIES[devices.COOKIE] = cookie.value
    device = devices.device_of(request)
    assert device is not None
    assert device.names == ("1001@8001",)
    assert is_in(browser)


@pytest.mark.django_db
def test_no_database_connection_waits_for_a_redis_that_hangs(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as request:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        throttle._limiter.cache_clear()
        begun = time.monotonic()
        try:
            request.submit(connection.ensure_connection).result()
            with pytest.raises(redis.TimeoutError):
                request.submit(throttle.count, "5/minute", "anything").result()
        finally:
            throttle._limiter.cache_clear()
        assert request.submit(lambda: connection.connection).result() is None
    assert time.monotonic() - begun < 2 * breaker.TIMEOUT_SECONDS
