"""The package as a whole: what it exports, what it loads and when, and what it can do without."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import advisor

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(advisor.__path__, "advisor.")
    if "migrations" not in module.name and not module.name.endswith("__main__")
)
"""Every module that can be imported by itself; a migration runs only within alembic."""

PACKAGES = ["advisor", *(name for name in MODULES if importlib.util.find_spec(name).submodule_search_locations)]  # type: ignore[union-attr]

HEAVY = (
    *("numpy", "faiss", "torch", "sklearn", "telegram", "sqlalchemy", "babel", "httpx", "lxml", "pydantic_settings"),
    *("advisor.settings", "advisor.corpus", "advisor.index", "advisor.answer", "advisor.official"),
)
"""What no command that only prints help may wait for."""


def order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest; each by the alphabet."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a fresh interpreter, without this project's settings in its environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ADVISOR_")}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["advisor", *MODULES])
def test_exported_names_exist_and_are_sorted(name: str) -> None:
    module = importlib.import_module(name)
    assert all(hasattr(module, exported) for exported in module.__all__)
    assert list(module.__all__) == sorted(set(module.__all__), key=order)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_exports_what_it_imports(name: str) -> None:
    module = importlib.import_module(name)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("advisor")
        for alias in node.names
    }
    assert imported <= set(module.__all__)


def test_help_loads_nothing_heavy() -> None:
    done = run(
        "import sys\n"
        "from advisor.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "print('loaded', *(name for name in sys.argv[1:] if name in sys.modules))",
        *HEAVY,
    )
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout
    assert done.stdout.splitlines()[-1].strip() == "loaded"


@pytest.mark.parametrize("group", ["index", "corpus"])
def test_help_of_a_group_loads_nothing_heavy(group: str) -> None:
    done = run(
        "import sys\n"
        "from advisor.cli import app\n"
        "app([sys.argv[1], '--help'], standalone_mode=False)\n"
        "print('loaded', *(name for name in sys.argv[2:] if name in sys.modules))",
        group,
        *HEAVY,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].strip() == "loaded"


def test_every_module_starts_without_the_dev_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {requirement_name(line) for line in project["dependencies"]}
    extra = {requirement_name(line) for lines in project["optional-dependencies"].values() for line in lines} - needed
    assert {"pytest", "hypothesis", "matplotlib", "starlette"} <= extra
    done = run(
        "import importlib, sys\n"
        "modules, blocked = (argument.split(',') for argument in sys.argv[1:])\n"
        "sys.modules.update(dict.fromkeys(blocked))\n"  # None makes an import fail as if nothing were installed
        "for name in modules: importlib.import_module(name)\n"
        "print(len(modules))",
        ",".join(MODULES),
        ",".join(sorted(extra)),
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(MODULES)


def requirement_name(requirement: str) -> str:
    """The importable name of a requirement such as `SQLAlchemy[asyncio]>=2`, where it is that of the package."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].replace("-", "_").lower()


def test_the_top_of_the_package_is_lazy() -> None:
    done = run("import sys, advisor; print('numpy' in sys.modules, advisor.Advisor.__name__, 'numpy' in sys.modules)")
    assert done.stdout.split() == ["False", "Advisor", "True"], done.stderr


def test_an_unknown_name_of_the_package_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        advisor.Nonsense  # noqa: B018
