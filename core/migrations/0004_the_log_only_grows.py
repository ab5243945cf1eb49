"""The log of events only grows: of a row, nothing but the mark of statistics changes."""

from django.db import migrations

from core.tenancy.append_only import append_only

FACTS = ("id", "tenant_id", "name", "conversation_id", "seq", "visitor_seq", "actor_kind", "actor_id", "data", "at")


class Migration(migrations.Migration):
    dependencies = [("core", "0003_settings_and_marks")]

    operations = [append_only("core_event", FACTS)]
