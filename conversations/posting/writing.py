"""Posting messages: batch-shaped, set-based, one transaction for a list of drafts (docs/decisions/0003).

Two statements. `LOCK` takes the conversations in id order; `POST` then sees everything committed before (its snapshot
is younger than the lock), so a repeated client id is found and burns no number. `POST` judges each draft, numbers and
inserts the fresh ones, moves the conversations' summaries and logs the events. A refused draft does not touch its
neighbours. A single post is a list of one.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.db import transaction

from conversations.posting.drafts import REFUSALS, Draft, Outcome, values_of
from conversations.posting.frames import frames_of
from conversations.posting.sql import LOCK, POST
from core import bus
from core.statements import Asked, fetch_here
from core.tenancy.scope import current_tenant_id


def outcomes_of(rows: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """One outcome per draft, in the drafts' order."""
    in_order = sorted(rows, key=itemgetter("ord"))
    return [Outcome(REFUSALS[row["refusal"]] if row["refusal"] else None, row) for row in in_order]


@transaction.atomic(savepoint=False)
def post(drafts: Sequence[Draft]) -> list[Outcome]:
    """Post on Django's connection, as a part of the caller's transaction if there is one."""
    if not drafts:
        return []
    values = values_of(current_tenant_id(), drafts)
    _locked, posted = fetch_here(Asked(LOCK, values), Asked(POST, values))
    outcomes = outcomes_of(posted)
    bus.after_commit(values["tenant"], lambda: frames_of(outcomes))
    return outcomes
