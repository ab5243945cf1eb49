"""What management commands have in common: companies by sign-in name, passwords from the terminal."""

import getpass
import os
import sys
from collections.abc import Iterable

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Tenant
from accounts.provisioning import InvalidInput, check_password
from accounts.sign_in.names import SignInName, tenant_by_code


def company_of(name: str) -> tuple[str, Tenant]:
    """The agent's number and the company of a sign-in name such as "1001@9001"; raises `CommandError`."""
    parsed = SignInName.parse(name)
    if parsed is None:
        raise CommandError(f"{name} names no company: write number@company, for example 1001@9001.")
    return parsed.number, company(parsed.tenant_code)


def company(code: str) -> Tenant:
    """The company with the code; raises `CommandError` with the place that was searched."""
    found = tenant_by_code(code)
    if found is None:
        raise CommandError(f"There is no company {code} in {where()}.")
    return found


def where() -> str:
    """The data folder or database in use, for messages: a forgotten setting leads to another installation."""
    folder = f"the data folder {settings.DATA_DIR.resolve()} (KEFU_DATA_DIR names another)"
    if settings.SERVED_AT:
        return f"the kefu at {settings.SERVED_AT} with {folder}"
    return "the database of DATABASE_URL" if "DATABASE_URL" in os.environ else folder


def password_from_terminal(*, names: Iterable[str], language: str) -> str:
    """A password entered twice without echo, asked in the company's language until it is accepted. Without a terminal:
    one line of standard input; raises `Unfit` for one that is not accepted."""
    names = tuple(names)
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        with translation.override("en"):
            check_password(password, names=names)
        return password
    with translation.override(language):
        while True:
            password = getpass.getpass(_("Password (at least 8 characters):") + " ")
            try:
                check_password(password, names=names)
            except InvalidInput as reason:
                sys.stderr.write(f"{reason}\n")
                continue
            if getpass.getpass(_("The same password again:") + " ") == password:
                return password
            sys.stderr.write(_("The two passwords differ. Please begin again.") + "\n")
