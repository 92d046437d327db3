"""Values that no check expects, and a way to have a student's code return them; it runs beside that code, in the child.

A made submission is a solution whose file ends with a call of `replace`: it knows nothing of the kit and imports only what students may.
"""

import functools
import sys

import numpy as np
import torch

FIRST_ODD = 3  # the call from which on a late replacement begins: the first ones are honest, so that checks go further
LARGE_BYTES = 60 << 20


class Posing:
    """An object that says yes to everything."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments, **options):
        return self


class NoMapping:
    """Has the names of a mapping and is none."""

    def keys(self):
        return 7

    def __getitem__(self, key):
        return self

    def __len__(self):
        return -1


def tensor_of(value):
    """The honest value as a tensor, or a small one instead of it."""
    if isinstance(value, torch.Tensor):
        return value.detach()
    try:
        return torch.as_tensor(value, dtype=torch.float32)
    except Exception:
        return torch.ones(2, 3)


def floats(value):
    """The same with floating-point numbers, which can hold NaN."""
    tensor = tensor_of(value)
    return tensor if tensor.is_floating_point() else tensor.float()


def with_one(value, number):
    """The honest value with one number in the wrong."""
    tensor = floats(value).clone()
    if tensor.numel():
        tensor.view(-1)[-1] = number
    return tensor


def itself():
    """A list that holds itself."""
    found = []
    found.append(found)
    return found


# By name: what becomes of an honest value.
ODD = {
    "None": lambda value: None,
    "a text": lambda value: "nan",
    "a long text": lambda value: "x" * 10**7,
    "True": lambda value: True,
    "minus one": lambda value: -1,
    "zero": lambda value: 0,
    "64 bits and one": lambda value: 1 << 63,
    "400 digits": lambda value: 10**400,
    "minus 400 digits": lambda value: -(10**400),
    "NaN": lambda value: float("nan"),
    "infinity": lambda value: float("inf"),
    "minus infinity": lambda value: -float("inf"),
    "the largest float": lambda value: sys.float_info.max,
    "a complex number": lambda value: 1j,
    "a numpy number": lambda value: np.float64("nan"),
    "an object": lambda value: object(),
    "a posing object": lambda value: Posing(),
    "a class": lambda value: dict,
    "a function": lambda value: len,
    "a generator": lambda value: (number for number in [1.0]),
    "an endless generator": lambda value: iter(int, 1),
    "bytes": lambda value: b"\0" * 8,
    "a set": lambda value: {1},
    "no mapping": lambda value: NoMapping(),
    "an empty list": lambda value: [],
    "an empty tuple": lambda value: (),
    "an empty dict": lambda value: {},
    "in a list": lambda value: [value],
    "in a tuple": lambda value: (value, value),
    "in a dict": lambda value: {"value": value},
    "a dict of numbers": lambda value: {0: value, 10**400: 1, (1, 2): 3, None: 4},
    "a list of None": lambda value: [None] * 3,
    "a list of texts": lambda value: ["a", "b"],
    "a ragged list": lambda value: [[1.0], [1.0, 2.0], 3.0],
    "a list of 400 digits": lambda value: [10**400, 1],
    "a list of NaN": lambda value: [float("nan")] * 3,
    "a list of objects": lambda value: [object(), Posing()],
    "a list of tensors": lambda value: [torch.ones(2), torch.ones(3)],
    "a long list": lambda value: [0.5] * 10**6,
    "a list of itself": lambda value: itself(),
    "no elements": lambda value: torch.empty(0),
    "no rows": lambda value: tensor_of(value).reshape(-1)[:0].reshape(0, 3),
    "no columns": lambda value: torch.empty(max(len(tensor_of(value)) if tensor_of(value).ndim else 1, 1), 0),
    "no dimensions": lambda value: tensor_of(value).float().sum(),
    "one dimension": lambda value: tensor_of(value).reshape(-1),
    "a dimension more": lambda value: tensor_of(value)[None],
    "twelve dimensions more": lambda value: tensor_of(value).reshape([1] * 12 + list(tensor_of(value).shape)),
    "seventeen dimensions": lambda value: torch.ones([1] * 17),
    "one element less": lambda value: tensor_of(value).reshape(-1)[:-1],
    "twice": lambda value: torch.cat([tensor_of(value).reshape(-1)] * 2),
    "all NaN": lambda value: torch.full_like(floats(value), float("nan")),
    "all infinite": lambda value: torch.full_like(floats(value), float("inf")),
    "one NaN": lambda value: with_one(value, float("nan")),
    "one infinity": lambda value: with_one(value, -float("inf")),
    "all huge": lambda value: torch.full_like(floats(value), torch.finfo(floats(value).dtype).max),
    "all negative": lambda value: -floats(value).abs() - 1,
    "complex": lambda value: tensor_of(value).to(torch.complex64),
    "bool": lambda value: tensor_of(value).bool(),
    "uint8": lambda value: tensor_of(value).to(torch.uint8),
    "int8": lambda value: tensor_of(value).to(torch.int8),
    "int64": lambda value: tensor_of(value).long(),
    "float16": lambda value: tensor_of(value).half(),
    "bfloat16": lambda value: tensor_of(value).bfloat16(),
    "float64": lambda value: tensor_of(value).double(),
    "sparse": lambda value: tensor_of(value).to_sparse(),
    "sparse rows": lambda value: torch.eye(3).to_sparse_csr(),
    "meta": lambda value: tensor_of(value).to("meta"),
    "quantized": lambda value: torch.quantize_per_tensor(floats(value), 0.1, 0, torch.qint8),
    "nested": lambda value: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
    "a parameter": lambda value: torch.nn.Parameter(floats(value)),
    "a module": lambda value: torch.nn.Linear(2, 2),
    "an array": lambda value: tensor_of(value).double().numpy(),
    "an array of objects": lambda value: np.array([None, "x", 10**400], dtype=object),
    "an array of texts": lambda value: np.array(["a", "b"]),
    "an array of complex numbers": lambda value: tensor_of(value).double().numpy().astype(complex),
    "a masked array": lambda value: np.ma.masked_invalid([1.0, float("nan")]),
    "an array of dates": lambda value: np.array(["2026-01-01"], dtype="datetime64[D]"),
    "60 MiB": lambda value: torch.zeros(LARGE_BYTES, dtype=torch.uint8),
    "60 MiB of numbers": lambda value: torch.zeros(LARGE_BYTES // 4),
    "a million": lambda value: torch.zeros(1 << 20, dtype=torch.uint8),
    "a wide view": lambda value: torch.zeros(1).expand(10**12),
}


class Replacement:
    """What stands for every value of one place from some call on.

    Args:
        odd: a name of `ODD`.
        first: the call from which on.
    """

    def __init__(self, odd: str, first: int):
        self.odd, self.first, self.calls = ODD[odd], first, 0

    def __call__(self, honest):
        """The odd value, or the honest one while it is too early."""
        self.calls += 1
        return self.odd(honest) if self.calls >= self.first else honest

    def around(self, function):
        """A function of the same name whose results are replaced."""

        @functools.wraps(function)
        def replaced(*arguments, **options):
            return self(function(*arguments, **options))

        return replaced


def replace(names: dict, place: str, odd: str, first: int) -> None:
    """Replace what one place gives.

    Args:
        names: the module's own, as `globals()` gives them.
        place: `f` for a function's results, `f()` for the results of what it returns, `Class` for what takes an object's place,
            `Class.method`, `Class.attribute=`, and `Class.*` for the values of a module's parameters.
        odd, first: see `Replacement`.
    """
    given = Replacement(odd, first)
    name, _, member = place.partition(".")
    if member == "*":
        around_constructor(names[name], lambda made: replace_parameters(made, given))
    elif member.endswith("="):
        around_constructor(names[name], lambda made: replace_attribute(made, member[:-1], given))
    elif member:
        setattr(names[name], member, given.around(getattr(names[name], member)))
    elif name.endswith("()"):
        function = names[name[:-2]]
        names[name[:-2]] = functools.wraps(function)(lambda *arguments, **options: within(function(*arguments, **options), given))
    else:
        names[name] = given.around(names[name])


def within(made, given):
    """An object whose own results are replaced: of a model's `forward`, an optimizer's `step` and settings, any other's call."""
    if isinstance(made, torch.nn.Module):
        made.forward = given.around(made.forward)
    elif isinstance(made, torch.optim.Optimizer):
        made.step = given.around(made.step)
        made.param_groups[0].update(lr=given(0.1), momentum=given(0.9))
    elif callable(made):
        return given.around(made)
    return made


def around_constructor(kind, change):
    """Have something done to every new object of a class."""
    honest = kind.__init__

    @functools.wraps(honest)
    def made(self, *arguments, **options):
        honest(self, *arguments, **options)
        change(self)

    kind.__init__ = made


def replace_parameters(made, given):
    """Put odd values into a model's parameters, where torch takes them."""
    for name, parameter in list(made.named_parameters()):
        value = given(parameter.detach())
        if isinstance(value, torch.Tensor) and value.is_floating_point() and value.layout is torch.strided:
            parameter.data = value
        else:
            holder, _, last = name.rpartition(".")
            owner = made.get_submodule(holder)
            del owner._parameters[last]
            setattr(owner, last, value)


def replace_attribute(made, name, given):
    """Have an attribute give odd values when it is read, whatever is written to it."""
    kind = type(made)
    if not isinstance(vars(kind).get(name), property):

        def read(self):
            return given(self.__dict__.get("honest " + name))

        def write(self, value):
            self.__dict__["honest " + name] = value

        if name in made.__dict__:
            made.__dict__["honest " + name] = made.__dict__.pop(name)
        setattr(kind, name, property(read, write))
