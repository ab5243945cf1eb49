"""Overrides by the operator of the installation: the environment variable KEFU_SETTINGS."""

import json
import logging
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from pydantic import ValidationError

from core.settings.declare import setting_named, settings_at
from core.settings.levels import Level
from core.settings.resolve import Override

log = logging.getLogger(__name__)


def read_platform() -> Mapping[str, Override]:
    """The overrides by name, validated; raises `ImproperlyConfigured` with a sentence for the operator."""
    return _read_platform(settings.PLATFORM_SETTINGS)


@cache
def _read_platform(text: str) -> dict[str, Override]:
    try:
        entries = json.loads(text or "{}")
    except ValueError as error:
        raise ImproperlyConfigured(f"KEFU_SETTINGS is not JSON: {error}") from None
    if not isinstance(entries, dict):
        raise ImproperlyConfigured('KEFU_SETTINGS must be an object such as {"idle_end": {"value": 30}}.')
    return {name: _read_entry(name, entry) for name, entry in entries.items()}


def _read_entry(name: str, entry: Any) -> Override:
    known = [setting.name for setting in settings_at(Level.PLATFORM)]
    if name not in known:
        raise ImproperlyConfigured(f"KEFU_SETTINGS: there is no setting {name}; known are {', '.join(known)}.")
    if not isinstance(entry, dict) or "value" not in entry or not entry.keys() <= {"value", "locked"}:
        raise ImproperlyConfigured(f'KEFU_SETTINGS: {name} must be like {{"value": …, "locked": true}}.')
    if not isinstance(entry.get("locked", False), bool):
        raise ImproperlyConfigured(f"KEFU_SETTINGS: {name}: locked must be true or false.")
    setting = setting_named(name)
    try:
        value = setting.read(entry["value"])
    except ValidationError as error:
        raise ImproperlyConfigured(f"KEFU_SETTINGS: {name}: {error.errors()[0]['msg']}.") from None
    with translation.override("en"):
        if fault := setting.fault(value):
            raise ImproperlyConfigured(f"KEFU_SETTINGS: {name}: {fault}")
    return Override(value, entry.get("locked", False))
