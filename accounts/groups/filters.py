"""The filter of a group's members."""

from core.console.filters import FilterForm, SearchFilter


class MemberFilter(FilterForm):
    """Members, or possible members, by text."""

    q = SearchFilter("number", "nickname")
