"""Data folders of earlier releases, in small, and what these releases showed of them.

Each folder here is named after its release and holds
- `database.sql.xz`: what `pg_dump` wrote of the database while that release served it,
- `files.zip`: what people had sent,
- `secret_key`: the key with which that release signed; it was made for this and signs nothing else,
- `browsers.json`: what agents and visitors keep: sign-ins, a session's cookies, visitors' tokens,
- `seen.json`: what they saw (`seen.py`) at the moment of the dump.

`tests/serving/test_before.py` serves each with the code of today and compares. With each release one more is made, in
that release's checkout, in half a minute:

    .venv/bin/python -m tests.serving.before.keep RELEASE

A release that is not supported any more loses its folder. That of ddaade4 was made when that release was no longer the
newest: the same life (`life.py`), by that version's own actions and addresses.
"""
