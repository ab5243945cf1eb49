"""Words in the audit log, as its readers see them: objects, values, addresses.

Values are stored as JSON. What has words of its own (a role, a setting) is looked for by these, in the reader's
language; anything else as it was written. Names of fields are not values.
"""

import json

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.audit import kinds as audit_kinds
from core.tenancy.scope import current_tenant_id

# Every field of either side, with its place.
FIELDS = """
from accounts_auditentry e,
  lateral (select * from jsonb_each(e.before) union all select * from jsonb_each(e.after)) said
where e.tenant_id = %s
"""

# Numbers and texts at any depth, and what stands beside them in a map, such as the groups of an agent.
PLAIN = """
exists (
  select from jsonb_path_query(said.value, 'strict $.**') as part
  where jsonb_typeof(part) in ('string', 'number') and position(%s in lower(part #>> '{}')) > 0
  union all
  select from jsonb_path_query(said.value, 'strict $.** ? (@.type() == "object").keyvalue().key') as part
  where position(%s in lower(part #>> '{}')) > 0
)
"""

FOUND = f"""(
select e.id from accounts_auditentry e where e.tenant_id = %s and (
  position(%s in lower(e.object_name)) > 0 or e.object_kind = any(%s) or starts_with(host(e.address), %s)
)
union
select e.id {FIELDS} and (
  (e.object_kind || '.' || said.key, said.value) in (select * from unnest(%s::text[], %s::jsonb[]))
  or (e.object_kind || '.' || said.key <> all(%s) and (said.value = any(%s::jsonb[]) or {PLAIN}))
))"""  # noqa: S608 – made of the constants above

DISTINCT = f"""
select distinct e.object_kind, said.key, said.value {FIELDS} and e.object_kind || '.' || said.key = any(%s)
"""


def entries_with(words: str) -> RawSQL:
    """The keys of the entries in which they stand."""
    low, tenant = words.lower(), current_tenant_id()
    places, values = _said_in_words(low)
    kinds = [kind.name for kind in audit_kinds.kinds() if kind.only and low in str(kind.only).lower()]
    truths = [truth for truth, word in (("true", _("Yes")), ("false", _("No"))) if low in word.lower()]
    return RawSQL(  # noqa: S611 – a constant, with its values apart
        FOUND,
        [tenant, low, kinds, words, tenant, places, values, _with_words(), truths, low, low],
    )


def _with_words() -> list[str]:
    """The fields whose values have words of their own."""
    return [f"{kind.name}.{name}" for kind in audit_kinds.kinds() for name in kind.shown]


def _said_in_words(low: str) -> tuple[list[str], list[str]]:
    """The stored values that read so: their places, and their JSON. There are few that differ."""
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT, [current_tenant_id(), _with_words()])
        rows: list[tuple[str, str, str]] = cursor.fetchall()
    found = [(f"{kind}.{name}", value) for kind, name, value in rows if low in _read(kind, name, value).lower()]
    return [place for place, _value in found], [value for _place, value in found]


def _read(kind: str, name: str, value: str) -> str:
    return audit_kinds.value_text(kind, name, json.loads(value))
