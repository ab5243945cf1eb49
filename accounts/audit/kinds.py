"""Labels of the audit log's kinds, actions and fields, and the addresses of its objects.

Most kinds are derived from the console's subjects (`subjects.py`), the others are registered beside their nouns.
Entries outlive their objects: a kind, field or object that is unknown by now is shown as stored.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from accounts.permissions import BUILT_IN_ROLES
from core.actors import COMMAND_LINE

Text = str | Promise
Show = Callable[[Any], str]
Addresses = Callable[[Collection[int]], Mapping[int, str]]


class Change(NamedTuple):
    """A field before and after, as text; None where it did not exist."""

    label: str
    before: str | None
    after: str | None


def nowhere(ids: Collection[int]) -> Mapping[int, str]:
    """For objects without a page."""
    return {}


@dataclass(frozen=True)
class Kind:
    """A kind of object: labels, actions, fields.

    `only` is the label of the single object of a kind, whose entries have no name; `many` the label of all of them, for
    entries about none in particular. `shown` formats values of fields; `addresses` finds the pages of objects that
    still exist, for readers with `permission`.
    """

    name: str
    label: Text
    actions: Mapping[str, Text]
    fields: Mapping[str, Text] = field(default_factory=dict)
    shown: Mapping[str, Show] = field(default_factory=dict)
    addresses: Addresses = nowhere
    permission: str = ""
    only: Text = ""
    many: Text = ""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Adds kinds to the registry."""
    _kinds.update({kind.name: kind for kind in kinds})


def kinds() -> Sequence[Kind]:
    """All kinds, in order."""
    return list(_kinds.values())


def kind_label(name: str) -> Text:
    """The label of a kind."""
    return _kinds[name].label if name in _kinds else name


def actions() -> dict[str, Text]:
    """Every action with its label, in the order of the kinds."""
    return {action: text for kind in _kinds.values() for action, text in kind.actions.items()}


def object_text(entry: AuditEntry) -> str:
    """The label of an entry's object: its name then, or the kind's label where there is only one."""
    known = _kinds.get(entry.object_kind)
    if known is not None and (known.only or not entry.object_name):
        return str(known.only or known.many)
    return entry.object_name


def actor_text(entry: AuditEntry) -> str:
    """Who did it; the desk itself and its operators have no name of their own."""
    if (entry.actor_kind, entry.actor_name) == (COMMAND_LINE.kind, COMMAND_LINE.name):
        return _("Command line")
    return entry.actor_name or (_("System") if entry.actor_kind == "system" else "–")


def action_label(action: str) -> Text:
    """The label of an action."""
    return next((kind.actions[action] for kind in _kinds.values() if action in kind.actions), action)


def field_label(kind: str, name: str) -> Text:
    """The label of a field."""
    return _kinds[kind].fields.get(name, name) if kind in _kinds else name


def value_text(kind: str, name: str, value: Any) -> str:
    """A stored value as text."""
    show = _kinds[kind].shown.get(name) if kind in _kinds else None
    return show(value) if show is not None and value not in (None, "") else plain(value)


def plain(value: Any) -> str:
    """A stored value without a format of its own."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return _(", ").join(f"{key} {plain(each)}" for key, each in value.items())
    if isinstance(value, list):
        return _(", ").join(plain(each) for each in value)
    return str(value)


def one_of(names: Mapping[str, Text]) -> Show:
    """A formatter for choices."""
    return lambda value: str(names.get(str(value), value))


def role_text(code: Any) -> str:
    """A built-in role's name in the reader's language; any other code as it is."""
    return str(BUILT_IN_ROLES[code][0]) if code in BUILT_IN_ROLES else str(code)


def changes_of(entry: AuditEntry) -> list[Change]:
    """The changes of an entry, in the order of the kind's fields."""
    known = list(_kinds[entry.object_kind].fields) if entry.object_kind in _kinds else []
    names = sorted({**entry.before, **entry.after}, key=lambda name: known.index(name) if name in known else len(known))
    return [Change(str(field_label(entry.object_kind, name)), *_sides(entry, name)) for name in names]


def _sides(entry: AuditEntry, name: str) -> tuple[str | None, str | None]:
    def side(values: Mapping[str, Any]) -> str | None:
        return value_text(entry.object_kind, name, values[name]) if name in values else None

    return side(entry.before), side(entry.after)


def addresses_of(entries: Iterable[AuditEntry], permissions: Collection[str]) -> dict[tuple[str, int], str]:
    """The addresses of the entries' objects that the reader may open; one query per kind."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        known = _kinds.get(entry.object_kind)
        if entry.object_id is not None and known is not None and known.permission in permissions:
            ids[entry.object_kind].add(entry.object_id)
    return {
        (kind, object_id): address
        for kind, wanted in ids.items()
        for object_id, address in _kinds[kind].addresses(wanted).items()
    }
