"""Rules of this house that no linter knows: no floats near money, small files, errors as problems, honest tests."""

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from services.platform.settings import ROOT, SERVICES

MONEY = ("ijw", *(f"services/{name}" for name in SERVICES))
"""Where amounts and volumes are computed."""

MAX_LINES = 400
GENERATED = {"requirements.lock", "LICENSE", "docs/rules.md"}
NOT_OURS = {".git", ".venv", ".venv.lock", ".data", ".hypothesis", "build"}


@lru_cache(maxsize=1)
def all_files() -> tuple[Path, ...]:
    """Our own files, whether or not Git knows them yet."""
    found = []
    for folder, below_it, names in os.walk(ROOT):
        below_it[:] = [
            name for name in below_it if name not in NOT_OURS and not name.endswith(("_cache", "__", ".egg-info"))
        ]
        found += [Path(folder, name) for name in names]
    return tuple(sorted(found))


def files(*suffixes: str) -> list[Path]:
    """All of them, or those with one of these suffixes."""
    return [path for path in all_files() if not suffixes or path.suffix in suffixes]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def below(*folders: str) -> list[Path]:
    return [path for path in files(".py") if name_of(path).startswith(tuple(f"{folder}/" for folder in folders))]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), path)


def with_owners(tree: ast.AST, owners: tuple[ast.AST, ...] = ()) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Every node with what it stands in, outermost first."""
    yield tree, owners
    for child in ast.iter_child_nodes(tree):
        yield from with_owners(child, (*owners, tree))


# --- money


FLOATS_FOR_PEOPLE = {"services/ledger/api/weergave.py": 1}
"""A percentage with one decimal, made of a Decimal for JSON; no amount."""


def floats_in(path: Path) -> list[int]:
    """Lines with a float literal, the type, or a division that makes one; the seconds of a periodic task may be."""
    tree = parsed(path)
    exact = any(
        isinstance(node, ast.ImportFrom) and node.module in {"fractions", "decimal", "pathlib"}
        for node in ast.walk(tree)
    )
    found = []
    for node, owners in with_owners(tree):
        if any(isinstance(owner, ast.Call) and ast.unparse(owner.func) == "PeriodicTask" for owner in owners):
            continue
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        name = isinstance(node, ast.Name) and node.id == "float"
        division = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and not exact
        if literal or name or division:
            found.append(getattr(node, "lineno", 0))
    return found


def test_no_float_where_amounts_and_volumes_are() -> None:
    found = {name_of(path): lines for path in below(*MONEY) if (lines := floats_in(path))}
    assert {name: lines for name, lines in found.items() if len(lines) > FLOATS_FOR_PEOPLE.get(name, 0)} == {}


def test_a_float_would_be_seen(tmp_path: Path) -> None:
    for source in ("x = 1.5", "def f(x: float) -> None: ...", "x = 3 / 2", "x = 3\nx /= 2", "x = float(3)"):
        (tmp_path / "geld.py").write_text(source)
        assert floats_in(tmp_path / "geld.py") != [], source
    (tmp_path / "geld.py").write_text("x = 3 // 2\nt = PeriodicTask('x', 60.0, f)")
    assert floats_in(tmp_path / "geld.py") == []


# --- layers


def test_every_service_stands_in_the_contract_that_keeps_them_apart() -> None:
    """``happyflow test`` runs import-linter; here only that it knows everybody."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = (contract["layers"] for contract in contracts["contracts"] if contract["type"] == "layers")
    siblings = next(layer for layer in layers if "|" in layer)
    assert {part.strip() for part in siblings.split("|")} == {f"services.{name}" for name in SERVICES}
    packages = {path.parent.name for path in (ROOT / "services").glob("*/__init__.py")}
    named = {part.strip().removeprefix("services.") for layer in layers for part in layer.split("|")}
    assert packages <= named
    assert layers.index("services.cli") < layers.index(siblings) < layers.index("services.platform")
    (pure,) = (contract for contract in contracts["contracts"] if contract["type"] == "forbidden")
    assert {"ijw", "services.matching.rules", "services.invoice.rules"} <= set(pure["source_modules"])
    assert {"asyncpg", "sqlalchemy", "fastapi"} <= set(pure["forbidden_modules"])
    assert "importlinter" in (ROOT / "services" / "cli" / "testen.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_reads_another_s_schema(service: str) -> None:
    others = "|".join(name for name in SERVICES if name != service)
    sql = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+\"?(?:{others})\"?\.\w", re.IGNORECASE)
    for path in below(f"services/{service}"):
        assert not sql.search(path.read_text(encoding="utf-8")), name_of(path)


def test_only_the_clock_tells_the_time() -> None:
    asked = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    for path in below("ijw", "services"):
        if name_of(path) != "services/platform/clock.py":
            calls = {ast.unparse(node.func) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)}
            assert not calls & asked, name_of(path)


# --- errors


def problem_makers() -> set[str]:
    """Functions of ours that return a ``Problem``, and the class itself."""
    return {"Problem", "NotSignedIn"} | {
        node.name
        for path in below("services")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.returns
        and ast.unparse(node.returns) == "Problem"
    }


def unseemly_raises(tree: ast.Module, makers: set[str]) -> list[str]:
    """Raises that a caller of the API would meet as something else than a problem.

    A validator's ValueError becomes one; a function that names its exception in its docstring has a caller in
    the code that deals with it.
    """
    found = []
    for node, owners in with_owners(tree):
        if not isinstance(node, ast.Raise) or node.exc is None:
            continue
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = ast.unparse(raised).rpartition(".")[2]
        functions = [owner for owner in owners if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef)]
        validator = any("validator" in ast.unparse(mark) for function in functions for mark in function.decorator_list)
        promised = any(name in (ast.get_docstring(function) or "") for function in functions)
        if name not in makers and not (validator and name == "ValueError") and not promised:
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


def api_files() -> list[Path]:
    return [path for path in below(*(f"services/{name}" for name in SERVICES)) if "api" in path.with_suffix("").parts]


def test_every_error_of_an_api_is_a_problem() -> None:
    makers = problem_makers()
    for path in api_files():
        assert unseemly_raises(parsed(path), makers) == [], name_of(path)
        text = path.read_text(encoding="utf-8")
        assert "HTTPException" not in text, name_of(path)
        assert not re.search(r"status_code=[45]\d\d", text), name_of(path)
    assert len(api_files()) >= len(SERVICES)


def test_another_error_would_be_seen() -> None:
    makers = {"Problem", "not_found"}
    assert unseemly_raises(ast.parse("def f():\n    raise KeyError('x')"), makers) != []
    assert unseemly_raises(ast.parse("def f():\n    raise HTTPException(404)"), makers) != []
    assert unseemly_raises(ast.parse("def f():\n    raise problems.not_found('x')"), makers) == []


# --- texts


def test_no_file_grows_beyond_what_one_can_oversee() -> None:
    sizes = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files(".py", ".html", ".css", ".md", ".toml", ".mako", "")
    }
    assert {name: size for name, size in sizes.items() if size > MAX_LINES and name not in GENERATED} == {}


def test_no_place_of_one_machine_in_any_file() -> None:
    """Neither this machine's folders nor anybody's home; a name in an address such as example.org/home is none."""
    here = [re.escape(str(path)) for path in (ROOT, Path.home()) if len(path.parts) > 1]
    forbidden = re.compile(
        rf"(?<![\w.])(?:{'|'.join([*here, '/home/[a-z]', '/Users/[A-Za-z]', 'C:.Users.'])})(?![\w-])"
    )
    for path in files():
        if path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not forbidden.search(text), f"{name_of(path)}: {forbidden.search(text)}"


def test_packages_come_from_wherever_the_machine_says() -> None:
    for name in ("requirements.lock", "pyproject.toml", "happyflow"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "index-url" not in text
        assert "find-links" not in text
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_every_module_says_what_it_is() -> None:
    trees = {name_of(path): parsed(path) for path in below("ijw", "services")}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    for path in files(".py", ".md", ".html", ".toml", ".css"):
        assert not later.search(path.read_text(encoding="utf-8")), name_of(path)


# --- tests


def can_fail(function: ast.AST, helpers: set[str]) -> bool:
    """Whether a test asserts something itself, expects an exception, or leaves it to a helper that does."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in {"raises", "fail", "warns"} or name in helpers:
                return True
    return False


def asserting(trees: list[ast.Module]) -> set[str]:
    """Names of helpers that assert, also by way of another helper."""
    functions = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("test_")
    ]
    found: set[str] = set()
    while True:
        more = {function.name for function in functions if can_fail(function, found)}
        if more == found:
            return found
        found = more


def test_every_test_can_fail() -> None:
    trees = {path: parsed(path) for path in below("tests")}
    helpers = asserting(list(trees.values()))
    idle = [
        f"{name_of(path)}::{node.name}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not can_fail(node, helpers)
    ]
    assert idle == []
