"""A deleted group keeps its row: its numbers stay, and reports and history still name it."""

from django.db import migrations, models

NAME_ONCE = models.UniqueConstraint(
    fields=["tenant", "name"], condition=models.Q(deleted_at__isnull=True), name="accounts_group_name_once"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_who_comes_back")]

    operations = [
        migrations.AlterModelOptions("group", {"base_manager_name": "ever", "ordering": ["-sort", "id"]}),
        migrations.AlterModelManagers("group", [("objects", models.Manager()), ("ever", models.Manager())]),
        migrations.AddField("group", "deleted_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("group", "accounts_group_name_once"),
        migrations.AddConstraint("group", NAME_ONCE),
    ]
