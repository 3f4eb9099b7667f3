"""The small faults that bench/mutants.py puts into the code, one at a time.

Turned about: comparisons, arithmetic, `and` and `or`, signs, conditions. One more: numbers. Another: texts, True and False. Left out: a call
whose answer nobody takes, a raise. Not touched: docstrings, annotations, decorators, the sentences of errors (they are for people), and the
conditions of loops, of which most would only run for ever.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_TURNED: dict[type[ast.AST], type[ast.AST]] = {
    **{one: other for pair in (
        (ast.Eq, ast.NotEq), (ast.In, ast.NotIn), (ast.Is, ast.IsNot), (ast.Lt, ast.LtE), (ast.Gt, ast.GtE),
        (ast.And, ast.Or), (ast.Add, ast.Sub), (ast.Mult, ast.FloorDiv), (ast.LShift, ast.RShift), (ast.BitAnd, ast.BitOr),
    ) for one, other in (pair, pair[::-1])},
    ast.Div: ast.Mult, ast.Mod: ast.Mult, ast.BitXor: ast.BitOr,
}  # fmt: skip
_PASSED_OVER = ("annotation", "returns", "decorator_list", "type_comment")

Node = ast.expr | ast.stmt
Function = tuple[str, int]
"""The outermost function around a place: its name, and its first line as code objects count it, with the decorators."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: the line before and after it, and the function that it is in, where it is in one."""

    path: Path
    number: int
    line: int
    before: str
    after: str
    function: Function | None

    def tree(self) -> ast.Module:
        """The module with the fault in it."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        for number, (_, put, altered, _) in enumerate(_faults(tree, None)):
            if number == self.number:
                put(altered)
                return ast.fix_missing_locations(tree)
        raise ValueError(f"{self.path}: changed since its faults were counted")


def mutants_of(path: Path) -> list[Mutant]:
    """Every fault of a module, in the order of its text."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    return [
        Mutant(path, number, node.lineno, lines[node.lineno - 1].strip(), _written(lines, node, altered), function)
        for number, (node, _, altered, function) in enumerate(_faults(ast.parse(text), None))
    ]


def _written(lines: list[str], node: Node, altered: Node) -> str:
    """The line with the fault; of several lines the first, with all that stands in their place."""
    begin = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    last = lines[(node.end_lineno or node.lineno) - 1].encode()[node.end_col_offset :].decode()
    return (begin + ast.unparse(altered) + last).strip()


def _faults(
    parent: ast.AST, function: Function | None
) -> Iterator[tuple[Node, Callable[[Node], None], Node, Function | None]]:
    """Each node, how to put another in its place, that other, and the function around."""
    for field, value in ast.iter_fields(parent):
        if field in _PASSED_OVER:
            continue
        for place, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(node, ast.AST):
                continue
            if isinstance(parent, ast.Raise) and isinstance(node, ast.Call):
                node = ast.Call(node.func, [], node.keywords)  # its sentence stays
            inside = function
            if function is None and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inside = node.name, min([node.lineno, *(one.lineno for one in node.decorator_list)])
            for altered in _altered(node, parent, field) if isinstance(node, Node) else ():
                yield node, _putter(parent, field, place), altered, inside
            yield from _faults(node, inside)


def _putter(parent: ast.AST, field: str, place: int | None) -> Callable[[Node], None]:
    def put(altered: Node) -> None:
        if place is None:
            setattr(parent, field, altered)
        else:
            getattr(parent, field)[place] = altered

    return put


def _altered(node: ast.AST, parent: ast.AST, field: str) -> Iterator[Node]:
    """What may stand in a node's place."""
    match node:
        case ast.Compare(left, [op], [right]) if type(op) in _TURNED:
            yield ast.Compare(left, [_TURNED[type(op)]()], [right])
        case ast.BoolOp(op, values):
            yield ast.BoolOp(_TURNED[type(op)](), values)
        case ast.BinOp(left, op, right) if type(op) in _TURNED:
            yield ast.BinOp(left, _TURNED[type(op)](), right)
        case ast.AugAssign(target, op, value) if type(op) in _TURNED:
            yield ast.AugAssign(target, _TURNED[type(op)](), value)
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(str() as value) if not isinstance(parent, ast.Expr | ast.JoinedStr):
            yield ast.Constant(f"x{value}x")
        case ast.Expr(ast.Call()) | ast.Raise():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
    if field == "test" and isinstance(parent, ast.If | ast.IfExp) and not isinstance(node, ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), node)  # type: ignore[arg-type]
