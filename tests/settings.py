"""The settings of servers that tests start: the product's, but for what is slow on purpose."""

from kefu.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]
