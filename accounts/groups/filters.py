"""What narrows the members of a group."""

from core.console.filters import FilterForm, SearchFilter


class MemberFilter(FilterForm):
    """Members, or those who could become one, by words."""

    q = SearchFilter("number", "nickname")
