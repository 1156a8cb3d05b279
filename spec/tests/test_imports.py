"""No module imports upwards: the specification knows nothing of ours, and no transport."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("sse_spec", "sse_adapters", "sse_reports", "sse_conformance")

PERMITTED = {
    "spec/sse_spec": ("sse_spec",),
    "adapters/sse_adapters": (
        "sse_adapters",
        "sse_spec.actions",
        "sse_spec.classes",
        "sse_spec.names",
        "sse_spec.observations",
    ),
    "reports/sse_reports": ("sse_reports", "sse_spec"),
    "conformance/sse_conformance": OURS,
}
"""Which of our packages and modules each package may import."""

TRANSPORT = ("boto3", "botocore", "moto", "requests", "urllib3", "http")
TRANSPORT_FREE = ("spec/sse_spec", "reports/sse_reports")


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, also inside functions. A name imported from a package counts as a module too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            if module in OURS:
                yield from (f"{module}.{alias.name}" for alias in node.names)
            else:
                yield module


def under(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in packages)


def offences(folder: str, wrong: tuple[str, ...], right: tuple[str, ...] = ()) -> list[str]:
    """The imports below a folder that are under `wrong` and not under `right`."""
    return [
        f"{path.relative_to(ROOT).as_posix()} imports {module}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for module in imported(path)
        if under(module, wrong) and not under(module, right)
    ]


@pytest.mark.parametrize("folder", PERMITTED)
def test_a_package_imports_of_ours_what_lies_below_it_alone(folder: str) -> None:
    assert (ROOT / folder / "__init__.py").is_file()
    assert offences(folder, OURS, PERMITTED[folder]) == []


@pytest.mark.parametrize("folder", TRANSPORT_FREE)
def test_what_only_knows_values_imports_no_transport(folder: str) -> None:
    assert offences(folder, TRANSPORT) == []


@pytest.mark.parametrize("folder", PERMITTED)
def test_no_import_is_relative(folder: str) -> None:
    assert [module for path in (ROOT / folder).rglob("*.py") for module in imported(path) if module[:1] == "."] == []


def test_the_rules_know_no_world() -> None:
    assert offences("spec/sse_spec/rules", ("sse_spec.world", "sse_spec.scene", "sse_spec.effects")) == []


def test_the_fixtures_of_all_tests_know_the_specification_alone() -> None:
    wrong = [module for module in imported(ROOT / "conftest.py") if under(module, OURS) and not under(module, OURS[:1])]
    assert wrong == []


def test_an_import_in_a_function_and_of_a_submodule_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("def f():\n    from sse_spec import machine\n    import boto3.session\nfrom . import x\n", "utf-8")
    assert list(imported(file)) == [".", "sse_spec.machine", "boto3.session"]
