"""The baseline's one table."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Message(models.Model):
    """A message, with the columns needed to find it again and no other index."""

    conversation = models.CharField(max_length=16, db_index=True)
    client_id = models.UUIDField()
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        app_label = "baseline"
        db_table = "bench_baseline_message"

    def __str__(self) -> str:
        return self.text[:20]
