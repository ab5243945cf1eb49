"""Frames with an id of somebody else in each place that a command has for one, as the classes of payloads say."""

from collections.abc import Collection, Mapping
from itertools import product
from typing import Any, NamedTuple, get_args

from core.live.commands import CommandPayload, PublicId

ID = get_args(PublicId)[1].metadata[0].pattern
USUAL: Mapping[str, Any] = {"string": "hello", "integer": 1, "number": 1.0, "boolean": True, "object": {}}
Fields = dict[str, Any]
Schema = Mapping[str, Any]


class Values(NamedTuple):
    """Values for a place in a payload: good ones, and ones that name somebody else's id."""

    good: list[Any]
    bad: list[Any]


class Ids(NamedTuple):
    """What is put into places for ids, and the classes that payloads consist of."""

    own: str
    foreign: Collection[str]
    classes: Mapping[str, Schema]


def foreign_frames(payload: type[CommandPayload], own: str, foreign: Collection[str]) -> dict[str, list[Fields]]:
    """Field → the frames that name somebody else's id there and nobody's but `own` elsewhere, with each choice of the
    other fields. Fields without a place for an id are left out."""
    schema = payload.model_json_schema()
    fields = _fields(schema, Ids(own, foreign, schema.get("$defs", {})))
    return {name: _with_one_bad(fields, name) for name, values in fields.items() if values.bad}


def _fields(schema: Schema, ids: Ids) -> dict[str, Values]:
    return {name: _values(field, ids) for name, field in schema["properties"].items() if name not in ("t", "id")}


def _all_good(fields: Mapping[str, Values]) -> list[Fields]:
    return [dict(zip(fields, values, strict=True)) for values in product(*(field.good for field in fields.values()))]


def _with_one_bad(fields: Mapping[str, Values], name: str) -> list[Fields]:
    others = {other: values for other, values in fields.items() if other != name}
    return [good | {name: bad} for good, bad in product(_all_good(others), fields[name].bad)]


def _values(schema: Schema, ids: Ids) -> Values:
    if schema.get("pattern") == ID:
        return Values([ids.own], [*ids.foreign])
    if ID in schema.get("patternProperties", ()):
        return Values([{ids.own: 0}], [{each: 0} for each in ids.foreign])
    if inner := _inner(schema, ids):
        return inner
    if schema.get("type") == "null":
        return Values([None], [])
    return Values(schema.get("examples") or schema.get("enum") or [USUAL[schema["type"]]], [])


def _inner(schema: Schema, ids: Ids) -> Values | None:
    """Of what consists of others: one of several, a list, a class."""
    if "$ref" in schema:
        return _values(ids.classes[schema["$ref"].rpartition("/")[2]], ids)
    if "anyOf" in schema:
        options = [_values(option, ids) for option in schema["anyOf"]]
        return Values([each for one in options for each in one.good], [each for one in options for each in one.bad])
    if "items" in schema:
        item = _values(schema["items"], ids)
        return Values([item.good[:1]], [[each] for each in item.bad])
    if "properties" in schema:
        fields = _fields(schema, ids)
        return Values(_all_good(fields), [each for name in fields for each in _with_one_bad(fields, name)])
    return None
