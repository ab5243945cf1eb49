"""A message is of a kind, with words, perhaps a file, and a content that the kind's model checks.

Texts, pictures and files of before have no content besides, so every row has the column's default at once: PostgreSQL
keeps it beside the table, and nothing is written anew, however many messages there are. Names of kinds may be longer,
which no row needs to be looked at for either.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0009_how_it_ended")]

    operations = [
        migrations.AddField("message", "content", models.JSONField(default=dict, db_default={})),
        migrations.AlterField("message", "kind", models.CharField(max_length=20)),
        migrations.AlterField("attachment", "kind", models.CharField(max_length=20)),
        migrations.AlterField("conversation", "last_kind", models.CharField(max_length=20, blank=True)),
    ]
