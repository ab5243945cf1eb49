"""Search in the audit log, by what readers see: objects, values, addresses.

Values are stored as JSON. Fields with a format (roles, settings) are searched by their text in the reader's language,
others as stored. Names of fields are not searched.
"""

import json

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.audit import kinds as audit_kinds
from core.tenancy.scope import current_tenant_id

# Every field of either side, with its path.
FIELDS = """
from accounts_auditentry e,
  lateral (select * from jsonb_each(e.before) union all select * from jsonb_each(e.after)) said
where e.tenant_id = %s
"""

# Numbers and texts at any depth, and keys of maps, such as the groups of an agent.
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
    """The primary keys of the entries that contain the words."""
    low, tenant = words.lower(), current_tenant_id()
    places, values = _values_with_text(low)
    kinds = [kind.name for kind in audit_kinds.kinds() if kind.only and low in str(kind.only).lower()]
    truths = [truth for truth, word in (("true", _("Yes")), ("false", _("No"))) if low in word.lower()]
    return RawSQL(  # noqa: S611 – a constant, with its values apart
        FOUND,
        [tenant, low, kinds, words, tenant, places, values, _with_words(), truths, low, low],
    )


def _with_words() -> list[str]:
    """The fields whose values have a format."""
    return [f"{kind.name}.{name}" for kind in audit_kinds.kinds() for name in kind.shown]


def _values_with_text(low: str) -> tuple[list[str], list[str]]:
    """The stored values whose text contains `low`: their paths, and their JSON. Distinct values are few."""
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT, [current_tenant_id(), _with_words()])
        rows: list[tuple[str, str, str]] = cursor.fetchall()
    found = [(f"{kind}.{name}", value) for kind, name, value in rows if low in _read(kind, name, value).lower()]
    return [place for place, _value in found], [value for _place, value in found]


def _read(kind: str, name: str, value: str) -> str:
    return audit_kinds.value_text(kind, name, json.loads(value))
