"""The cast: alice owns company 8001, bob is an agent there, carol visits its web page; mallory works for 8002.

mallory's company has a conversation, a file and a visitor (mike) of its own, so that a leak in either direction shows.
"""

from tests.cast.at_once import at_once, scoped
from tests.cast.company import PASSWORD, Company, draft_of, open_company, password_hash
from tests.cast.people import Cast, assemble

__all__ = [
    "PASSWORD",
    "Cast",
    "Company",
    "assemble",
    "at_once",
    "draft_of",
    "open_company",
    "password_hash",
    "scoped",
]
