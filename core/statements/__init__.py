"""Statements of our own: on Django's connection (`here`), on the event loop (`live`), planned once (`prepared`)."""

from core.statements.here import as_json, columns_of, fetch_here, look_up, look_up_objects, save_all, select
from core.statements.live import fetch, run_together
from core.statements.prepared import Asked

__all__ = [
    "Asked",
    "as_json",
    "columns_of",
    "fetch",
    "fetch_here",
    "look_up",
    "look_up_objects",
    "run_together",
    "save_all",
    "select",
]
