"""Messages and their attachments."""

from django.db import models
from django.db.models.functions import Now

from conversations.models.conversations import Conversation
from core.tenancy.models import TenantForeignKey, TenantModel, random_id


class Attachment(TenantModel):
    """A file somebody uploaded, checked by its content. Without a message it is removed after a day.

    `kind` is that of the messages that may carry it.
    """

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    owner_kind = models.CharField(max_length=10)
    owner_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())


class Message(TenantModel):
    """One message: of a kind (`conversations/messages/kinds/`), with words, a file, and what the kind has besides.

    `text` is what is searched and previewed, whatever the kind. A recalled message keeps everything for auditors;
    nobody else is shown it.
    """

    conversation = TenantForeignKey(Conversation, related_name="messages", db_index=False)
    seq = models.IntegerField()
    client_id = models.UUIDField()
    author_kind = models.CharField(max_length=10)
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    content = models.JSONField(default=dict, db_default={})
    attachment = TenantForeignKey(Attachment, null=True, related_name="messages", db_index=False)
    note = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "conversation", "seq"], name="message_seq_once"),
            models.UniqueConstraint(fields=["tenant", "conversation", "client_id"], name="message_client_id_once"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "attachment"],
                condition=models.Q(attachment__isnull=False),
                name="message_of_attachment",
            )
        ]
