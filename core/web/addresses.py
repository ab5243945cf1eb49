"""The client's address and network, and our own address."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def public_origin(request: HttpRequest) -> str:
    """Our origin as browsers see it, such as "https://desk.example.com"."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


MAX_KNOWN = 1024  # addresses whose reading is kept: one request asks several times
CUSTOMERS_BITS = 64  # the IPv6 prefix that one household or office is assigned
# Some proxies (Azure's gateways, IIS) append the caller's port, which changes; an IPv6 address has brackets then.
WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[^:\[\]]+):\d+")


def client_address(request: HttpRequest) -> str:
    """The caller's IP address; `X-Forwarded-For` counts only if the settings name a trusted proxy."""
    return address_behind_proxy(
        str(request.META.get("REMOTE_ADDR") or ""), str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    )


def address_behind_proxy(peer: str, forwarded: str) -> str:
    """As `client_address`, by the connected peer and the value of `X-Forwarded-For`."""
    if settings.TRUST_FORWARDED_FOR and forwarded:
        return _without_port(forwarded.rsplit(",", 1)[-1].strip())
    return peer


def _without_port(address: str) -> str:
    found = WITH_PORT.fullmatch(address)
    return found["six"] or found["four"] if found else address


@lru_cache(MAX_KNOWN)
def valid_address(text: str) -> str | None:
    """The normalised IP address; None for anything else."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None


@lru_cache(MAX_KNOWN)
def network_of(address: str) -> str:
    """The key by which throttles count: the /64 network of an IPv6 address, whose owner has 2^64 of them; an IPv4
    address itself, also where it is written as IPv6."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), CUSTOMERS_BITS), strict=False))


def client_network(request: HttpRequest) -> str:
    """The caller's network, by which throttles count."""
    return network_of(client_address(request))
