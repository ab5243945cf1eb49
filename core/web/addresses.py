"""Whose request it is: the client's address and network."""

import re
from ipaddress import IPv4Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def public_origin(request: HttpRequest) -> str:
    """Where browsers reach us."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


CUSTOMERS_BITS = 64  # of an IPv6 address: what one household or office is given
# Some proxies (Azure's gateways, IIS) write where the caller's connection came from: another port each time. An IPv6
# address has brackets then, since it is made of colons itself.
WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[^:\[\]]+):\d+")


def client_address(request: HttpRequest) -> str:
    """The caller's IP address; a proxy's word counts only where the settings say there is one."""
    return told_address(str(request.META.get("REMOTE_ADDR") or ""), request.headers.get("X-Forwarded-For", ""))


def told_address(peer: str, forwarded: str) -> str:
    """The same by who is connected and what the header `X-Forwarded-For` says."""
    if settings.TRUST_FORWARDED_FOR and forwarded:
        return _without_port(forwarded.rsplit(",", 1)[-1].strip())
    return peer


def _without_port(address: str) -> str:
    found = WITH_PORT.fullmatch(address)
    return found["six"] or found["four"] if found else address


def valid_address(text: str) -> str | None:
    """An IP address as the database knows it; None for anything else."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def network_of(address: str) -> str:
    """What throttles count by: an IPv6 customer has a network of 2^64 addresses, and may take another for each attempt.

    Of an IPv4 address it is the address itself, however it is written.
    """
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
    """The caller's network, as throttles know it."""
    return network_of(client_address(request))
