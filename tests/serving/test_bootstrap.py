"""From a bare Python to an environment: the refusals, and that nothing half-made stays."""

import ast
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# The Python below our virtual environment: what a fresh machine has.
BARE_PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
NOBODY = 65534


@pytest.fixture
def checkout() -> Iterator[Path]:
    """What the bootstrap needs of a checkout, in a folder that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="kefu-checkout-", dir="/tmp"))
    folder.chmod(0o755)
    shutil.copytree(ROOT / "bin", folder / "bin")
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    yield folder
    shutil.rmtree(folder)


def run(checkout: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the bootstrap for `serve` after some lines of Python that make the machine poorer."""
    script = f"{before}\nimport runpy, sys\nsys.argv = ['bootstrap', 'serve']\n"
    script += f"runpy.run_path({str(checkout / 'bin/_bootstrap.py')!r}, run_name='__main__')"
    poor = {**os.environ, "PIP_NO_INDEX": "1"}
    return subprocess.run([BARE_PYTHON, "-I", "-c", script], capture_output=True, text=True, check=False, env=poor)


def packages(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.MULTILINE))


def test_an_old_python_can_read_the_file_that_refuses_it() -> None:
    ast.parse((ROOT / "bin/_bootstrap.py").read_text(), feature_version=(3, 6))


def test_an_old_python_gets_one_sentence(checkout: Path) -> None:
    done = run(checkout, "import sys; sys.version_info = (3, 9, 2, 'final', 0)")
    assert done.returncode != 0
    assert done.stderr.startswith("kefu needs Python 3.11 or newer; this is Python 3.9")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_python_without_venv_gets_one_sentence_and_nothing_is_made(checkout: Path) -> None:
    done = run(checkout, "import sys; sys.modules['ensurepip'] = None")
    assert done.returncode != 0
    assert "This Python has no venv module: install it" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (checkout / ".venv").exists()


def test_a_folder_that_cannot_be_written_gets_one_sentence(checkout: Path) -> None:
    # Root may write everywhere, so it becomes somebody else first; Python's own files may be root's alone by then.
    become = (
        "import ensurepip, fcntl, hashlib, os, pkgutil, runpy, shutil, subprocess, sys, venv\nif os.geteuid() == 0: "
    )
    become += f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"
    checkout.chmod(0o555)
    done = run(checkout, become)
    checkout.chmod(0o755)
    assert done.returncode != 0
    assert done.stderr.startswith(f"kefu cannot be installed in {checkout}: Permission denied")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_failed_installation_leaves_no_stamp_and_a_broken_environment_is_made_anew(checkout: Path) -> None:
    (checkout / "requirements/serve.lock").write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").write_text("half of a program")
    done = run(checkout)
    assert done.returncode != 0
    assert "The packages could not be installed" in done.stderr
    assert (checkout / ".venv/pyvenv.cfg").is_file()
    assert not list((checkout / ".venv").glob("installed-*"))


def test_some_tests_alone_find_the_texts_compiled_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks: Any = runpy.run_path(str(ROOT / "bin/_checks.py"))
    (tmp_path / "manage.py").write_text("import sys; open(sys.argv[1], 'w')")
    (tmp_path / "test_texts.py").write_text("def test(): open('compile_texts')")
    monkeypatch.setitem(checks["main"].__globals__, "ROOT", tmp_path)
    monkeypatch.setenv("KEFU_BROWSER", "none")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")
    assert checks["main"](["-q", "-c", os.devnull, "-p", "no:django", "test_texts.py"]) == 0
    (tmp_path / "manage.py").write_text("raise SystemExit(3)")
    assert checks["main"](["test_texts.py"]) == 3


def test_the_summary_names_the_tests_that_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks: Any = runpy.run_path(str(ROOT / "bin/_checks.py"))
    program = "print('FAILED tests/conftest.py::test_c - odd'); print('1 failed, 2 passed in 3s'); raise SystemExit(1)"
    names = checks["main"].__globals__
    monkeypatch.setitem(names, "CHECKS", (checks["Step"]("a check", (sys.executable, "-c", "")),))
    monkeypatch.setitem(names, "TESTS", (checks["Step"]("tests", (sys.executable, "-c", program)),))
    monkeypatch.setenv("KEFU_BROWSER", "none")
    assert checks["main"]([]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert "FAILED  tests/conftest.py::test_c" in shown
    assert shown[-1] == "2 passed, 1 failed"


@pytest.mark.parametrize(("smaller", "larger"), [("production", "serve"), ("serve", "test")])
def test_the_lock_files_contain_one_another(smaller: str, larger: str) -> None:
    assert packages(smaller).items() <= packages(larger).items()


def test_every_command_finds_its_files_through_a_link(tmp_path: Path) -> None:
    link = tmp_path / "bench"
    link.symlink_to(ROOT / "bin/bench")
    assert os.access(link, os.X_OK)
    first, _, command = (ROOT / "bin/bench").read_text().splitlines()
    assert first == "#!/bin/sh"
    assert "readlink -f" in command
