"""Virtual environments for servers: made by `s3-sse install NAME`, found by the targets that start such a server.

Each is in a folder of its own, beside the others: the user's cache, or what S3_SSE_ENVIRONMENTS names. One counts when
the last thing about it has been written, its seal. What was left half-made is removed by the next installation.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata, resources
from importlib.util import find_spec
from pathlib import Path

import msgspec

from sse_adapters.protocol import TargetError

__all__ = ["VARIABLE", "Recipe", "command", "folder", "how_to_install", "install", "recipe", "recipes", "version"]

VARIABLE = "S3_SSE_ENVIRONMENTS"
"""The environment variable that names the folder of all environments."""

PYTHONS = ("python3.13", "python3.12", "python3")
"""Looked for on the PATH where the running Python is too old, in this order."""

SEAL = "installed"
"""The file that is written last."""

DIGITS = 10
"""Hex digits in the name of a folder: another recipe gets another folder."""

SHOWN_LINES = 5
"""So many last lines of what pip said are shown when it fails."""


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a server is installed and started; see environments.toml."""

    distribution: str
    requirements: tuple[str, ...]
    constraints: tuple[str, ...]
    run: dict[str, str]
    python: str

    @property
    def digest(self) -> str:
        """Tells recipes apart."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:DIGITS]


@functools.cache
def recipes() -> dict[str, Recipe]:
    """All that there are, by the names of the targets."""
    text = resources.files("sse_adapters").joinpath("environments.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Recipe])


def recipe(name: str) -> Recipe:
    """That of a target. Raises :class:`TargetError` for one that has none."""
    if name not in recipes():
        raise TargetError(f"{name} is not installed by this command; it installs: {', '.join(recipes())}")
    return recipes()[name]


def folder(name: str) -> Path:
    """Where the environment of a target is, or would be."""
    return _root() / f"{name}-{recipe(name).digest}"


def how_to_install(name: str) -> str:
    """What the user has to type."""
    return f"s3-sse install {name}"


def command(name: str) -> list[str]:
    """What starts the server of a target: from its own environment, beside the suite, or from the PATH.

    Raises :class:`TargetError` if it is not installed.
    """
    made, found = recipe(name), None
    if _is_complete(folder(name)):
        found = _within(folder(name), made)
    elif _beside(made):
        program = made.run.get("program")
        found = [sys.executable, "-m", made.run["module"]] if program is None else [str(_scripts_of_suite() / program)]
    elif "program" in made.run and (on_path := shutil.which(made.run["program"])):
        found = [on_path]
    if found is None:
        raise TargetError(f"{name} is not installed: {how_to_install(name)}")
    return found


def version(name: str) -> str | None:
    """The version of the server that :func:`command` would start; None if there is none, `unknown` from the PATH."""
    made = recipe(name)
    if _is_complete(folder(name)):
        return (folder(name) / SEAL).read_text(encoding="utf-8").strip()
    if _beside(made):
        with contextlib.suppress(metadata.PackageNotFoundError):
            return metadata.version(made.distribution)
    return "unknown" if "program" in made.run and shutil.which(made.run["program"]) else None


def install(name: str) -> Path:
    """Make the environment of a target, unless it is there already. Gives its folder.

    pip runs with the user's own settings. Two at once wait for each other. Raises :class:`TargetError`.
    """
    from filelock import FileLock

    made, place = recipe(name), folder(name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(place.with_name(f".{place.name}.lock")):
            if not _is_complete(place):
                with _removed_unless_complete(place):
                    _make(name, made, place)
    except OSError as error:
        raise TargetError(
            f"{name} cannot be installed in {place}: {error.strerror or error}; {VARIABLE} names another folder"
        ) from None
    return place


# --- finding ----------------------------------------------------------------------------------------------------------


def _root() -> Path:
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).absolute()
    from platformdirs import user_cache_path

    return user_cache_path("s3-sse", appauthor=False) / "environments"


def _is_complete(place: Path) -> bool:
    return (place / SEAL).is_file()


def _within(place: Path, made: Recipe) -> list[str]:
    scripts = _scripts(place)
    if "module" in made.run:
        return [str(scripts / "python"), "-m", made.run["module"]]
    return [str(scripts / made.run["program"])]


def _beside(made: Recipe) -> bool:
    """Whether the server is installed where the suite is."""
    if "program" in made.run:
        return (_scripts_of_suite() / made.run["program"]).exists()
    return find_spec(made.run["module"].partition(".")[0]) is not None


def _scripts(place: Path) -> Path:
    return place / ("Scripts" if os.name == "nt" else "bin")


def _scripts_of_suite() -> Path:
    return Path(sys.executable).parent


# --- making -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _removed_unless_complete(place: Path) -> Iterator[None]:
    shutil.rmtree(place, ignore_errors=True)
    try:
        yield
    finally:
        if not _is_complete(place):
            shutil.rmtree(place, ignore_errors=True)


def _make(name: str, made: Recipe, place: Path) -> None:
    _run(name, [_python(name, made), "-m", "venv", str(place)])
    python = str(_scripts(place) / "python")
    constraints = place / "constraints.txt"
    constraints.write_text("".join(f"{one}\n" for one in made.constraints), encoding="utf-8")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    _run(name, [*pip, "-c", str(constraints), *made.requirements])
    asked = f"from importlib.metadata import version; print(version({made.distribution!r}))"
    found = _run(name, [python, "-c", asked])
    unsealed = place / f".{SEAL}"
    unsealed.write_text(found, encoding="utf-8")
    unsealed.rename(place / SEAL)  # in one step: a seal is whole or not there


def _python(name: str, made: Recipe) -> str:
    """A Python that is new enough: the running one, else the first on the PATH. Raises :class:`TargetError`."""
    for candidate in (sys.executable, *PYTHONS):
        path = shutil.which(candidate)
        if path is not None and _version_of(path) >= _numbers(made.python):
            return path
    raise TargetError(
        f"{name} needs Python {made.python} or newer, and there is none: install one, so that {' or '.join(PYTHONS)} "
        "is on the PATH"
    )


def _version_of(python: str) -> tuple[int, ...]:
    """The version of a Python; an empty one for a program that does not say, such as a stand-in for none."""
    asked = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True, env=_environment())  # noqa: S603
        return _numbers(done.stdout.strip())
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def _run(name: str, words: list[str]) -> str:
    """What a program says. Raises :class:`TargetError` with its last words if it fails."""
    done = subprocess.run(  # noqa: S603 - Python, with words of ours
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=_environment()
    )
    if done.returncode:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()][-SHOWN_LINES:]
        shown = "".join(f"\n  {line}" for line in said)
        raise TargetError(f"{name} was not installed: {' '.join(words[1:4])} failed{shown}")
    return done.stdout


def _environment() -> dict[str, str]:
    """The user's, with the settings for pip, but without what would mix another Python's packages in."""
    mixing = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_USER")
    return {name: value for name, value in os.environ.items() if name not in mixing}
