"""Every code that the domain refuses with stands in a test of the domain.

That the test provokes the refusal is the reader's to see: this one finds what was forgotten.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__)
DOMAIN = HERE.parent.parent.parent / "domain"


def codes_refused_with() -> set[str]:
    """Find the codes given to `Refused` and, as `code=`, to what raises it."""
    return {code for path in DOMAIN.glob("*.py") for code in codes_in(path)}


def codes_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            given: list[ast.AST] = [word.value for word in node.keywords if word.arg == "code"]
            if isinstance(node.func, ast.Name) and node.func.id == "Refused":
                given += node.args[:1]
            yield from texts(given)


def texts_of_tests() -> set[str]:
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in HERE.parent.glob("test_*.py")
        if path != HERE
    ]
    return {text for tree in trees for text in texts(ast.walk(tree))}


def texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_refusal_is_tested() -> None:
    assert len(codes_refused_with()) > 40
    assert codes_refused_with() - texts_of_tests() == set()
