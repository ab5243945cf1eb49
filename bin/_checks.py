"""Every check and test of the project, with a summary at the end: the checks side by side, then the tests in three runs
side by side, by folders: journeys in a browser, those of servers that start and die, and all others.
Browsers and servers wait a lot, and each run has a database of its own.

With arguments the interface texts are compiled, and pytest runs alone with these arguments. The exit code is 0 when
everything that ran was in order.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".venv" / "bin"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) (tests/\S+)")
BROWSER_PACKAGES = ("chromium-headless-shell", "fonts-noto-cjk")


@dataclass(frozen=True)
class Step:
    """One check: a name for the summary and what to run."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """How a step went, the last line it wrote, and the tests that failed in it."""

    name: str
    code: int
    seconds: float
    last_line: str
    failed: tuple[str, ...] = ()


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


def program(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(PROGRAMS / name), *arguments)


CHECKS = (
    Step("format of Python", program("ruff", "format", "--check", ".")),
    Step("rules of Python", program("ruff", "check", ".")),
    Step("types", python("-m", "mypy", ".")),
    Step("who imports whom", program("lint-imports")),
    Step("format of JavaScript", program("deno", "fmt", "--check")),
    Step("rules of JavaScript", program("deno", "lint")),
    Step("tests of JavaScript", program("deno", "test", "--no-prompt", "--allow-read", "--parallel")),
    Step(
        "migrations",
        python("-m", "kefu.serving.embedded", *python("manage.py", "makemigrations", "--check", "--dry-run")),
    ),
    Step("interface texts", python("manage.py", "compile_texts", "--all")),
)


BROWSER_TESTS = ("tests/journeys",)
SERVER_TESTS = ("tests/serving", "tests/bench")  # which start servers of their own, kill them, and wait for them
TESTS = (
    Step("tests in a browser", python("-m", "pytest", *BROWSER_TESTS)),
    Step("tests of servers", python("-m", "pytest", *SERVER_TESTS)),
    Step(
        "all other tests",
        python("-m", "pytest", *(f"--ignore={folder}" for folder in BROWSER_TESTS + SERVER_TESTS)),
    ),
)


def run_beside(steps: Sequence[Step], environment: dict[str, str]) -> list[Result]:
    """Run at the same time; each line says whose it is."""
    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(lambda step: run(step, environment, label=f"{step.name} | "), steps))


def run(step: Step, environment: dict[str, str], label: str = "") -> Result:
    say(f"── {step.name}: {shown(step.arguments)}")
    began = time.monotonic()
    last = ""
    failed: list[str] = []
    try:
        with subprocess.Popen(
            step.arguments, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                say(label + line.rstrip("\n"))
                last = line.strip() or last
                failed += FAILED_TEST.findall(line)
        code = process.returncode
    except FileNotFoundError:
        say(f"{step.arguments[0]} is not there.")
        code = 127
    result = Result(step.name, code, time.monotonic() - began, last, tuple(failed))
    say(f"   {step.name}: {verdict(result)}\n")
    return result


def shown(arguments: Sequence[str]) -> str:
    return " ".join(Path(argument).name if argument.startswith(str(PROGRAMS)) else argument for argument in arguments)


def verdict(result: Result) -> str:
    return f"{'in order' if result.code == 0 else f'FAILED (exit code {result.code})'}, {result.seconds:.1f} s"


def say(line: str) -> None:
    print(line, flush=True)


def environment() -> dict[str, str]:
    found = {"NO_COLOR": "1", **os.environ}
    if found.get("CI", "").lower() in ("true", "1"):
        found.setdefault("KEFU_REQUIRE_BROWSER", "1")
    if "KEFU_BROWSER" not in found and (browser := find_browser() or install_browser()):
        found["KEFU_BROWSER"] = browser
    return found


def find_browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def install_browser() -> str | None:
    """Chromium and Chinese fonts through apt, where we may; the tests that need them say so where they are missing."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(
            "No Chromium here: browser tests cannot run (Debian: apt install chromium-headless-shell fonts-noto-cjk).\n"
        )
        return None
    say("Installing Chromium for the browser tests")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *BROWSER_PACKAGES]
    for command in (install, ["apt-get", "update", "--quiet=2"], install):
        done = subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if (found := find_browser()) or (command is install and done.returncode == 0):
            return found
    say(f"Chromium could not be installed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}\n")
    return None


def main(given: Sequence[str]) -> int:
    variables = environment()
    if given:
        # A fresh checkout has none, and pages would be in English.
        texts = subprocess.run(python("manage.py", "compile_texts"), cwd=ROOT, env=variables, check=False)
        if texts.returncode != 0:
            return texts.returncode
        return subprocess.run(python("-m", "pytest", *given), cwd=ROOT, env=variables, check=False).returncode
    began = time.monotonic()
    results = run_beside(CHECKS, variables)
    tested = run_beside(TESTS, variables)
    results += tested
    failed = [result for result in results if result.code != 0]
    for result in results:
        say(f"{'ok    ' if result.code == 0 else 'FAILED'}  {result.seconds:7.1f} s  {result.name}")
    for test in (test for result in tested for test in result.failed):
        say(f"FAILED  {test}")
    say(f"{len(results) - len(failed)} of {len(results)} in order, {time.monotonic() - began:.0f} s")
    say(closing_line(tested))
    return 1 if failed else 0


def closing_line(tested: Sequence[Result]) -> str:
    """How many tests passed, failed and were skipped, in all runs together."""
    counts: Counter[str] = Counter()
    for result in tested:
        for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", result.last_line):
            counts["failed" if word == "error" else word] += int(number)
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{counts['passed']} passed, {counts['failed']} failed{skipped}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
