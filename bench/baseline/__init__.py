"""The baseline: the chat that the Channels documentation leads to, in its best fair configuration."""
