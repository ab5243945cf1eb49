"""The baseline: a chat as the Channels documentation builds it, in its fastest fair configuration."""
