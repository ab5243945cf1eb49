"""Whether visitors may choose a group is asked again once the chat lets them choose."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_console")]

    operations = [migrations.RemoveField(model_name="group", name="shown_to_visitors")]
