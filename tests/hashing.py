"""Passwords as the product hashes them, at a cost that tests can pay."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """A fifth of a second of CPU for each sign-in is right for people, and minutes in a run of all tests."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
