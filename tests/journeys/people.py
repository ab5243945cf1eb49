"""The people of the journeys: each is a page (or the frame in it) and what one does there."""

import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Frame, Locator, Page, expect

from tests.eventually import PATIENCE, eventually
from tests.journeys.stack import PASSWORD, Company, Stack

_numbers = itertools.count(1)

READ_LOG = """() => [...document.querySelectorAll("#log .message:not(.line)")].map((node) => {
  if (node.classList.contains("recalled")) return "(recalled)";
  const picture = node.querySelector(".bubble img"), file = node.querySelector(".bubble a.file");
  if (picture) return `image ${picture.alt}`;
  if (file) return `file ${file.getAttribute("download")}`;
  return node.querySelector(".bubble").textContent;
})"""

STORED = """
select m.seq, m.text, m.note, m.kind, m.recalled_at is not null as recalled, a.name as file, m.author_kind
from conversations_message m join conversations_conversation c on c.id = m.conversation_id
left join conversations_attachment a on a.id = m.attachment_id
where m.tenant_id = %s order by c.id, m.seq
"""


def unique(words: str = "消息") -> str:
    """A text that nobody else writes."""
    return f"{words} {next(_numbers)}"


class Person:
    """Somebody in front of a page with a log and an input."""

    input_id = ""

    def __init__(self, page: Page | Frame) -> None:
        self.page = page

    @property
    def tab(self) -> Page:
        """The page, of those who are not in a frame."""
        assert isinstance(self.page, Page)
        return self.page

    @property
    def input(self) -> Locator:
        """Where one writes."""
        return self.page.locator(self.input_id)

    def say(self, text: str) -> str:
        """Write and send."""
        self.input.fill(text)
        self.input.press("Enter")
        return text

    def write(self, text: str) -> None:
        """Write and do not send, key by key, as soon as the field takes keys."""
        expect(self.input).to_be_editable()
        self.input.press_sequentially(text)

    def log(self) -> list[str]:
        """The messages as they stand in the page, without the lines between them."""
        return list(self.page.evaluate(READ_LOG))

    def message(self, text: str) -> Locator:
        """The message with exactly that text."""
        return self.page.locator("#log .message").filter(has=self.page.get_by_text(text, exact=True))

    def sees(self, *texts: str, within: float = PATIENCE) -> None:
        """Every text arrives, each once."""
        eventually(lambda: all(self.log().count(text) == 1 for text in texts), within=within)

    def state_of(self, text: str, state: str, within: float = PATIENCE) -> None:
        """The mark under one's own message: queued, sending, sent, delivered, read or failed."""
        expect(self.message(text).locator(f".state.{state}")).to_be_visible(timeout=within * 1000)

    def recall(self, text: str) -> None:
        """Take one's own message back."""
        self.message(text).locator("button.recall").click()


class Visitor(Person):
    """carol, in the chat."""

    input_id = "#text"

    def attach(self, path: Path) -> None:
        """Send a file."""
        self.page.locator("#picker").set_input_files(path)
        expect(self.page.locator("#tray li")).to_have_count(1)
        self.input.press("Enter")

    def end(self) -> None:
        """End the conversation by the menu."""
        self.page.locator("#more").click()
        self.page.locator("#end").click()
        self.page.locator("#end-now").click()

    def position(self, number: int, within: float = PATIENCE) -> None:
        """The place in the queue, as the head of the chat tells it."""
        expect(self.page.locator("#state")).to_contain_text(str(number), timeout=within * 1000)

    def served_by(self, nickname: str, within: float = PATIENCE) -> None:
        """The head of the chat says who is there."""
        expect(self.page.locator("#state")).to_contain_text(nickname, timeout=within * 1000)


class AgentAtDesk(Person):
    """bob, at the workbench."""

    input_id = "#reply"

    @property
    def rows(self) -> Locator:
        """The active conversations in the list."""
        return self.page.locator("#rows-active .row-link")

    def has_status(self, status: str, within: float = PATIENCE) -> None:
        """The status of the top bar."""
        expect(self.page.locator(f'#status-dot[data-status="{status}"]')).to_be_visible(timeout=within * 1000)

    def open(self, text: str = "") -> None:
        """Open the conversation whose line shows the text, or the only one."""
        row = self.rows.filter(has_text=text) if text else self.rows
        row.first.click()
        expect(self.input).to_be_visible()

    def load(self, figure: str, within: float = PATIENCE) -> None:
        """Such as "1/10"."""
        expect(self.page.locator("#load-figure")).to_have_text(figure, timeout=within * 1000)

    def attach(self, path: Path, *, image: bool = False) -> None:
        """Send a file or a picture."""
        self.page.locator("#image-input" if image else "#file-input").set_input_files(path)
        expect(self.page.locator("#composer-files li")).to_have_count(1)
        self.input.press("Enter")

    def note(self, text: str) -> None:
        """Leave a private note."""
        self.page.locator("#note-toggle").click()
        self.say(text)

    def accept_next(self) -> None:
        """Take who stands first in the queue."""
        self.page.locator("#tab-queue").click()
        self.page.locator("#rows-queue .queue-accept").first.click()

    def end(self) -> None:
        """End the open conversation; the server hears of it five seconds later."""
        self.page.locator("#end-button").click()

    def transfer(self, nickname: str, note: str) -> None:
        """Hand the open conversation over."""
        self.page.locator("#transfer-button").click()
        colleague = self.page.locator("#colleagues .colleague").filter(has_text=nickname)
        colleague.locator("input").check()
        self.page.locator("#transfer-note").fill(note)
        self.page.locator("#transfer-submit").click()
        expect(self.page.locator("#transfer-dialog")).to_be_hidden()


class People:
    """Brings people in front of pages of one stack. `url` may be that of a proxy."""

    def __init__(self, stack: Stack, new_context: Callable[..., BrowserContext]) -> None:
        self.stack = stack
        self.new_context = new_context

    def visitor(
        self, company: Company, *, url: str = "", context: BrowserContext | None = None, **options: Any
    ) -> Visitor:
        """Somebody at the stand-alone chat page, connected."""
        page = (context or self.new_context(**options)).new_page()
        page.goto(f"{url or self.stack.url}/chat/{company.channel}/")
        visitor = Visitor(page)
        expect(page.locator("#banner")).to_be_hidden(timeout=15_000)
        return visitor

    def agent(
        self, company: Company, number: str = "1001", *, url: str = "", context: BrowserContext | None = None,
        online: bool = True, **options: Any,
    ) -> AgentAtDesk:  # fmt: skip
        """An agent who signed in and is online."""
        page = (context or self.new_context(**options)).new_page()
        sign_in(page, url or self.stack.url, company.name(number), PASSWORD)
        agent = AgentAtDesk(page)
        if online:
            agent.has_status("online")
        return agent

    def stored(self, company: Company, *, notes: bool) -> list[str]:
        """The messages of the company in the table, as a log shows them, in order; `notes`: as agents see them."""
        return [_as_shown(row) for row in self.stack.rows(STORED, company.tenant_id) if notes or not row["note"]]

    def agree(
        self, company: Company, visitors: Sequence[Person], agents: Sequence[Person], within: float = PATIENCE
    ) -> None:
        """Both sides show what the table has: every message once, in its order."""
        for person in (*visitors, *agents):
            self.shows_what_is_stored(company, person, notes=person in agents, within=within)
        table = self.stored(company, notes=True)
        spoken = [text for text in table if text != "(recalled)" and not text.startswith("您好")]
        assert len(set(spoken)) == len(spoken), f"stored twice: {table}"
        self.numbers_have_no_gaps(company)

    def shows_what_is_stored(self, company: Company, person: Person, *, notes: bool, within: float) -> None:
        """One person's log becomes equal to the table; a difference is shown line by line."""
        until = time.monotonic() + within
        while (log := person.log()) != (table := self.stored(company, notes=notes)):
            if time.monotonic() > until:
                assert log == table
            person.page.wait_for_timeout(20)

    def numbers_have_no_gaps(self, company: Company) -> None:
        """Messages and events of every conversation are numbered 1, 2, 3 …"""
        gaps = self.stack.rows(
            "select conversation_id from core_event where tenant_id = %s and conversation_id is not null"
            " group by 1 having count(*) <> max(seq)"
            " union all select conversation_id from conversations_message where tenant_id = %s"
            " group by 1 having count(*) <> max(seq)",
            company.tenant_id,
            company.tenant_id,
        )
        assert gaps == []

    def events(self, company: Company, name: str) -> list[dict[str, Any]]:
        """The logged events of that name, oldest first."""
        return self.stack.rows(
            "select * from core_event where tenant_id = %s and name = %s order by id", company.tenant_id, name
        )

    def account(self, company: Company) -> str:
        """For the reader of a failure: who was there, what was stored, the last lines of the server."""
        conversations = self.stack.rows(
            "select * from conversations_conversation where tenant_id = %s", company.tenant_id
        )
        agents = self.stack.rows(
            "select number, status, status_since, seen_at from accounts_agent where tenant_id = %s", company.tenant_id
        )
        happened = self.stack.rows(
            "select name, at, conversation_id, seq from core_event where tenant_id = %s order by id", company.tenant_id
        )
        told = [
            {name: str(value) for name, value in row.items() if value} for row in (*conversations, *agents, *happened)
        ]
        return "\n".join([*map(str, told), *self.stored(company, notes=True), self.stack.last_lines()])


def _as_shown(row: dict[str, Any]) -> str:
    if row["recalled"]:
        return "(recalled)"
    return str(row["text"]) if row["kind"] == "text" else f"{row['kind']} {row['file']}"


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    """Through the form, as people do."""
    page.goto(f"{url}/sign-in/?next=/desk/")
    page.locator("#sign-in-name").fill(name)
    page.locator("#sign-in-password").fill(password)
    page.locator("#sign-in-password").press("Enter")
    page.wait_for_url("**/desk/")
