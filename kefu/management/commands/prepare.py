"""`manage.py prepare`: everything between installing a version and running it.

`bin/serve` runs it before each start, a production installation once per version. Quick when there is nothing to do.
"""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from accounts.models import Tenant
from accounts.roles.sync import sync_built_in_roles
from core.tenancy.scope import unscoped


class Command(BaseCommand):
    """Checks the servers, migrates, updates built-in roles, creates the demo on an empty database."""

    help = "Checks the servers, brings the database up to this version, sets up the demo."
    requires_system_checks = ()
    # The database checks run inside `migrate`.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--build", action="store_true", help="`manage.py build` too, for a checkout without an image"
        )
        parser.add_argument("--demo", action="store_true", help="set up the demo companies if the database is empty")
        parser.add_argument("--connections", type=int, default=0, help="say so if the database allows fewer than these")
        parser.add_argument(
            "--sign-ins", type=Path, help="write the demo's sign-ins, where there is a demo, to this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        check_servers()
        if (allowed := allowed_connections()) < options["connections"]:
            self.stdout.write(
                f"The database allows {allowed} connections, and these processes may need {options['connections']}: "
                "raise its max_connections, or start fewer with --web."
            )
        if options["build"]:
            call_command("build", stdout=self.stdout)
        close_files()
        self.migrate()
        if companies := sync_built_in_roles():
            self.stdout.write(f"bringing the built-in roles to this version: {companies} companies")
        if options["demo"] and not has_tenants():
            call_command("seed_demo", stdout=self.stdout)
        if options["sign_ins"]:
            options["sign_ins"].touch(mode=0o600)
            options["sign_ins"].write_text(json.dumps(demo_sign_ins()))

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if unknown := unknown_migrations(executor):
            raise CommandError(
                f"This database belongs to a newer kefu: it has the migration {unknown[0]}, which this version does "
                "not know. Start that newer version, or restore a backup."
            )
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(f"migrating the database: {len(plan)} steps")
            call_command("migrate", interactive=False, verbosity=0)


def close_files() -> None:
    """Closes the upload folder to other users of the machine; earlier versions left it open."""
    folder = Path(settings.MEDIA_ROOT)
    if folder.is_dir() and folder.stat().st_uid == os.geteuid():
        folder.chmod(settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)


def check_servers() -> None:
    """Checks that both servers answer, and that row-level security binds the database's role; raises `CommandError`."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
            row = cursor.fetchone()
    except OperationalError as error:
        raise CommandError(f"The database does not let us in: {' '.join(str(error).split())}") from error
    if row and row[0]:
        raise CommandError(
            "The role in DATABASE_URL is a superuser or bypasses row-level security, so the database would not keep "
            "tenants apart: give kefu an ordinary role that owns its database."
        )
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=10, socket_connect_timeout=10) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        raise CommandError(f"Redis does not answer: {error}") from error


def allowed_connections() -> int:
    """The number of connections that the database allows in all."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('max_connections')::int")
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def unknown_migrations(executor: MigrationExecutor) -> list[str]:
    """Migrations that are applied but unknown to this code, because a newer version ran before."""
    loader = executor.loader
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    return sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - known)


def has_tenants() -> bool:
    """Whether any company exists."""
    with unscoped(reason="the demo is for an empty installation"):
        return Tenant.objects.exists()


def demo_sign_ins() -> list[list[str]]:
    """(label, sign-in name, password) of each demo sign-in, in English like the rest of the terminal."""
    from kefu.demonstration.pages import sign_ins

    with translation.override("en"):
        return [[str(entry[key]) for key in ("who", "name", "password")] for entry in sign_ins()]
