"""Dispatch looks behind a channel that is closed or full without reading all who wait there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0013_lists_in_order")]

    operations = [
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["tenant", "service_account", "channel", "queued_at", "id"],
                name="conversation_channel_queue",
            ),
        ),
    ]
