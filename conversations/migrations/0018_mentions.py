"""Mentions: colleagues whom a private note names."""

import django.db.models.functions.datetime
from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table


def reference(to: str) -> "models.ForeignKey[object, object]":
    return core.tenancy.models.TenantForeignKey(
        db_constraint=False, db_index=False, on_delete=models.CASCADE, related_name="+", to=to
    )


class Migration(migrations.Migration):
    dependencies = [("conversations", "0017_search")]

    operations = [
        migrations.CreateModel(
            "Mention",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.IntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("seen_at", models.DateTimeField(null=True)),
                ("agent", reference("accounts.agent")),
                ("conversation", reference("conversations.conversation")),
                ("tenant", models.ForeignKey("accounts.tenant", models.CASCADE, db_index=False, related_name="+")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "conversation", "seq", "agent"), name="mention_once")
                ],
                "indexes": [
                    models.Index(
                        fields=["tenant", "agent", "-id"],
                        condition=models.Q(("seen_at", None)),
                        name="mentions_unseen",
                    )
                ],
            },
        ),
        tenant_table(
            "conversations_mention",
            {"agent_id": "accounts_agent", "conversation_id": "conversations_conversation"},
        ),
    ]
