"""What ended with an agent lately, found without looking at what ended before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0006_who_handed_it_over_and_who_wrote_last")]

    operations = [
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["tenant", "agent", "-ended_at"],
                condition=models.Q(state="ended"),
                name="conversation_ended_of_agent",
            ),
        ),
    ]
