"""The form of a place's settings: each inherited or set here, with value and lock.

For each setting the form sends a fingerprint of the override that it showed: what the reader did not change is not
written, and what others changed meanwhile is reported, not overwritten. Shown again after a conflict, it has the
present values of what the reader did not change.
"""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy
from pydantic import ValidationError

from accounts.settings.actions import ChangedMeanwhile, LockedAbove, change, may_lock, may_set, settable
from accounts.settings.controls import CONTROLS, Control
from accounts.settings.wording import place_address, place_text
from core.actors import Actor
from core.console.editing import submitted_values
from core.console.forms import Form
from core.errors import NotFound, Refusal
from core.settings.declare import Setting
from core.settings.levels import Level, Place
from core.settings.resolve import Effective, Override, resolve
from core.settings.stored import overrides_of

INHERIT, OWN = "inherit", "own"
FINGERPRINT = re.compile(r"[0-9a-f]{16}")


def fingerprint(setting: Setting, override: Override | None) -> str:
    """A short hash of an override."""
    stored = None if override is None else [setting.write(override.value), override.locked]
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()[:16]


@dataclass
class Entry:
    """One setting on the page."""

    setting: Setting
    place: Place
    reader: Actor
    effective: Effective
    inherited: Effective
    own: Override | None
    control: Control | None = None
    shown: str = ""  # the fingerprint that the form showed
    is_old: bool = False  # changed by others, and not by the reader, since it was shown
    unsaved: str = ""  # the reader's input before the setting was locked
    fields: dict[str, BoundField] = field(default_factory=dict)

    @property
    def locked_by(self) -> Place | None:
        """The place with the lock: one above, or this one for a reader who may not lock."""
        here = self.place if self.own and self.own.locked and not may_lock(self.reader) else None
        return self.inherited.locked_by or here

    @property
    def locked(self) -> bool:
        """Whether the reader cannot set it."""
        return self.locked_by is not None

    @property
    def value(self) -> str:
        return self.setting.sentence(self.effective.value)

    @property
    def inherited_value(self) -> str:
        return self.setting.sentence(self.inherited.value)

    @property
    def inherited_label(self) -> str:
        """The label of the choice "inherit"; for the tenant it names kefu's default."""
        source = self.inherited.source
        return gettext("Inherited (%(place)s)") % {"place": place_text(source)} if source else place_text(None)

    @property
    def source(self) -> str:
        """The source of the effective value, as text."""
        return gettext("Custom") if self.effective.source == self.place else place_text(self.effective.source)

    @property
    def source_address(self) -> str:
        """The settings page of the source; "" for a reader who may not open it."""
        source = self.effective.source
        return place_address(source) if source and source != self.place and may_set(self.reader, source) else ""

    @property
    def fingerprint(self) -> str:
        """Of the stored override."""
        return fingerprint(self.setting, self.own)

    def __post_init__(self) -> None:
        self.shown = self.fingerprint


class SettingsForm(Form):
    """The settings that the reader may set at a place, all or those named. `draft` is posted input that is shown
    without validation."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        place: Place,
        reader: Actor,
        names: Collection[str] | None = None,
        draft: QueryDict | None = None,
    ) -> None:
        self.place, self.reader, self.names = place, reader, names
        settings = [setting for setting in settable(reader, place) if names is None or setting.name in names]
        overrides = overrides_of([setting.name for setting in settings], place.chain)
        self.entries = [
            Entry(
                setting=setting,
                place=place,
                reader=reader,
                effective=resolve(setting, overrides, place.chain),
                inherited=resolve(setting, overrides, place.above),
                own=overrides.get((setting.name, place)),
            )
            for setting in settings
        ]
        self.has_fields = not all(entry.locked for entry in self.entries)
        self.changes: dict[str, Override | None] = {}
        super().__init__(data, initial=self._initial(draft))
        for entry in self.entries:
            if not entry.locked or f"{entry.setting.name}-shown" in self.data:
                self._add(entry, data or draft)

    def _initial(self, draft: QueryDict | None) -> dict[str, Any]:
        if draft is not None:
            return {name: draft.get(name) for name in draft}
        found: dict[str, Any] = {}
        for entry in self.entries:
            found[f"{entry.setting.name}-from"] = OWN if entry.own else INHERIT
            found[f"{entry.setting.name}-lock"] = entry.own is not None and entry.own.locked
        return found

    def _add(self, entry: Entry, posted: QueryDict | None) -> None:
        name = entry.setting.name
        if posted is not None:
            entry.shown = posted.get(f"{name}-shown", entry.shown)
        choices = [(INHERIT, entry.inherited_label), (OWN, gettext_lazy("Custom"))]
        self.fields[f"{name}-from"] = forms.ChoiceField(label=entry.setting.label, choices=choices)
        parts = {"from": f"{name}-from"}
        value = entry.own.value if entry.own else entry.inherited.value
        entry.control = CONTROLS[type(entry.setting.kind)](self, entry.setting, value=value, posted=posted)
        if entry.setting.may_lock(self.place.level) and may_lock(self.reader):
            self.fields[f"{name}-lock"] = forms.BooleanField(label=gettext_lazy("Lock"), required=False)
            parts["lock"] = f"{name}-lock"
        entry.fields = {part: self[field_name] for part, field_name in parts.items()}

    def clean(self) -> dict[str, Any]:
        """Computes `changes`: the overrides to set or remove, without what the reader did not change."""
        if any(self._is_broken(entry) for entry in self.entries if entry.control):
            self.errors.clear()
            raise forms.ValidationError(
                gettext("This form is broken or too old. Nothing was saved: load the page again.")
            )
        for entry in self.entries:
            if entry.control:
                self._judge(entry, entry.control)
        return self.cleaned_data

    def _is_broken(self, entry: Entry) -> bool:
        """Whether the post contains a choice or fingerprint that no page sends."""
        name = entry.setting.name
        shown = self.data.get(f"{name}-shown")
        return f"{name}-from" in self.errors or (shown is not None and FINGERPRINT.fullmatch(shown) is None)

    def _judge(self, entry: Entry, control: Control) -> None:
        if self.cleaned_data.get(f"{entry.setting.name}-from") == OWN:
            self._read_own(entry, control)
        else:
            self._forgive(control)
            self._take(entry, control, None)
        if entry.locked and any(name in self.errors for name in control.names):
            self._forgive(control)
            self._report_lock(entry, control)

    def _read_own(self, entry: Entry, control: Control) -> None:
        given = control.given()
        if given is None:
            return
        try:
            value = entry.setting.read(given)
        except ValidationError:
            self.add_error(control.first, gettext("This value is not possible."))
            return
        if fault := entry.setting.fault(value):
            self.add_error(control.first, fault)
            return
        self._take(entry, control, Override(value, bool(self.cleaned_data.get(f"{entry.setting.name}-lock"))))

    def _forgive(self, control: Control) -> None:
        """Removes errors of fields of inherited settings."""
        for name in control.names:
            self.errors.pop(name, None)

    def _take(self, entry: Entry, control: Control, override: Override | None) -> None:
        wanted, now, shown = fingerprint(entry.setting, override), entry.fingerprint, entry.shown
        entry.is_old = wanted == shown != now
        if wanted in (shown, now):
            return
        if entry.locked:
            self._report_lock(entry, control)
            return
        if shown != now:
            entry.shown = now
            text = gettext("Somebody changed this meanwhile, to: %(value)s. Save again to set it your way.")
            self.add_error(control.first, text % {"value": entry.value})
            return
        self.changes[entry.setting.name] = override

    def _report_lock(self, entry: Entry, control: Control) -> None:
        """Reports that the setting was locked since the page was made, which removed its fields."""
        text = gettext("“%(setting)s” was locked meanwhile (%(place)s) at: %(value)s. Nothing was saved.")
        entry.unsaved = control.unsaved()
        place = place_text(entry.locked_by)
        self.add_error(None, text % {"setting": entry.setting.label, "place": place, "value": entry.value})

    def save(self) -> "SettingsForm | None":
        """Saves the changes; returns None, or on a refusal the form with the errors. Raises `NotFound`."""
        if not self.is_valid():
            return self._with_todays_values() if any(entry.is_old for entry in self.entries) else self
        seen = {entry.setting.name: entry.own for entry in self.entries}
        try:
            change(actor=self.reader, place=self.place, overrides=self.changes, seen=seen)
            return None
        except (ChangedMeanwhile, LockedAbove):
            return self._with_todays_values()
        except NotFound:
            raise
        except Refusal as refusal:
            self.add_error(None, str(refusal))
            return self

    def _with_todays_values(self) -> "SettingsForm":
        """The same input with the present overrides, by which it finds the conflicts; unchanged fields take the present
        values."""
        fresh = SettingsForm(place=self.place, reader=self.reader, names=self.names)
        old = {entry.setting for entry in self.entries if entry.is_old}
        posted = QueryDict(mutable=True)
        posted.update(self.data)
        for entry in fresh.entries:
            if entry.setting in old:
                fresh._put(entry, posted)
        again = SettingsForm(posted, place=self.place, reader=self.reader, names=self.names)
        again.is_valid()
        return again

    def _put(self, entry: Entry, posted: QueryDict) -> None:
        """Replaces the posted values of an entry by those of this form."""
        name = entry.setting.name
        for sent in [sent for sent in posted if sent == name or sent.startswith(f"{name}-")]:
            del posted[sent]
        if entry.control:
            posted[f"{name}-shown"] = entry.fingerprint
            for field_name in {*entry.control.names, *(bound.name for bound in entry.fields.values())}:
                posted.setlist(field_name, submitted_values(self[field_name].initial))


def title_of(place: Place) -> str:
    """The title of the page."""
    return gettext("Reception") if place.level is Level.TENANT else place.name
