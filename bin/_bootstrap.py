"""From a bare Python to kefu's own environment: a virtual environment with exactly the locked packages.

Only the standard library is used. The first lines must be read by old Pythons too, so that those get a sentence
instead of a syntax error; hence no new syntax in this file.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "kefu needs Python 3.11 or newer; this is Python %d.%d: install a newer one "
        "(Debian 12, Ubuntu 24.04 and later have it)." % sys.version_info[:2]
    )

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENT = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(ENVIRONMENT, "bin", "python")
# test.lock holds everything of serve.lock in the same versions (`tests/serving/` compares them).
CONTAINED = {"serve": ("serve",), "test": ("test", "serve")}


def main() -> None:
    name, given = sys.argv[1], sys.argv[2:]
    install("serve" if name == "serve" else "test")
    sys.stdout.flush()
    if name == "serve":
        become(["-m", "kefu.serving", *given])
    elif name == "test":
        become([os.path.join(ROOT, "bin", "_checks.py"), *given])
    else:
        bench(given)


def become(arguments: "list[str]") -> None:
    """Replace this process by the environment's Python, which finds kefu wherever it was called from."""
    paths = [ROOT] + [path for path in [os.environ.get("PYTHONPATH")] if path]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    os.execv(PYTHON, [PYTHON, *arguments])


def bench(given: "list[str]") -> None:
    folder = os.path.join(ROOT, "bench")
    files = os.listdir(folder) if os.path.isdir(folder) else []
    names = sorted(name[:-3] for name in files if name.endswith(".py") and not name.startswith("_"))
    if given and given[0] in names:
        become(["-m", "bench." + given[0], *given[1:]])
    if given and not given[0].startswith("-"):
        sys.exit("There is no benchmark %s; there are: %s." % (given[0], ", ".join(names) or "none yet"))
    print("bin/bench NAME [--json]  runs one of: %s" % (", ".join(names) or "none yet"))


def install(lock: str) -> None:
    """Bring .venv to the state of the lock file; nothing to do if its stamp says so."""
    directory = os.open(ROOT, os.O_RDONLY)
    try:
        # Two starts at once: the second one waits here and finds everything done.
        fcntl.flock(directory, fcntl.LOCK_EX)
        wanted = fingerprint(lock)
        if read(stamp(lock)) != wanted or not os.access(PYTHON, os.X_OK):
            build(lock)
            for contained in CONTAINED[lock]:
                write(stamp(contained), fingerprint(contained))
    except OSError as error:
        sys.exit("kefu cannot be installed in %s: %s (%s)." % (ROOT, error.strerror, error.filename))
    except ValueError as error:
        # `venv` says so where a file has the environment's name.
        sys.exit("kefu cannot be installed in %s: %s." % (ROOT, error))
    finally:
        os.close(directory)


def stamp(lock: str) -> str:
    return os.path.join(ENVIRONMENT, "installed-" + lock)


def fingerprint(lock: str) -> str:
    """What an installation depends on: the lock file, the Python, and where the environment is."""
    with open(os.path.join(ROOT, "requirements", lock + ".lock"), "rb") as file:
        digest = hashlib.sha256(file.read())
    digest.update(("%d.%d %s" % (sys.version_info[0], sys.version_info[1], ENVIRONMENT)).encode())
    return digest.hexdigest()


def build(lock: str) -> None:
    for other in ("serve", "test"):
        if os.path.exists(stamp(other)):
            os.unlink(stamp(other))
    if not usable():
        make_environment()
    print("kefu: installing the locked packages into .venv (a minute or two the first time)", flush=True)
    arguments = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
    ]
    arguments += ["--requirement", os.path.join(ROOT, "requirements", lock + ".lock")]
    done = subprocess.run([PYTHON, *arguments], check=False, stdin=subprocess.DEVNULL, env=clean_environment())
    if done.returncode != 0:
        sys.exit("The packages could not be installed (see above): check the way to the package index and start again.")


def usable() -> bool:
    """A whole environment of this very Python in this very place; a half one is made anew."""
    check = "import pip, sys; print('%d.%d' % sys.version_info[:2], sys.prefix)"
    try:
        said = subprocess.run(
            [PYTHON, "-c", check],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
        )
    except OSError:
        return False
    return said.stdout.decode().strip() == "%d.%d %s" % (sys.version_info[0], sys.version_info[1], ENVIRONMENT)


def make_environment() -> None:
    try:
        import ensurepip  # noqa: F401 – Debian and Ubuntu keep it in a package of its own
        import venv
    except ImportError:
        version = "%d.%d" % sys.version_info[:2]
        sys.exit("This Python has no venv module: install it (Debian, Ubuntu: apt install python%s-venv)." % version)
    print("kefu: making the virtual environment .venv", flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(ENVIRONMENT)
    except subprocess.CalledProcessError:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        sys.exit("The virtual environment .venv could not be made: this Python's venv module does not work.")


def clean_environment() -> "dict[str, str]":
    """Without what would make pip or Python look elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET")
    }


def read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def write(path: str, text: str) -> None:
    with open(path + ".new", "w") as file:
        file.write(text)
    os.replace(path + ".new", path)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
