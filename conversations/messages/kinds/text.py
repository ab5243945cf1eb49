"""Words."""

from conversations.messages.kinds.declare import MessageKind, register

TEXT = register(MessageKind("text"))
