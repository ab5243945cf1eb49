"""`bin/bench search`: finding words in ten million messages of one company, beside fifty small ones.

The real server process answers the desk's search over HTTP, one request at a time: a supervisor, who may see all, and
an agent, who may see a fiftieth. The baseline looks for the same words with `ilike` and a trigram index in a copy of
the newest million texts, without row-level security, in the same run. See bench/README.md.
"""

import json
import os
import random
import statistics
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import django

from bench.rig import command, servers
from bench.rig.servers import Web
from bench.rig.sockets import Broken

if TYPE_CHECKING:
    from bench.rig.talks import Talks

MESSAGES, TRIGRAM_MESSAGES = 10_000_000, 1_000_000
EACH, WARM_UP = 15, 3  # requests of each kind of word, each for another word where there are several
START_SECONDS = 60.0
MAX_MILLISECONDS = 300.0
TRIGRAM = """
select id, conversation_id, text from trigram where text ilike %s order by id desc limit 20
"""
Words = dict[str, list[str]]
Samples = dict[str, list[float]]


def words_of(talks: "Talks") -> Words:
    """By kind: how often they stand in messages."""
    from bench.rig.talks import FREQUENT, RARE

    draw = random.Random(5)
    by_frequency = talks.words
    return {
        "frequent": [FREQUENT, *by_frequency[:3], "订单", "parcel"],
        "two_characters": draw.sample(by_frequency[50:1000], EACH),
        "rare": [RARE, *(f"parcel {n}" for n in draw.sample(range(997), EACH)), *by_frequency[-EACH:]],
        "number": [f"{draw.randrange(10**5):05}" for _ in range(EACH)],
        "none": [
            "龖龘",
            "zzqqxx",
            "没有的字",
            *(f"{a}龘{b}" for a, b in zip(by_frequency, by_frequency[7:], strict=False)),
        ],
    }


class Searcher:
    """Somebody at the desk, with one persistent connection."""

    def __init__(self, web: Web, cookie: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", web.port, timeout=START_SECONDS)
        self.cookie = cookie

    def search(self, words: str) -> tuple[float, dict[str, Any]]:
        """Milliseconds until the last byte, and what was found."""
        since = time.perf_counter()
        self.connection.request("GET", f"/api/desk/search?q={quote(words)}", headers={"Cookie": self.cookie})
        answer = self.connection.getresponse()
        body = answer.read()
        taken = (time.perf_counter() - since) * 1000
        if answer.status != 200:
            raise Broken(f"{words} answered {answer.status}: {body[:200]!r}")
        return taken, json.loads(body)


def percentile(samples: Sequence[float], of: int) -> float:
    """The percentile `of` of samples in any order."""
    return statistics.quantiles(samples, n=100, method="inclusive")[of - 1]


def searches(searcher: Searcher, words: Words) -> tuple[Samples, int]:
    """Milliseconds by kind of word, and how many answers are not what the kind says."""
    taken: Samples = {kind: [] for kind in words}
    wrong = 0
    for turn in range(WARM_UP + EACH):
        for kind, some in words.items():
            milliseconds, found = searcher.search(some[turn % len(some)])
            if turn >= WARM_UP:
                taken[kind].append(milliseconds)
                wrong += _is_wrong(kind, found)
    return taken, wrong


def _is_wrong(kind: str, found: dict[str, Any]) -> bool:
    hits = found["messages"]
    marked = all(len(message["text"]) > 1 for talk in hits for message in talk["found"])
    return not marked or (kind == "none" and bool(hits)) or (kind == "frequent" and not hits)


def trigrams(words: Words, connection: Any) -> tuple[Samples, int]:
    """The same words with a trigram index: the statement alone; and that index's bytes."""
    taken: Samples = {kind: [] for kind in words}
    for turn in range(WARM_UP + EACH):
        for kind, some in words.items():
            since = time.perf_counter()
            connection.execute(TRIGRAM, [f"%{some[turn % len(some)]}%"]).fetchall()
            if turn >= WARM_UP:
                taken[kind].append((time.perf_counter() - since) * 1000)
    return taken, connection.execute("select pg_relation_size('trigram_text')").fetchone()[0]


def bench(messages: int, kept: Path | None = None) -> tuple[dict[str, Samples], dict[str, float]]:
    """Makes the companies, or finds them where they were `kept`, and asks. Samples by who asks; figures."""
    with servers.environment(kept) as found, ExitStack() as stack:
        os.environ.update(found, KEFU_DATABASE_POOL="0", KEFU_STATEMENT_SECONDS="0")
        django.setup()
        from bench.rig import talks

        made = talks.open_companies(messages, kept)
        indexed = made.indexed
        words = words_of(made)
        web = stack.enter_context(servers.web(servers.KEFU, found))
        supervisor, wrong = searches(Searcher(web, made.supervisor), words)
        agent, _ = searches(Searcher(web, made.at_the_desk), words)
        copied = min(messages, TRIGRAM_MESSAGES)
        copy = stack.enter_context(talks.with_trigrams(found["DATABASE_URL"], copied, keeps=bool(kept)))
        trigram, trigram_bytes = trigrams(words, copy)
        samples = {"supervisor": supervisor, "agent": agent, "trigram": trigram}
        return samples, {
            "messages": float(indexed.messages),
            "indexed_per_second": indexed.a_second,
            "index_bytes_per_message": talks.bytes_of_documents() / indexed.messages,
            "index_alone_bytes_per_message": talks.bytes_of_terms() / indexed.messages,
            f"trigram_index_bytes_per_message_of_{copied}": trigram_bytes / copied,
            "wrong": float(wrong),
        }


def report(samples: dict[str, Samples], figures: dict[str, float]) -> dict[str, dict[str, float]]:
    """The figures and ratios that `--json` prints."""
    everything = [each for taken in samples["supervisor"].values() for each in taken]
    agent = [each for taken in samples["agent"].values() for each in taken]
    trigram = [each for taken in samples["trigram"].values() for each in taken]
    found = {
        "search_ms_p50": percentile(everything, 50),
        "search_ms_p95": percentile(everything, 95),
        **{f"{kind}_ms_p95": percentile(taken, 95) for kind, taken in samples["supervisor"].items()},
        "agent_ms_p95": percentile(agent, 95),
        **{f"trigram_{kind}_ms_p95": percentile(taken, 95) for kind, taken in samples["trigram"].items()},
        "trigram_ms_p95": percentile(trigram, 95),
        **figures,
    }
    ratios = {
        "trigram_to_kefu_p50": percentile(trigram, 50) / percentile(everything, 50),
        "trigram_to_kefu_p95": percentile(trigram, 95) / percentile(everything, 95),
    }
    return {
        "figures": {name: round(value, 1) for name, value in found.items()},
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
    }


def print_table(samples: dict[str, Samples], found: dict[str, dict[str, float]]) -> None:
    """Prints the tables."""
    print("words, milliseconds        supervisor: p50      p95   agent: p50      p95   trigrams: p50      p95")
    for kind in samples["supervisor"]:
        cells = [percentile(samples[who][kind], of) for who in samples for of in (50, 95)]
        print(f"  {kind:<24} {cells[0]:15.1f} {cells[1]:8.1f} {cells[2]:12.1f} {cells[3]:8.1f}"
              f" {cells[4]:15.1f} {cells[5]:8.1f}")  # fmt: skip
    for name, value in (found["figures"] | found["ratios"]).items():
        print(f"  {name:<48} {value:12,.1f}")


def main() -> int:
    """The exit code: 1 where a search takes longer than `MAX_MILLISECONDS`, or an answer is wrong."""
    parser = command.parser("search", "Words in ten million messages.")
    parser.add_argument("--messages", type=int, default=MESSAGES, help=f"of the large company (default {MESSAGES:,})")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what was made there, for the next time")
    options = parser.parse_args()
    return command.run(lambda: _run(options))


def _run(options: Namespace) -> int:
    samples, figures = bench(options.messages, options.keep and options.keep.resolve())
    found = report(samples, figures)
    if options.json:
        print(json.dumps(found))
    else:
        print_table(samples, found)
    return 1 if found["figures"]["search_ms_p95"] > MAX_MILLISECONDS or figures["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
