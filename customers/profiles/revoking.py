"""Revoking a customer's tokens when the site signs the customer out."""

from django.db import transaction
from django.db.models import F

from core.actors import Actor
from core.live import hub
from core.live.frames import REQUEST_DIGEST, encode
from core.live.groups import visitor_group
from core.tenancy.scope import current_tenant_id
from customers.models import Customer

# Ends polls, which have no digest while they wait.
SIGNED_OUT = encode({"t": "error", "code": "signed_out", "text": ""})


@transaction.atomic
def revoke_tokens(*, actor: Actor, channel_id: int, generation: int) -> bool:
    """Revokes the customer's tokens of this generation, and ends the connections that they opened; False where that was
    done before.

    Whatever asks with such a token later is refused by the reads that admit it (`customer_known_by`, `VisitorClient`).
    Connections end by their next digest, which is asked for here, within a second.
    """
    rows = Customer.objects.filter(pk=actor.row_id, token_generation=generation)
    if not rows.update(token_generation=F("token_generation") + 1):
        return False
    tenant_id = current_tenant_id()
    group = visitor_group(tenant_id, actor.row_id, channel_id)
    transaction.on_commit(lambda: hub.publish(tenant_id, [(group, SIGNED_OUT), (group, REQUEST_DIGEST)]))
    return True
