"""What texts are found by: pairs of neighbouring characters, hashed with tenant and week. Pure.

Any two characters that stand next to each other can be found, in whatever language: so can two Chinese characters,
parts of words, and numbers. Case and width do not matter. A *term* is a 32-bit number: the upper 11 bits are the week,
the lower 21 a hash of tenant and pair. So the index keeps the entries of a week together, which makes writing cheap and
lets a search go back week by week, and companies do not make each other's entries longer. Terms may coincide, so a
search looks at the text as well (`matches`).

Numbers are found however they are grouped: 138 0013 8000 and 138-0013-8000 as 13800138000, and the other way round.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from customers.profiles.masking import is_whole

MIN_LENGTH, MAX_LENGTH = 2, 50  # characters of a query
MAX_PAIRS = 8  # of a query that the index is asked for; the others are looked for in the text
HASH_BITS, WEEK_BITS = 21, 11
_HASHES, _WEEKS, _SIGN = (1 << HASH_BITS) - 1, (1 << WEEK_BITS) - 1, 1 << (HASH_BITS + WEEK_BITS - 1)
_EPOCH = date(1970, 1, 1).toordinal()
ENCODING = "utf-32-le"  # four bytes a character
BEFORE, AROUND = 16, 96  # characters of a snippet: before the first hit, and in all
# What groups the digits of one number; with fewer digits on a side it may as well be a date, or two numbers.
_GAP = re.compile(r"(?<=\d{3})[ \-\u2010-\u2015](?=\d{3})")


def fold(text: str) -> str:
    """The text as it is compared: without differences of case and width."""
    return unicodedata.normalize("NFKC", text).casefold()


def _joined(folded: str) -> str:
    """A folded text with its numbers in one piece."""
    return _GAP.sub("", folded)


def week_number(moment: date) -> int:
    """The week of a day or moment in UTC, counted from 1970-01-01, each from Thursday on."""
    return (moment.toordinal() - _EPOCH) // 7


def week_bits(week: int) -> int:
    """A week's part of its terms, as PostgreSQL's integer. It comes again after 2048 weeks, 39 years."""
    return ((week & _WEEKS) << HASH_BITS) - _SIGN


def hashes_of(text: str, tenant_id: int) -> set[int]:
    """The hashes of all pairs in a text. No pair reaches over a blank."""
    seed, folded = crc32(b"%d" % tenant_id), fold(text)
    joined = _joined(folded)
    words = folded.split() if joined == folded else [*folded.split(), *joined.split()]
    return {
        crc32(run[at : at + 8], seed) & _HASHES
        for run in (word.encode(ENCODING, "surrogatepass") for word in words)
        for at in range(0, len(run) - 4, 4)
    }


def terms_of(text: str, tenant_id: int, week: int) -> list[int]:
    """The terms of a text that belongs to a week, in order."""
    bits = week_bits(week)
    return sorted(bits | each for each in hashes_of(text, tenant_id))


@dataclass(frozen=True)
class Query:
    """The words of a query, folded: a text matches that contains each of them. `whole` is all of it, a number in one
    piece."""

    words: tuple[str, ...]
    whole: str = ""

    @classmethod
    def parse(cls, text: str) -> "Query":
        """From what somebody typed; no words where nothing is left of it."""
        words = fold(text[:MAX_LENGTH]).split()
        return cls(tuple(dict.fromkeys(map(_joined, words))), _joined(" ".join(words)))

    @property
    def is_long_enough(self) -> bool:
        """Whether two characters stand next to each other."""
        return any(len(word) >= MIN_LENGTH for word in self.words)

    def hashes(self, tenant_id: int) -> list[int]:
        """What the index is asked for: pairs side by side, so that few say as much as all; but each pair of a number,
        for most numbers have most of them."""
        pairs = dict.fromkeys(pair for word in self.words for pair in _side_by_side(word))
        return sorted({each for pair in [*pairs][:MAX_PAIRS] for each in hashes_of(pair, tenant_id)})

    def matches(self, text: str, wholes: Collection[str] = ()) -> bool:
        """Whether the text contains every word, but for those that are one of the `wholes` (`masking.is_whole`), as the
        query itself may be."""
        if any(is_whole(self.whole, each) for each in wholes):
            return True
        folded = fold(text)
        joined = _joined(folded)
        return all(
            word in folded or word in joined or any(is_whole(word, each) for each in wholes) for word in self.words
        )


def _side_by_side(word: str) -> Iterator[str]:
    for at in range(0, len(word) - 1, 1 if word.isdecimal() else 2):
        yield word[at : at + 2]
    if len(word) > MIN_LENGTH and len(word) % 2:
        yield word[-2:]


def marked(text: str, query: Query) -> list[str]:
    """The text in parts, of which each second is a hit; the first may be empty."""
    folded, begins, ends = _mapped(text)
    parts, done = [""], 0
    for low, high in _spans(folded, query.words):
        begin, end = begins[low], ends[high - 1]
        parts[-1] += text[done:begin]
        parts += [text[begin:end], ""]
        done = end
    parts[-1] += text[done:]
    return parts


def snippet(text: str, query: Query) -> list[str]:
    """`marked`, of the part of a text around its first hit, on one line."""
    plain = " ".join(text.split())
    parts = marked(plain, query)
    start = max(0, len(parts[0]) - BEFORE)
    head = "…" + parts[0][start:] if start else parts[0]
    return _shortened([head, *parts[1:]], AROUND)


def _shortened(parts: Sequence[str], room: int) -> list[str]:
    kept: list[str] = []
    for part in parts:
        if len(part) > room:
            return [*kept, part[:room] + "…"]
        kept.append(part)
        room -= len(part)
    return kept


def _spans(folded: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, in order; those that touch are one."""
    found = sorted({*_found(folded, words), *_found_in_numbers(folded, words)})
    spans: list[tuple[int, int]] = []
    for low, high in found:
        if spans and low <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(high, spans[-1][1]))
        else:
            spans.append((low, high))
    return spans


def _found(folded: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    return ((at, at + len(word)) for word in words for at in _places(folded, word))


def _found_in_numbers(folded: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    gaps = {gap.start() for gap in _GAP.finditer(folded)}
    kept = [at for at in range(len(folded)) if at not in gaps] if gaps else []
    return ((kept[low], kept[high - 1] + 1) for low, high in _found("".join(folded[at] for at in kept), words))


def _places(folded: str, word: str) -> Iterator[int]:
    at = folded.find(word)
    while at >= 0:
        yield at
        at = folded.find(word, at + 1)


def _mapped(text: str) -> tuple[str, list[int], list[int]]:
    """The folded text, and where each of its characters begins and ends in the text."""
    folded: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for begin, end in _clusters(text):
        piece = fold(text[begin:end])
        folded.append(piece)
        begins += [begin] * len(piece)
        ends += [end] * len(piece)
    return "".join(folded), begins, ends


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Characters with the marks that combine with them, which are folded together."""
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _combines(text[at]):
            yield begin, at
            begin = at


def _combines(character: str) -> bool:
    return unicodedata.combining(character) > 0 or "\u1160" <= character <= "\u11ff"
