"""What messages and customers are found by, and what is still to be indexed."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from core.tenancy.models import TenantModel


def _terms(name: str) -> GinIndex:
    """Without a list of pending entries: a search asks once per week, and would read that list each time."""
    return GinIndex(fields=["terms"], fastupdate=False, name=name)


class SearchDocument(TenantModel):
    """The terms of a message (`conversations/search/rules.py`), under the message's id. A message without terms has
    none, and neither has a recalled one.

    It goes with its message, by the database's own key. `conversation_id` spares the search the messages that its
    reader may not see.
    """

    id = models.BigIntegerField(primary_key=True)
    conversation_id = models.BigIntegerField()
    terms = ArrayField(models.IntegerField())

    class Meta:
        indexes = [_terms("search_document_terms")]


class ContactDocument(TenantModel):
    """The same of a customer, under the customer's id."""

    id = models.BigIntegerField(primary_key=True)
    terms = ArrayField(models.IntegerField())

    class Meta:
        indexes = [_terms("search_contact_terms")]


class SearchBacklog(TenantModel):
    """A conversation whose messages from `from_seq` on have to be indexed again; the row goes when it is done."""

    conversation_id = models.BigIntegerField()
    from_seq = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "conversation_id"], name="search_backlog_once")]
