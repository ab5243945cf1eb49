"""Audit kinds derived from the console's subjects (`core/console/subject.py`), and the formats of settings, which
several kinds share."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from accounts.audit.exporting import filter_text
from accounts.audit.kinds import Addresses, Kind, Show, Text, nowhere
from core.console.subject import Subject
from core.settings.declare import Setting, settings_at
from core.settings.levels import Level

SETTING_ACTIONS: dict[str, Text] = {
    "setting.changed": _("Setting changed"),
    "setting.inherited": _("Setting inherited again"),
}
ACTS: dict[str, Text] = {
    "added": _("%(what)s added"),
    "changed": _("%(what)s changed"),
    "deleted": _("%(what)s deleted"),
}
EXPORTED = _("%(what)s exported")
EXPORT: dict[str, Text] = {"rows": _("Rows"), "filter": _("Filter")}
EXPORT_WORDS: dict[str, Show] = {"filter": filter_text}


def _about(text: Text, what: Text) -> str:
    return str(text) % {"what": what}


_of = lazy(_about, str)  # said in the reader's language


def kinds_of(subject: Subject) -> list[Kind]:
    """The kind of its rows, and of its list where that is exported under another name."""
    own = bool(subject.audited or subject.acts or (subject.exports and not subject.exported_as))
    kinds = [_kind_of_rows(subject)] if own else []
    if subject.exported_as:
        name, label = subject.exported_as
        acts = {f"{name}.exported": subject.acts.get("exported", _of(EXPORTED, subject.words.many))}
        kinds.append(Kind(name, label, acts, EXPORT, EXPORT_WORDS, only=subject.words.many))
    return kinds


def _kind_of_rows(subject: Subject) -> Kind:
    level = subject.level
    kind = Kind(
        subject.kind,
        subject.words.one,
        acts_of(subject),
        {each.name: each.label for each in subject.details},
        {each.name: each.show for each in subject.details if each.show is not None},
        pages(subject),
        subject.opens_for or subject.permission,
        many=subject.words.many,
    )
    if level is not None:
        kind = also(kind, SETTING_ACTIONS, setting_fields(level), setting_words(level))
    return also(kind, {}, EXPORT, EXPORT_WORDS) if subject.exports and not subject.exported_as else kind


def acts_of(subject: Subject) -> dict[str, Text]:
    """The actions on its rows: adding, changing and deleting where possible, and those it declares."""
    one, many = subject.words.one, subject.words.many
    usual = {act: _of(text, one) for act, text in ACTS.items()} if subject.new_page else {}
    own = dict(subject.acts)
    if subject.exported_as:
        own.pop("exported", None)
    elif subject.exports:
        own.setdefault("exported", _of(EXPORTED, many))
    return {f"{subject.kind}.{act}": text for act, text in (usual | own).items()}


def also(kind: Kind, actions: Mapping[str, Text], fields: Mapping[str, Text], shown: Mapping[str, Show]) -> Kind:
    """The kind with more actions and fields."""
    return replace(
        kind,
        actions={**kind.actions, **actions},
        fields={**kind.fields, **fields},
        shown={**kind.shown, **shown},
    )


def pages(subject: Subject) -> Addresses:
    """A finder of the pages of its existing rows."""
    return pages_at(subject.page, subject.objects) if subject.page and subject.objects else nowhere


def pages_at(name: str, objects: "Callable[[], QuerySet[Any]]") -> Addresses:
    """A finder of pages by URL name, for rows with public ids."""

    def find(ids: Collection[int]) -> Mapping[int, str]:
        found = objects().filter(pk__in=ids).values_list("pk", "public_id")
        return {key: reverse(name, args=[public_id]) for key, public_id in found}

    return find


def setting_fields(level: Level) -> dict[str, Text]:
    """Name → label of the settings that can be set at the level."""
    return {setting.name: setting.label for setting in settings_at(level)} | {"locked": _("Locked for all below")}


def setting_words(level: Level) -> dict[str, Show]:
    """Name → format of these settings' values."""
    return {setting.name: wording_of(setting) for setting in settings_at(level)}


def wording_of(setting: Setting) -> Show:
    """A format of stored values of the setting; invalid ones are shown as stored."""

    def words(stored: Any) -> str:
        try:
            return setting.sentence(setting.read(stored))
        except ValidationError:
            return str(stored)

    return words
