"""A conversation keeps from which network it was opened, so that the open ones of a network are counted by an index.

Of those that are open, the customer's IPv4 address; an IPv6 network counts from its next conversation on.
"""

from django.db import migrations, models

FILL = """
select set_config('kefu.unscoped', 'on', true);
update conversations_conversation c set opened_from = host(customer.address)
from customers_customer customer
where customer.tenant_id = c.tenant_id and customer.id = c.customer_id and c.state <> 'ended'
  and family(customer.address) = 4
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_from_accounts"), ("conversations", "0011_agents_know_their_load")]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="opened_from",
            field=models.CharField(blank=True, db_default="", default="", max_length=50),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=["tenant", "opened_from"],
                name="conversation_open_from",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
