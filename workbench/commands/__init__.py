"""What agents may ask for over the live connection; imported, the handlers are registered."""

from workbench.commands import conversations, messages, status

__all__ = ["conversations", "messages", "status"]
