"""The audit log by who did it."""

from django.db import migrations, models

import core.console.ordering


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_agents_know_their_load"), ("core", "0005_names_in_order")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                models.F("tenant"),
                core.console.ordering.AlphabeticalOrder("actor_name"),
                models.OrderBy(models.F("at"), descending=True),
                models.F("id"),
                name="accounts_audit_by_actor",
            ),
        ),
    ]
