"""The poster: hands `sql.py` everything that arrived while the previous transaction was under way.

One per tenant and process. No added wait when idle, batches under load; a draft is answered after its commit. Receipts
(read and delivered cursors) ride in the same transactions, so they never fight the messages for a row.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from weakref import WeakKeyDictionary

import psycopg

from conversations.posting import frames, sql, writing
from conversations.posting.drafts import Draft, Outcome, check, values_of
from conversations.posting.receipts import MOVE_RECEIPTS, Receipt, receipt_frames, receipt_values
from core.errors import Busy, Internal
from core.live import hub
from core.statements import Asked, run_together
from core.tenancy.pool import tenant_connection

log = logging.getLogger(__name__)
# Drafts in one transaction. More would cost the database hardly less each, and would all wait for it together: while it
# writes these, the frames of those before are made.
AT_MOST = 25
LONGEST_QUEUE = 5000  # drafts waiting; more are refused as `busy`
COMMIT_WITHIN = (
    15.0  # seconds; then the batch fails, so that a hanging database does not block the tenant's messages for ever
)


Waiting = tuple[Draft, asyncio.Future[Outcome]]


@dataclass
class Poster:
    """The queue of one tenant in one process."""

    tenant_id: int
    waiting: list[Waiting] = field(default_factory=list)
    receipts: dict[tuple[str, Literal["customer", "agent"], int], Receipt] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    publication: asyncio.Task[None] | None = None

    async def post(self, draft: Draft) -> Outcome:
        """The outcome, after commit. Raises `Empty`, `TooLong` or `Busy` at once, `Internal` where the batch failed."""
        check(draft)
        if len(self.waiting) >= LONGEST_QUEUE:
            raise Busy
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append((draft, done))
        self._wake()
        return await done

    def move(self, receipt: Receipt) -> None:
        """Moves cursors with the next batch; only the furthest of each reader is kept."""
        key = (receipt.conversation, receipt.side, receipt.reader_id)
        self.receipts[key] = receipt.furthest(self.receipts.get(key))
        self._wake()

    def _wake(self) -> None:
        if self.task is None:
            self.task = asyncio.create_task(self._drain(), name=f"poster of tenant {self.tenant_id}")

    async def _drain(self) -> None:
        try:
            while self.waiting or self.receipts:
                batch, self.waiting = self.waiting[:AT_MOST], self.waiting[AT_MOST:]
                receipts, self.receipts = list(self.receipts.values()), {}
                await self._write_guarded(batch, receipts)
        finally:
            self.task = None

    async def _write_guarded(self, batch: Sequence[Waiting], receipts: list[Receipt]) -> None:
        """Writes a batch; on any failure its senders are answered, and may repeat."""
        try:
            await self._write(batch, receipts)
        except Exception:
            log.exception("%d messages went wrong", len(batch))
        finally:
            self._fail(batch)

    async def _write(self, batch: Sequence[Waiting], receipts: list[Receipt]) -> None:
        try:
            async with asyncio.timeout(COMMIT_WITHIN):
                outcomes, moved = await self._commit([draft for draft, _ in batch], receipts)
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError):
            log.exception("the database did not take %d messages", len(batch))
            self._fail(batch)
            return
        except Exception as error:  # noqa: BLE001 – each is logged with its cause where it is alone
            log.warning("a batch of %d is taken apart: %s", len(batch), type(error).__name__)
            await self._write_apart(batch, receipts)
            return
        before, self.publication = self.publication, asyncio.create_task(self._show(outcomes, moved, self.publication))
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            if not done.done():
                done.set_result(outcome)
        await _end_of(before)

    async def _show(
        self, outcomes: Sequence[Outcome], moved: Sequence[Mapping[str, Any]], before: "asyncio.Task[None] | None"
    ) -> None:
        """Makes the frames and sends them, while the next batch is written. Connections of this process get them at
        once, other processes after those of the batch before."""
        if sent := frames.frames_of(outcomes) + receipt_frames(moved):
            hub.hub().deliver(sent)
            await asyncio.sleep(0)  # what goes out with this turn does not wait for Redis to be written to
            await _end_of(before)
            await hub.hub().publish_to_others(self.tenant_id, sent)

    async def _write_apart(self, batch: Sequence[Waiting], receipts: list[Receipt]) -> None:
        """Writes each part by itself after a batch failed, so that only the sender of the faulty one is refused."""
        if len(batch) + len(receipts) == 1:
            log.exception("a message or receipt cannot be stored")
            self._fail(batch)
            return
        for each in batch:
            await self._write([each], [])
        for receipt in receipts:
            await self._write([], [receipt])

    def _fail(self, batch: Sequence[Waiting]) -> None:
        for _, done in batch:
            if not done.done():
                done.set_exception(Internal())

    async def _commit(self, drafts: list[Draft], receipts: list[Receipt]) -> tuple[list[Outcome], list[Any]]:
        """One transaction, sent at once and answered at once."""
        names = sorted({draft.conversation for draft in drafts} | {receipt.conversation for receipt in receipts})
        # One lock for both, in id order: two processes that locked in two steps could wait for each other.
        lock = {"tenant": self.tenant_id, "conversations": names}
        asked = [Asked(sql.LOCK, lock)]
        if drafts:
            asked.append(Asked(sql.POST, values_of(self.tenant_id, drafts)))
        if receipts:
            asked.append(Asked(MOVE_RECEIPTS, receipt_values(self.tenant_id, receipts)))
        async with tenant_connection(self.tenant_id) as connection:
            _locked, *answers = await run_together(connection, asked)
        posted = answers.pop(0) if drafts else []
        return writing.outcomes_of(posted), answers.pop() if receipts else []


async def _end_of(publication: "asyncio.Task[None] | None") -> None:
    if publication is not None and not publication.done():
        await asyncio.wait([publication])


async def quiet() -> None:
    """Return when no poster of this event loop has a transaction or a publication under way."""
    posters = list(_posters.get(asyncio.get_running_loop(), {}).values())
    await asyncio.gather(*(found.task for found in posters if found.task is not None))
    await asyncio.gather(*(found.publication for found in posters if found.publication is not None))


_posters: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Poster]] = WeakKeyDictionary()


def poster(tenant_id: int) -> Poster:
    """The tenant's poster on the running event loop."""
    posters = _posters.setdefault(asyncio.get_running_loop(), {})
    found = posters.get(tenant_id)
    if found is None:
        found = posters[tenant_id] = Poster(tenant_id)
    return found
