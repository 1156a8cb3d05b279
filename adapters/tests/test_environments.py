"""Virtual environments for servers: whole or not there, found before all others, made with the user's own settings."""

from __future__ import annotations

import sys
import threading
import zipfile
from importlib import resources
from pathlib import Path

import pytest
from sse_adapters import environments
from sse_adapters.environments import Recipe
from sse_adapters.protocol import TargetError

TINY = Recipe("tiny-server", ("tiny-server==1.2",), ("tiny-server<2",), {"module": "tiny_server.main"}, "3.8")
WORDS = Recipe("tiny-server", ("tiny-server==1.2",), (), {"program": "tiny-words"}, "3.8")


def wheel(folder: Path) -> None:
    """A distribution with one module and no files of pip's own making: as small as they come."""
    info = "tiny_server-1.2.dist-info"
    files = {
        "tiny_server/__init__.py": "",
        "tiny_server/main.py": "print('served')\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tiny-server\nVersion: 1.2\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\ntiny-words = tiny_server.main:main\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / "tiny_server-1.2-py3-none-any.whl", "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that was really made, by pip, from a folder that only the user's own settings name."""
    root = tmp_path_factory.mktemp("root")
    wheels = tmp_path_factory.mktemp("wheels")
    wheel(wheels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(environments.VARIABLE, str(root))
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(wheels))
        patch.setenv("PIP_TARGET", str(root / "elsewhere"))
        patch.setattr(environments, "recipes", lambda: {"tiny": TINY})
        return environments.install("tiny")


@pytest.fixture
def made(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(environments.VARIABLE, str(installed.parent))
    monkeypatch.setattr(environments, "recipes", lambda: {"tiny": TINY})
    return installed


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(environments.VARIABLE, str(tmp_path))
    monkeypatch.setattr(environments, "recipes", lambda: {"tiny": TINY, "words": WORDS})
    return tmp_path


def seal(name: str, version: str = "1.2\n") -> Path:
    place = environments.folder(name)
    place.mkdir()
    (place / environments.SEAL).write_text(version)
    return place


def test_an_environment_has_the_server_and_says_its_version(made: Path) -> None:
    assert environments.folder("tiny") == made
    assert environments.version("tiny") == "1.2"
    python, *words = environments.command("tiny")
    assert Path(python).is_relative_to(made)
    assert words == ["-m", "tiny_server.main"]
    assert not (made.parent / "elsewhere").exists(), "a setting that would put packages elsewhere does not count"
    environments._run("tiny", [python, *words])


def test_an_environment_that_is_there_is_not_made_again(made: Path) -> None:
    before = (made / environments.SEAL).stat().st_mtime_ns
    assert environments.install("tiny") == made
    assert (made / environments.SEAL).stat().st_mtime_ns == before


def test_what_pip_says_when_it_fails_is_told_and_nothing_is_left(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(name: str, _made: Recipe, place: Path) -> None:
        place.mkdir()
        environments._run(name, [sys.executable, "-c", "import sys; print('first'); sys.exit('no such version')"])

    monkeypatch.setattr(environments, "_make", failing)
    with pytest.raises(TargetError, match=r"tiny was not installed: .*failed\n  first\n  no such version$"):
        environments.install("tiny")
    assert not environments.folder("tiny").exists()


def test_a_half_made_environment_does_not_count_and_is_made_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = environments.folder("tiny")
    (place / "bin").mkdir(parents=True)
    with pytest.raises(TargetError, match="tiny is not installed: s3-sse install tiny"):
        environments.command("tiny")
    assert environments.version("tiny") is None
    monkeypatch.setattr(environments, "_make", lambda *_: seal("tiny"))
    environments.install("tiny")
    assert not (place / "bin").exists()
    assert environments.version("tiny") == "1.2"


def test_an_installation_that_is_interrupted_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_name: str, _made: Recipe, place: Path) -> None:
        place.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(environments, "_make", interrupted)
    with pytest.raises(KeyboardInterrupt):
        environments.install("tiny")
    assert not environments.folder("tiny").exists()


def test_two_installations_at_once_make_one_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, joined, calls = threading.Event(), threading.Event(), []

    def slow(*_: object) -> None:
        calls.append(1)
        begun.set()
        assert joined.wait(10)
        seal("tiny")

    monkeypatch.setattr(environments, "_make", slow)
    first = threading.Thread(target=environments.install, args=("tiny",))
    second = threading.Thread(target=environments.install, args=("tiny",))
    first.start()
    assert begun.wait(10)
    second.start()
    joined.set()
    first.join()
    second.join()
    assert len(calls) == 1


def test_another_recipe_has_another_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = environments.folder("tiny")
    newer = Recipe("tiny-server", ("tiny-server==1.3",), (), {"module": "tiny_server.main"}, "3.8")
    monkeypatch.setattr(environments, "recipes", lambda: {"tiny": newer})
    assert environments.folder("tiny") != before


def test_its_own_environment_is_looked_at_first_then_the_suites_then_the_path(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = root / "path" / "tiny-words"
    on_path.parent.mkdir()
    on_path.write_text("#!/bin/sh\n")
    on_path.chmod(0o755)
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert environments.command("words") == [str(on_path)]
    assert environments.version("words") == "unknown"
    beside = root / "suite" / "tiny-words"
    beside.parent.mkdir()
    beside.touch()
    monkeypatch.setattr(environments.sys, "executable", str(beside.with_name("python")))  # type: ignore[attr-defined]
    assert environments.command("words") == [str(beside)]
    own = environments._scripts(seal("words")) / "tiny-words"
    assert environments.command("words") == [str(own)]


def test_a_module_beside_the_suite_is_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Recipe("pytest", ("pytest",), (), {"module": "pytest.__main__"}, "3.8")
    monkeypatch.setattr(environments, "recipes", lambda: {"here": here})
    assert environments.command("here") == [sys.executable, "-m", "pytest.__main__"]
    assert environments.version("here") == pytest.__version__


def test_where_no_python_is_new_enough_one_line_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    future = Recipe("tiny-server", (), (), {"module": "tiny_server.main"}, "9.0")
    monkeypatch.setattr(environments, "recipes", lambda: {"tiny": future})
    with pytest.raises(TargetError, match=r"tiny needs Python 9\.0 or newer, and there is none: install one") as caught:
        environments.install("tiny")
    assert "\n" not in str(caught.value)


def test_a_stand_in_for_a_python_is_passed_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = root / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(root))
    assert environments._version_of(str(shim)) == ()
    assert environments._python("tiny", TINY) == sys.executable


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "file").touch()
    monkeypatch.setenv(environments.VARIABLE, str(root / "file"))
    with pytest.raises(TargetError, match=f"cannot be installed in .*; {environments.VARIABLE} names another folder"):
        environments.install("tiny")


def test_the_folder_is_the_users_cache_unless_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(environments.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    place = environments.folder("ministack")
    assert place.parent.name == "environments"
    if sys.platform == "linux":
        assert place.is_relative_to(tmp_path)


def test_a_target_without_a_recipe_is_told_those_that_there_are() -> None:
    with pytest.raises(TargetError, match=r"minio is not installed by this command; it installs: .*localstack"):
        environments.recipe("minio")


def test_every_recipe_is_pinned_and_names_no_registry() -> None:
    text = resources.files("sse_adapters").joinpath("environments.toml").read_text(encoding="utf-8")
    assert "://" not in text
    assert {"ministack", "localstack", "seaweedfs"} <= environments.recipes().keys()
    for made in environments.recipes().values():
        assert all("==" in requirement for requirement in made.requirements)
        assert made.run.keys() in ({"module"}, {"program"})
