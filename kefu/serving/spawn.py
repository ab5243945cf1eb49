"""Child processes that end with their parent, and run as another user where a server refuses root."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

# Constants of <linux/prctl.h>, <linux/securebits.h> and <linux/capability.h>.
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_SETPCAP = 8
CAPABILITY_VERSION = 0x20080522

# The system account of the embedded database where kefu runs as root.
DATABASE_ACCOUNT = "kefu-database"

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """A user to run as; `capability` is the only one of root's that it keeps, or None."""

    uid: int
    gid: int
    capability: int | None = None


@dataclass(frozen=True)
class Program:
    """What to start, and the signal that stops it."""

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    inherited: tuple[int, ...] = ()


def start(program: Program, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """Starts it in a process group of its own: Ctrl-C reaches only the parent, which stops children in order.

    To be called from the main thread: the kernel sends the death signal when the *thread* that forked ends.
    """
    return subprocess.Popen(
        program.arguments,
        cwd=program.folder,
        env=dict(program.environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        pass_fds=program.inherited,
        process_group=0,
        # Two system calls and no lock; the callers have no other threads.
        preexec_fn=_in_child(program.account, program.stop_signal),  # noqa: PLW1509
    )


def _in_child(account: Account | None, death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        if account is not None:
            _become(account)
        # After the change of user, which clears the death signal.
        _prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _prctl(option: int, *values: int) -> None:
    filled = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)][:4]
    if _libc.prctl(option, *filled) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _become(account: Account) -> None:
    os.setgroups([])
    os.setresgid(account.gid, account.gid, account.gid)
    if account.capability is not None:
        # Capabilities kept over the change of user count for access(2) too, by which `initdb` looks for its programs.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setresuid(account.uid, account.uid, account.uid)
    if account.capability is not None:
        _keep_only(account.capability)


def _keep_only(capability: int) -> None:
    """Keeps one capability over the coming `exec`, and drops the others."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    bit = 1 << capability
    data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if _libc.capset(header, data) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def database_account(folder: Path, also: tuple[Path, ...] = ()) -> Account | None:
    """The account of the embedded database: None for the present user, or one of its own where that is root.

    An existing folder keeps its owner. Where a parent folder, or one of the programs in `also`, is closed to the
    account (a checkout below /root), the database keeps root's capability to pass through folders.
    """
    if os.geteuid() != 0:
        return None
    owner = _owner(folder) or _made_account()
    account = Account(owner.pw_uid, owner.pw_gid)
    if closed_folder(account, folder) is None and all(closed_folder(account, path) is None for path in also):
        return account
    return Account(owner.pw_uid, owner.pw_gid, _passing_capability())


def _owner(folder: Path) -> pwd.struct_passwd | None:
    try:
        uid = folder.stat().st_uid
        return pwd.getpwuid(uid) if uid != 0 else None
    except (FileNotFoundError, KeyError):
        return None


def _made_account() -> pwd.struct_passwd:
    """Creates our system account; `nobody` where that is impossible (a read-only or minimal system)."""
    for _ in range(2):
        try:
            return pwd.getpwnam(DATABASE_ACCOUNT)
        except KeyError:
            if useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin"):
                options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
                subprocess.run([useradd, *options, DATABASE_ACCOUNT], check=False, capture_output=True)
    return pwd.getpwnam("nobody")


def _passing_capability() -> int | None:
    """A capability of ours to pass through closed folders; containers often keep only the second."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapPrm:"):
            permitted = int(line.split()[1], 16)
            if not permitted & 1 << CAP_SETPCAP:
                return None
            for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
                if permitted & 1 << capability:
                    return capability
    return None


def succeeds_in_child(call: Callable[[], object]) -> bool:
    """Whether the call returns, in a forked process: what it imports takes no memory of this one. An exception is
    printed."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            call()
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def closed_folder(account: Account, path: Path) -> Path | None:
    """The first folder on the way to `path` that the account cannot enter, or None; tried, not computed, because rights
    have many sources."""
    folders = [folder for folder in reversed(path.absolute().parents) if folder.is_dir()]
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_first_closed(account, folders))
    _, status = os.waitpid(child, 0)
    found = os.waitstatus_to_exitcode(status)
    return folders[found] if 0 <= found < len(folders) else None


def _first_closed(account: Account, folders: list[Path]) -> int:
    """In a forked child: the index of the first closed folder, 255 for none."""
    try:
        _become(account)
    except OSError:
        return 0
    return next((index for index, folder in enumerate(folders[:250]) if not os.access(folder, os.X_OK)), 255)
