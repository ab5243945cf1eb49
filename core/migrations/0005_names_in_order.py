"""The order of names as a function that indexes may use.

`convert_to` is declared stable, because conversions can be created; those of the server itself do not change.
"""

from django.db import migrations

FUNCTION = """
create function kefu_alphabetical(name text) returns bytea
language plpgsql immutable strict parallel safe as $$ begin return convert_to(lower(name), 'GB18030'); end $$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_the_log_only_grows")]

    operations = [migrations.RunSQL(FUNCTION, "drop function kefu_alphabetical(text)")]
