"""Customers move in: the table that was `accounts_customer`, with its rows, rings and references, under a new name.

What calls it as it was called must have run before. Afterwards `conversations` and `stats` point here, and `accounts`
forgets it.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import core.tenancy.models

# With all that is called after it, as Django would have called it here. Two names end with a hash of table and column.
RENAME = """
alter table accounts_customer rename to customers_customer;
alter index accounts_customer_public_id_5b99cda0_like rename to customers_customer_public_id_3fc024ec_like;
alter sequence accounts_customer_id_seq rename to customers_customer_id_seq;
do $$
declare name text;
begin
  for name in select conname from pg_constraint where conrelid = 'customers_customer'::regclass loop
    execute format('alter table customers_customer rename constraint %I to %I', name,
      replace(replace(name, 'accounts_customer_', 'customers_customer_'), '_799eb586_', '_b3a9de9f_'));
  end loop;
end $$;
update django_content_type set app_label = 'customers' where app_label = 'accounts' and model = 'customer'
"""

TABLE = migrations.CreateModel(
    "Customer",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("public_id", models.CharField(default=core.tenancy.models.random_id, max_length=16, unique=True)),
        ("name", models.CharField(max_length=60)),
        ("token_generation", models.PositiveIntegerField(default=1)),
        ("first_seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
        ("last_seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
        ("locale", models.CharField(blank=True, max_length=20)),
        ("time_zone", models.CharField(blank=True, max_length=40)),
        ("page_url", models.CharField(blank=True, max_length=1000)),
        ("page_title", models.CharField(blank=True, max_length=200)),
        ("referrer", models.CharField(blank=True, max_length=1000)),
        ("user_agent", models.CharField(blank=True, max_length=300)),
        ("address", models.GenericIPAddressField(null=True)),
        (
            "tenant",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
    ],
    options={"abstract": False, "base_manager_name": "objects"},
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("accounts", "0008_deleted_groups_keep_their_name"),
        ("conversations", "0007_ended_by_agent"),
        ("stats", "0004_groups_and_answers_after_hand_over"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(RENAME)],
            state_operations=[TABLE],
        )
    ]
