"""What can be changed in one place of a piece of Python, whatever it computes: general operators, nothing of one course.

Each operator looks at one node of the tree and gives the texts that may stand in its place. The operators are those of
mutation testing (DeMillo, Lipton & Sayward 1978; Offutt & Untch 2001), with a table of methods that are easily confused.
"""

import ast
import copy
import sys
from collections.abc import Callable, Iterator

Texts = Iterator[str]

ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
COMPARISON = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
PAIRS = [
    ("max", "min"),
    ("amax", "amin"),
    ("argmax", "argmin"),
    ("sum", "mean"),
    ("any", "all"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("softmax", "log_softmax"),
    ("add_", "sub_"),
    ("mul_", "div_"),
    ("train", "eval"),
    ("MaxPool2d", "AvgPool2d"),
    ("max_pool2d", "avg_pool2d"),
    ("parameters", "buffers"),
    ("floor", "ceil"),
    ("normal_", "uniform_"),
    ("zeros_", "ones_"),
    ("flatten", "clone"),
    ("var", "std"),
    ("relu", "sigmoid"),
    ("ReLU", "Sigmoid"),
    ("kaiming_normal_", "xavier_normal_"),
    ("log", "exp"),
    ("sorted", "list"),
    ("copy_", "add_"),
]
CONFUSED = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}


def replacements(node: ast.AST) -> Texts:
    """The texts that may stand in a node's place; each is one mutation."""
    for operator in OPERATORS.get(type(node), ()):
        yield from operator(node)


def _bracketed(node: ast.expr) -> str:
    """As it may stand anywhere; a name, number, call or attribute needs no brackets."""
    text = ast.unparse(node)
    return text if isinstance(node, (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List)) else f"({text})"


def _changed(node, **fields) -> str:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return _bracketed(other) if isinstance(other, ast.expr) else ast.unparse(other)


def arithmetic(node: ast.BinOp) -> Texts:
    """Another sign."""
    if type(node.op) in ARITHMETIC:
        yield _changed(node, op=ARITHMETIC[type(node.op)]())


def augmented(node: ast.AugAssign) -> Texts:
    """Another sign in `+=`, or no update at all."""
    if type(node.op) in ARITHMETIC:
        yield _changed(node, op=ARITHMETIC[type(node.op)]())
    yield "pass"


def comparison(node: ast.Compare) -> Texts:
    """The border moved, or the opposite."""
    for place, op in enumerate(node.ops):
        if type(op) in COMPARISON:
            yield _changed(node, ops=[*node.ops[:place], COMPARISON[type(op)](), *node.ops[place + 1 :]])


def constant(node: ast.Constant) -> Texts:
    """The next number, none instead of one, twice as much, the other truth, a word nobody knows."""
    value = node.value
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield str(value + 1)
        if value == 1:
            yield "0"
    elif isinstance(value, float):
        yield str(value * 2 if value else 1.0)
    elif isinstance(value, str) and value:
        yield repr(value + "x")


def unary(node: ast.UnaryOp) -> Texts:
    """Without its sign, or without `not`."""
    yield _bracketed(node.operand)


def boolean(node: ast.BoolOp) -> Texts:
    """`and` for `or`; each of its conditions left out."""
    yield _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for place in range(len(node.values)):
        rest = node.values[:place] + node.values[place + 1 :]
        yield _bracketed(rest[0]) if len(rest) == 1 else _changed(node, values=rest)


def call(node: ast.Call) -> Texts:
    """Keywords and arguments left out or exchanged; what goes in instead of what comes out."""
    for place in range(len(node.keywords)):
        yield _changed(node, keywords=node.keywords[:place] + node.keywords[place + 1 :])
    plain = [not isinstance(argument, ast.Starred) for argument in node.args]
    for place in range(len(node.args)):
        if len(node.args) > 1:
            yield _changed(node, args=node.args[:place] + node.args[place + 1 :])
        if place and plain[place - 1] and plain[place] and ast.dump(node.args[place - 1]) != ast.dump(node.args[place]):
            yield _changed(node, args=[*node.args[: place - 1], node.args[place], node.args[place - 1], *node.args[place + 1 :]])
    if node.args and plain[0]:
        yield _bracketed(node.args[0])
    if isinstance(node.func, ast.Attribute) and not _is_namespace(node.func.value):
        yield _bracketed(node.func.value)


def _is_namespace(node: ast.expr) -> bool:
    """Whether an expression only names a place to find things, a module or `self`: nothing stands for it."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and (node.id in ("self", "F") or node.id in sys.modules)


def attribute(node: ast.Attribute) -> Texts:
    """Another of two names that are easily confused."""
    if node.attr in CONFUSED:
        yield _changed(node, attr=CONFUSED[node.attr])


def name(node: ast.Name) -> Texts:
    """The same for a name on its own."""
    if node.id in CONFUSED and isinstance(node.ctx, ast.Load):
        yield CONFUSED[node.id]


def several(node: ast.List) -> Texts:
    """One of a list's items left out."""
    for place in range(len(node.elts)):
        if len(node.elts) > 1 and isinstance(node.ctx, ast.Load):
            yield _changed(node, elts=node.elts[:place] + node.elts[place + 1 :])


def either(node: ast.IfExp) -> Texts:
    """Always the one, always the other."""
    yield _bracketed(node.body)
    yield _bracketed(node.orelse)


def condition(node: ast.If) -> Texts:
    """The other way round, always, never: as text in the place of the test, see `places`."""
    yield f"not {_bracketed(node.test)}"
    yield "True"
    yield "False"


def filtered(node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Texts:
    """Without its filters."""
    for place, generator in enumerate(node.generators):
        if generator.ifs:
            other = copy.copy(generator)
            other.ifs = []
            yield _changed(node, generators=[*node.generators[:place], other, *node.generators[place + 1 :]])


def deleted(node: ast.stmt) -> Texts:
    """A statement left out, where what follows can still run."""
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        again = isinstance(target, ast.Name) and any(
            isinstance(part, ast.Name) and part.id == target.id for part in ast.walk(node.value)
        )
        if not again and not isinstance(target, (ast.Attribute, ast.Subscript)):
            return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    yield "pass"


def unwrapped(node: ast.With) -> Texts:
    """Its body without the `with`: a block that always runs stands in its place."""
    yield "if True"


OPERATORS: dict[type, tuple[Callable[..., Texts], ...]] = {
    ast.BinOp: (arithmetic,),
    ast.AugAssign: (augmented,),
    ast.Compare: (comparison,),
    ast.Constant: (constant,),
    ast.UnaryOp: (unary,),
    ast.BoolOp: (boolean,),
    ast.Call: (call,),
    ast.Attribute: (attribute,),
    ast.Name: (name,),
    ast.List: (several,),
    ast.IfExp: (either,),
    ast.If: (condition,),
    ast.While: (condition,),
    ast.ListComp: (filtered,),
    ast.GeneratorExp: (filtered,),
    ast.SetComp: (filtered,),
    ast.Expr: (deleted,),
    ast.Assign: (deleted,),
    ast.Raise: (deleted,),
    ast.Delete: (deleted,),
    ast.Continue: (deleted,),
    ast.Break: (deleted,),
    ast.With: (unwrapped,),
}
