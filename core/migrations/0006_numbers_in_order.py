"""The order of numbers with letters as a function that generated columns may use."""

from django.db import migrations

FUNCTION = """
create function kefu_natural(number text) returns text language sql immutable strict parallel safe as $$
  select string_agg(case when part[1] ~ '^[0-9]' then lpad(part[1], 20, '0') else part[1] end, '' order by place)
  from regexp_matches(lower(number), '[0-9]+|[^0-9]+', 'g') with ordinality as parts (part, place)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_names_in_order")]

    operations = [migrations.RunSQL(FUNCTION, "drop function kefu_natural(text)")]
