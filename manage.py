#!/usr/bin/env python3
"""Django's commands. Where no database is named, they use the one of the kefu that runs on the data folder."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.settings")
    # One command needs one connection, and a refused one should be told at once.
    os.environ.setdefault("KEFU_DATABASE_POOL", "0")
    try:
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ImportError as error:
        sys.exit(f"{error}: run `bin/serve` once, then use `.venv/bin/python manage.py`.")
    from kefu.serving.folders import use_running

    data = Path(os.environ.get("KEFU_DATA_DIR", ROOT / "var")).resolve()
    named = "DATABASE_URL" in os.environ or use_running(data)
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if named:
            raise
        reason = " ".join(str(error).split())
        sys.exit(
            f"No database: no kefu runs on the folder {data}. Start `bin/serve` in another terminal first, "
            "or set DATABASE_URL; if bin/serve runs with --data elsewhere, set KEFU_DATA_DIR to that folder. "
            f"({reason})"
        )


if __name__ == "__main__":
    main()
