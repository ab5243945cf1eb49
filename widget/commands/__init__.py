"""What visitors may ask for over the live connection; imported, the handlers are registered."""

from widget.commands import conversations, messages, pages

__all__ = ["conversations", "messages", "pages"]
