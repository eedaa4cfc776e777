"""The small part of PromQL that our rules and dashboards use: read whole, and computed where a rule is tried out.

``rate``, ``increase`` and ``delta`` are the difference between the last and the first scrape in their window, without
Prometheus's extrapolation and counter resets. What is not known here is refused.
"""

import operator
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

_TOKEN: Final = re.compile(
    r'\s*(?:(?P<number>\d+(?:\.\d+)?)(?![a-z\d])|(?P<name>[A-Za-z_:][\w:]*)|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|\[(?P<range>\d+[smhd]|\$__rate_interval)\]|(?P<op>=~|!~|==|!=|>=|<=|[-+*/<>=(){},]))"
)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
_CALCULATE: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
RANGE_FUNCTIONS: Final = {"rate", "increase", "delta"}

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Scrape = dict[tuple[str, Labels], float]
History = list[tuple[float, Scrape]]
"""Moments, in seconds, with what was scraped then; the last one is now."""


class PromqlError(ValueError):
    """Not in the part of PromQL that we use."""


class Selector(NamedTuple):
    """Series by name; ``matchers`` are label, operator and value."""

    name: str
    matchers: tuple[tuple[str, str, str], ...]
    seconds: int | None

    def matches(self, name: str, labels: Labels) -> bool:
        """Whether a series is meant."""
        own = dict(labels)
        return name == self.name and all(_holds(own.get(label, ""), op, value) for label, op, value in self.matchers)


class Call(NamedTuple):
    """A function or an aggregation; ``by`` are its labels (None for a function)."""

    function: str
    arguments: tuple[Any, ...]
    by: tuple[str, ...] | None


class Binary(NamedTuple):
    """Left, operator, right."""

    left: Any
    op: str
    right: Any


def _holds(value: str, op: str, wanted: str) -> bool:
    if op in {"=~", "!~"}:
        return (re.fullmatch(wanted, value) is not None) == (op == "=~")
    return (value == wanted) == (op == "=")


def parse(text: str) -> Any:
    """The expression as a tree."""
    tokens, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise PromqlError(f"not read: {text[place:]}")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        place = match.end()
    parser = _Parser(tokens)
    tree = parser.both()
    if parser.tokens:
        raise PromqlError(f"left over: {parser.tokens}")
    return tree


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def _see(self, *texts: str) -> bool:
        return bool(self.tokens) and self.tokens[0][0] in {"op", "name"} and self.tokens[0][1] in texts

    def _take(self, kind: str, *texts: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind or (texts and self.tokens[0][1] not in texts):
            raise PromqlError(f"expected {texts or kind}: {self.tokens[:3]}")
        return self.tokens.pop(0)[1]

    def _binary(self, deeper: Callable[[], Any], *ops: str) -> Any:
        tree = deeper()
        while self._see(*ops):
            op = self.tokens.pop(0)[1]
            tree = Binary(tree, op, deeper())
        return tree

    def both(self) -> Any:
        return self._binary(lambda: self._binary(self._comparison, "and"), "or")

    def _comparison(self) -> Any:
        return self._binary(lambda: self._binary(lambda: self._binary(self._one, "*", "/"), "+", "-"), *COMPARE)

    def _one(self) -> Any:
        if self._see("("):
            self._take("op", "(")
            tree = self.both()
            self._take("op", ")")
            return tree
        if self.tokens and self.tokens[0][0] == "number":
            return float(self.tokens.pop(0)[1])
        name = self._take("name")
        if name in {"sum", "max", "min"}:
            by = self._names() if self._see("by") else ()
            return Call(name, self._arguments(), by)
        if self._see("("):
            if name not in {*RANGE_FUNCTIONS, "time", "histogram_quantile", "absent"}:
                raise PromqlError(f"unknown function {name}")
            return Call(name, self._arguments(), None)
        return Selector(name, tuple(self._matchers()), self._range())

    def _names(self) -> tuple[str, ...]:
        self._take("name", "by")
        self._take("op", "(")
        names = [self._take("name")]
        while self._see(","):
            self._take("op", ",")
            names.append(self._take("name"))
        self._take("op", ")")
        return tuple(names)

    def _arguments(self) -> tuple[Any, ...]:
        self._take("op", "(")
        found = []
        while not self._see(")"):
            found.append(self.both())
            if not self._see(")"):
                self._take("op", ",")
        self._take("op", ")")
        return tuple(found)

    def _matchers(self) -> Iterator[tuple[str, str, str]]:
        if not self._see("{"):
            return
        self._take("op", "{")
        while not self._see("}"):
            label, op = self._take("name"), self._take("op", "=", "!=", "=~", "!~")
            yield label, op, self._take("string")[1:-1].replace("\\\\", "\\")
            if not self._see("}"):
                self._take("op", ",")
        self._take("op", "}")

    def _range(self) -> int | None:
        if not self.tokens or self.tokens[0][0] != "range":
            return None
        text = self.tokens.pop(0)[1]
        return 300 if text.startswith("$") else int(text[:-1]) * _SECONDS[text[-1]]


def parts(tree: Any) -> Iterator[Any]:
    """Everything in an expression, from the outside in."""
    yield tree
    inside = tree.arguments if isinstance(tree, Call) else (tree.left, tree.right) if isinstance(tree, Binary) else ()
    for part in inside:
        yield from parts(part)


def value(tree: Any, history: History) -> Vector | float:
    """What it comes to now; a comparison leaves the series for which it holds."""
    now, scrape = history[-1]
    if isinstance(tree, float):
        return tree
    if isinstance(tree, Selector):
        return {labels: v for (name, labels), v in scrape.items() if tree.matches(name, labels)}
    if isinstance(tree, Call):
        return _call(tree, history, now)
    return _binary(value(tree.left, history), tree.op, value(tree.right, history))


def _call(tree: Call, history: History, now: float) -> Vector | float:
    if tree.function == "time":
        return now
    (argument,) = tree.arguments
    if tree.function == "absent":
        told = frozenset((label, text) for label, op, text in argument.matchers if op == "=")
        return {} if value(argument, history) else {told: 1.0}
    if tree.function in RANGE_FUNCTIONS:
        inside = [scrape for moment, scrape in history if now - moment <= argument.seconds]
        first, last = (value(argument, [(now, scrape)]) for scrape in (inside[0], inside[-1]))
        per = argument.seconds if tree.function == "rate" else 1
        # A series that was not there at first has no rise, as Prometheus sees it: counters have to begin at zero.
        return {labels: (v - first.get(labels, v)) / per for labels, v in last.items()}  # type: ignore[union-attr]
    combine: dict[str, Callable[[float, float], float]] = {"sum": operator.add, "max": max}
    if tree.function not in combine:
        raise PromqlError(f"{tree.function} is read, not computed")
    totals: Vector = {}
    for labels, v in value(argument, history).items():  # type: ignore[union-attr]
        key = frozenset((name, text) for name, text in labels if name in (tree.by or ()))
        totals[key] = combine[tree.function](totals[key], v) if key in totals else v
    return totals


def _binary(left: Vector | float, op: str, right: Vector | float) -> Vector | float:
    if op == "or":
        return {**right, **left}  # type: ignore[dict-item]
    if op == "and":
        return {labels: v for labels, v in left.items() if labels in right}  # type: ignore[union-attr,operator]
    if isinstance(left, float) and isinstance(right, float):
        return _CALCULATE[op](left, right)
    keys = left.keys() if isinstance(left, dict) else right.keys()  # type: ignore[union-attr]
    pairs = {
        key: (left[key] if isinstance(left, dict) else left, right[key] if isinstance(right, dict) else right)
        for key in keys
        if not isinstance(right, dict) or key in right
    }
    if op in COMPARE:
        return {key: one for key, (one, other) in pairs.items() if COMPARE[op](one, other)}
    return {key: _CALCULATE[op](one, other) for key, (one, other) in pairs.items()}
