"""Run every target that can be run here, and keep the results in `published/`.

    python reports/publish.py [TARGET ...] [--package WHEEL] [--work DIRECTORY] [--index]

`publish.toml` beside this file says which releases of a target get an environment of their own, and which servers are
run as an endpoint; every other target that is installed is run in this one. What cannot be run is listed with the
reason, and what was published of it before stays. Without names everything is run; `--index` writes
`published/README.md` again, and runs nothing. The exit status is 0 where every target that was asked for gave a result,
1 where one did not, and 2 for wrong words.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec
from sse_adapters import environments
from sse_adapters.protocol import TargetError
from sse_adapters.registry import targets
from sse_adapters.servers import Server
from sse_reports.result import Result, decode, encode
from sse_reports.site import record, shelf
from sse_reports.site.markdown_index import index
from sse_reports.text import inert, inert_json
from sse_spec.clauses import EDITION

HERE = Path(__file__).resolve().parent
TABLE = HERE / "publish.toml"
PUBLISHED = HERE / "published"

RUN_SECONDS = 900
"""How long one run may take; the slowest target takes three minutes."""

SHOWN_PORT = 9000
"""The port in the lines that a reader types; a run takes one that is free."""

NOBODY: Mapping[str, str] = MappingProxyType({})

REASON_LIMIT = 500
"""Longest reason why a target gave no result, in characters."""

TOOK_PART = ("boto3", "botocore")
"""Packages whose version can decide an answer, beside the target's own."""


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Releases of a target that are installed, each in an environment of its own, and judged as of a day."""

    target: str
    requirement: str
    versions: tuple[str, ...]
    as_of: str = EDITION.isoformat()


class Store(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A server that has no target of its own: it is installed, started and run as an endpoint.

    In `serve`, its command line, `{port}` and `{data}` stand for a port and an empty folder. `key` and `secret` sign.
    """

    product: str
    version: str
    installer: Literal["pip", "npm"]
    serve: tuple[str, ...]
    key: str = "testing"
    secret: str = "testing"  # noqa: S105 - of a server on this machine, for the time of the run
    environment: Mapping[str, str] = {}

    @property
    def install(self) -> tuple[str, ...]:
        """The lines for a shell that install it in the folder `server`."""
        if self.installer == "npm":
            return (f"npm install --prefix server {self.product}@{self.version}",)
        return ("python3 -m venv server", f"server/bin/pip install {self.product}=={self.version}")

    @property
    def signing(self) -> dict[str, str]:
        """The environment in which the suite signs for it."""
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret}

    def words(self, folder: str, port: int, data: str) -> tuple[str, ...]:
        """What starts it, installed in a folder."""
        program = f"{folder}/{'node_modules/.bin' if self.installer == 'npm' else 'bin'}/{self.serve[0]}"
        return (program, *(word.format(port=port, data=data) for word in self.serve[1:]))


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What is to be run otherwise than as it is installed, what not at all, and the servers that a target starts beside
    its own.
    """

    release: tuple[Release, ...] = ()
    store: tuple[Store, ...] = ()
    left_out: tuple[record.NotRun, ...] = ()
    servers: Mapping[str, tuple[str, ...]] = {}


class Job(NamedTuple):
    """One run: the target, the day, and what to install for it.

    With a requirement it gets an environment of its own, else it runs in that of this process; `servers` are those that
    `s3-sse install` installs. A `store` is run as an endpoint.
    """

    target: str
    as_of: str
    requirement: str = ""
    version: str = ""
    servers: tuple[str, ...] = ()
    store: Store | None = None

    @property
    def name(self) -> str:
        """What the run is called where it fails: a target as it is installed needs no more than its name."""
        return f"{self.target} {self.version} as of {self.as_of}" if self.version else self.target


class RunError(Exception):
    """A target gave no result. The message is one line that says why."""


def read(table: Path = TABLE) -> Table:
    """The table."""
    return msgspec.convert(tomllib.loads(table.read_text(encoding="utf-8")), Table)


def jobs(table: Table, installed: Iterable[str], asked: Sequence[str] = ()) -> tuple[Job, ...]:
    """The runs to make: those of the table, then one of each other target that is installed."""
    named = {one.target for one in table.release} | {one.target for one in table.left_out}
    found = [
        Job(one.target, one.as_of, f"{one.requirement}=={version}", version)
        for one in table.release
        for version in one.versions
    ]
    found += [Job(one.product, EDITION.isoformat(), version=one.version, store=one) for one in table.store]
    found += [Job(name, EDITION.isoformat(), servers=_servers(name, table)) for name in installed if name not in named]
    return tuple(job for job in found if not asked or job.target in asked)


def _servers(target: str, table: Table) -> tuple[str, ...]:
    return tuple(name for name in (target, *table.servers.get(target, ())) if name in environments.recipes())


def _environment(job: Job, package: str, home: Path) -> Path:
    """The folder with the commands of the environment in which the job runs. Raises :class:`RunError`."""
    if not job.requirement:
        for server in job.servers:
            try:
                environments.install(server)
            except TargetError as error:
                raise RunError(inert(str(error))[:REASON_LIMIT]) from error
        return Path(sys.executable).parent
    venv.create(home, with_pip=True, clear=True, symlinks=os.name != "nt")
    commands = home / ("Scripts" if os.name == "nt" else "bin")
    install: list[str | Path] = [commands / "python", "-m", "pip", "install", "--quiet", "--no-input", package]
    _output([*install, job.requirement], home)
    return commands


def _output(command: Sequence[str | Path], cwd: Path) -> str:
    """What a command prints. Raises :class:`RunError` where it fails."""
    done = _done(command, cwd)
    if done.returncode:
        raise RunError(_reason(done))
    return done.stdout


def _done(
    command: Sequence[str | Path], cwd: Path, signing: Mapping[str, str] = NOBODY
) -> subprocess.CompletedProcess[str]:
    # A PYTHONPATH of ours would put our own packages before those of the environment.
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    if signing:
        clean = {name: value for name, value in clean.items() if not name.startswith("AWS_")} | dict(signing)
    try:
        return subprocess.run(  # noqa: S603
            command, capture_output=True, cwd=cwd, env=clean, timeout=RUN_SECONDS, check=False, text=True
        )
    except subprocess.TimeoutExpired as late:
        raise RunError(f"no end after {RUN_SECONDS} s") from late
    except OSError as error:
        raise RunError(f"{command[0]}: {error.strerror}") from error


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """Why a command failed, in one line: pip says it first, and everything else last."""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    told = next((line for line in lines if line.startswith("ERROR: ")), lines[-1] if lines else "")
    return inert(told or f"exit status {done.returncode}")[:REASON_LIMIT]


def _packages(commands: Path, home: Path, job: Job) -> dict[str, str]:
    """The versions of the packages that took part, by name."""
    listed = _output([commands / "python", "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"], home)
    versions = dict(line.split("==", 1) for line in listed.splitlines() if "==" in line)
    wanted = (*TOOK_PART, job.target, job.target.removesuffix("-server"))
    found = {name: versions[name] for name in dict.fromkeys(wanted) if name in versions}
    for server in job.servers:
        found[environments.recipe(server).distribution] = environments.version(server) or "unknown"
    return found


def _install_lines(job: Job, extras: frozenset[str]) -> tuple[str, ...]:
    """What a reader types in the root of a checkout to have the same environment."""
    suite = f".[{job.target}]" if job.target in extras and not job.requirement else "."
    wanted = shlex.join([suite, job.requirement] if job.requirement else [suite])
    servers = (f".venv/bin/s3-sse install {server}" for server in job.servers)
    started = () if job.store is None else (*job.store.install, "mkdir data", f"{_started(job.store)} &")
    return ("python3 -m venv .venv", f".venv/bin/pip install {wanted}", *servers, *started)


def _started(store: Store) -> str:
    """The line that starts a store."""
    return _line(store.environment, store.words("server", SHOWN_PORT, "data"))


def _line(environment: Mapping[str, str], words: Sequence[str]) -> str:
    return " ".join([*(f"{name}={shlex.quote(value)}" for name, value in environment.items()), shlex.join(words)])


def _extras() -> frozenset[str]:
    return frozenset(metadata.metadata("s3-sse-conformance").get_all("Provides-Extra") or ())


def run(job: Job, package: str, work: Path) -> tuple[Result, record.Record]:
    """Make the run. Raises :class:`RunError`."""
    home = Path(tempfile.mkdtemp(dir=work, prefix="run-"))
    commands = _environment(job, package, home / "environment")
    report = home / "report" / "result.json"
    with _reached(job, home) as where:
        done = _done([commands / "s3-sse", *_words(job, where)], home, {} if job.store is None else job.store.signing)
    if not report.is_file():
        raise RunError(_reason(done))
    result = decode(report.read_bytes())
    made = record.Record(
        install=_install_lines(job, _extras()),
        command=_line(
            {} if job.store is None else job.store.signing,
            (".venv/bin/s3-sse", *_words(job, f"http://127.0.0.1:{SHOWN_PORT}")),
        ),
        date=result.run.started[:10],
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        packages=_packages(commands, home, job),
    )
    shutil.rmtree(home, ignore_errors=True)
    return result, made


def _words(job: Job, where: str) -> tuple[str, ...]:
    """What follows `s3-sse`."""
    ways = ("--as-of", job.as_of, "--out", "report")
    if job.store is None:
        return ("run", job.target, *ways)
    named = ("--product", job.store.product, "--product-version", job.store.version)
    return ("run", "endpoint", "--endpoint-url", where, *named, *ways)


@contextlib.contextmanager
def _reached(job: Job, home: Path) -> Iterator[str]:
    """The URL of the store of a job, as long as it runs; nothing for a target that starts its own server."""
    if job.store is None:
        yield ""
        return
    store, folder = job.store, home / "server"
    for line in store.install:
        _output([*shlex.split(line.replace("python3", sys.executable, 1))], home)

    def command(port: int, place: Path) -> tuple[str, ...]:
        (place / "data").mkdir(exist_ok=True)
        return store.words(str(folder), port, str(place / "data"))

    answers, settings = lambda _status, _body: True, lambda _port, _home: store.environment
    server = Server(store.product, command, path="/", ready=answers, environment=settings)
    try:
        yield server.start()
    except TargetError as error:
        raise RunError(inert(str(error))[:REASON_LIMIT]) from error
    finally:
        server.stop()


def keep(result: Result, made: record.Record, published: Path) -> Path:
    """Put a result and how it was made into its folder, in the place of an earlier one. Returns the folder."""
    home = published / shelf.folder(result)
    home.mkdir(parents=True, exist_ok=True)
    (home / shelf.RESULT).write_bytes(inert_json(encode(result)))
    (home / record.FILE).write_text(record.write(made), encoding="utf-8")
    return home


def thin(published: Path) -> None:
    """Leave the scripts out of every result but the newest of each target.

    They are two thirds of its size, and `s3-sse run` makes them again.
    """
    for one in shelf.read(published).superseded():
        if one.record is None or not one.record.scripts:
            continue
        whole = one.result()
        bare = tuple(msgspec.structs.replace(divergence, script="") for divergence in whole.divergences)
        made = msgspec.structs.replace(one.record, scripts=False)
        keep(msgspec.structs.replace(whole, divergences=bare), made, published)


def _try(job: Job, package: str, work: Path) -> tuple[Result, record.Record] | RunError:
    try:
        return run(job, package, work)
    except RunError as error:
        return error


def _made(
    wanted: Sequence[Job], package: str, work: Path, processes: int
) -> Iterator[tuple[Job, tuple[Result, record.Record] | RunError]]:
    with ThreadPoolExecutor(processes) as pool:
        later = [pool.submit(_try, job, package, work) for job in wanted]
        for job, one in zip(wanted, later, strict=True):
            yield job, one.result()


def not_run(
    table: Table, failed: Mapping[str, str], earlier: Iterable[record.NotRun], ran: Iterable[str]
) -> tuple[record.NotRun, ...]:
    """The targets that have no result, by name: now, or as was said before of one that was not tried now."""
    reasons = {one.target: one.reason for one in (*earlier, *table.left_out)} | dict(failed)
    gone = frozenset(ran) - failed.keys()
    return tuple(record.NotRun(name, reason) for name, reason in sorted(reasons.items()) if name not in gone)


def _earlier(published: Path) -> tuple[record.NotRun, ...]:
    file = published / record.NOT_RUN
    return record.read_not_run(file.read_text(encoding="utf-8")) if file.is_file() else ()


def write_index(published: Path) -> None:
    """Write the page that indexes what is published, from what is there."""
    text = index(shelf.read(published), _earlier(published))
    (published / "README.md").write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="this target (default: all)")
    parser.add_argument("--package", default=os.environ.get("TOX_PACKAGE", str(HERE.parent)), help="what to install")
    parser.add_argument("--work", type=Path, help="where the environments go (default: a temporary directory)")
    parser.add_argument("--out", type=Path, default=PUBLISHED, help="where the results go (default: published/)")
    parser.add_argument("-n", dest="processes", type=int, default=1, help="so many runs at a time (default: 1)")
    parser.add_argument("--index", action="store_true", help="write README.md of the results that are there")
    options = parser.parse_args(arguments)
    table = read()
    wanted = () if options.index else jobs(table, targets(), options.targets)
    known = {job.target for job in jobs(table, targets())}
    if unknown := [name for name in options.targets if name not in known]:
        parser.error(f"not to be run: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    options.out.mkdir(parents=True, exist_ok=True)
    failed: dict[str, str] = {}
    if options.work is not None:
        options.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.work, prefix="publish-") as work:
        started = dt.datetime.now(dt.UTC)
        for job, made in _made(wanted, options.package, Path(work), options.processes):
            seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
            if isinstance(made, RunError):
                failed[job.name] = str(made)
                _say(f"{seconds:6.0f} s  {job.name}: not run: {made}")
            else:
                home = keep(*made, options.out)
                _say(f"{seconds:6.0f} s  {job.name}: {home.relative_to(options.out)}")
    thin(options.out)
    missing = not_run(table, failed, _earlier(options.out), {job.name for job in wanted})
    (options.out / record.NOT_RUN).write_text(record.write_not_run(missing), encoding="utf-8")
    write_index(options.out)
    return 1 if failed else 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
