"""Promises about what students return: a check gets plain values, whatever the student's objects pretend to be."""

import math

import numpy as np
import pytest
import torch

from autograder.sandbox.confined.wire import Opaque
from autograder.sandbox.faults import Crashed, Raised
from autograder.sandbox.limits import Limits
from autograder.sandbox.held import Held

WORK = """
import torch, numpy as np
class Always:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __bool__(self): return True
    def __len__(self): return 1 / 0
    def __hash__(self): return 1
    def __repr__(self): raise SystemExit('repr')
    __str__ = __format__ = __repr__
    def __getattr__(self, name): return self
    def __iter__(self): return iter([self])
    def __float__(self): return 1.0
    def __reduce__(self): return (exec, ('raise SystemExit',))
class Text(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__
class Number(float):
    def __eq__(self, other): return True
    __hash__ = float.__hash__
class Lying(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), options=None): return torch.zeros(3)
    @property
    def shape(self): return torch.Size([7])
class Posing:
    __class__ = torch.Tensor
    def __getattr__(self, name): return lambda *a, **k: self
class List(list):
    def __eq__(self, other): return True
Meta = type('Meta', (type,), {'__name__': property(lambda self: 1 / 0)})
class Nameless(metaclass=Meta): pass
def f(): return VALUE
def g(): return 'g'
"""


def returned(hand_in, value: str, **limits):
    """What a check gets for `return value`."""
    return hand_in(WORK.replace("VALUE", value), limits=Limits(check_s=20, **limits)).work.f()


@pytest.mark.parametrize(
    "value",
    [
        "Always()",
        "Text('x')",
        "Number(1)",
        "List([1])",
        "(i for i in range(3))",
        "lambda: 1",
        "torch",
        "Always",
        "iter([1])",
        "range(3)",
        "{1, 2}",
        "1j",
        "object()",
        "np.array(['a'])",
        "type('x' * 10**6, (), {})()",
        "torch.nn.Linear(2, 2)",
        "open(__file__)",
        "np.ma.ones(3)",
        "__import__('collections').OrderedDict(a=1)",
        "__import__('decimal').Decimal(1)",
        "...",
        "NotImplemented",
    ],
)
def test_an_object_is_held_and_never_compared_or_shown_by_its_own_methods(hand_in, value):
    """Objects that equal everything, that break when printed, generators and functions stay in the child as a number."""
    got = returned(hand_in, value)
    assert type(got) is Held and type(got.type_name) is str and len(got.type_name) <= 200
    assert (got == 1) is False and (got == got) is True and repr(got).startswith("<autograder.sandbox.held.Held")


@pytest.mark.parametrize(
    "value, plain",
    [
        ("[Always()]", list),
        ("{'a': Always()}", dict),
        ("(Text('x'), 1)", tuple),
        ("np.float32(1.5)", float),
        ("np.int64(3)", int),
        ("np.bool_(True)", bool),
        ("torch.tensor(1.5).item()", float),
        ("True", bool),
        ("None", type(None)),
        ("''", str),
        ("b'x'", bytes),
    ],
)
def test_plain_values_are_exactly_plain(hand_in, value, plain):
    """Not a subclass with a comparison of its own: the type itself."""
    assert type(returned(hand_in, value)) is plain


@pytest.mark.parametrize(
    "value, shape",
    [
        ("torch.ones(3).as_subclass(Lying)", (3,)),
        ("torch.ones(3, requires_grad=True) * 2", (3,)),
        ("torch.nn.Parameter(torch.ones(2))", (2,)),
        ("torch.ones(2, 1).expand(2, 1000)", (2, 1000)),
        ("torch.ones(4, 6)[::2, 1::3]", (2, 2)),
        ("torch.ones(2, 3).T", (3, 2)),
        ("torch.empty(0, 3)", (0, 3)),
        ("torch.tensor(1.)", ()),
        ("torch.ones(2, dtype=torch.complex64).conj()", (2,)),
        ("torch.ones(2, dtype=torch.bfloat16)", (2,)),
        ("torch._neg_view(torch.ones(2))", (2,)),
        ("torch.ones([1] * 16)", (1,) * 16),
        ("torch.inference_mode()(torch.ones)(2)", (2,)),
        ("torch.zeros(2, 3).to(memory_format=torch.contiguous_format)", (2, 3)),
    ],
)
def test_a_tensor_is_a_plain_tensor_of_its_true_shape(hand_in, value, shape):
    """Subclasses, views and graphs are gone; what arrives is data."""
    got = returned(hand_in, value)
    assert type(got) is torch.Tensor and tuple(got.shape) == shape and not got.requires_grad and got.is_contiguous()
    assert got.device.type == "cpu" and not got.is_conj() and not got.is_neg()


@pytest.mark.parametrize(
    "value, words",
    [
        ("torch.eye(3).to_sparse()", "sparse_coo"),
        ("torch.ones(3, device='meta')", "meta"),
        ("torch.ones(3).to(torch.float8_e4m3fn)", "float8"),
        ("torch.eye(3).to_sparse_csr()", "sparse_csr"),
        ("torch.zeros(10**15, device='meta')", "meta"),
        ("10**5000", "bits"),
    ],
)
def test_what_has_no_plain_data_is_named(hand_in, value, words):
    """A check can say what came back instead of a tensor."""
    got = returned(hand_in, value)
    assert type(got) is Opaque and words in got.what


def test_an_object_that_poses_as_a_tensor_stays_an_object(hand_in):
    """Its class is asked, not the object."""
    assert type(returned(hand_in, "Posing()")) is Held


@pytest.mark.parametrize(
    "value, words",
    [
        ("torch.zeros(1).expand(10**12)", "a tensor of dtype float32 and shape (1000000000000,), too large to be looked at"),
        ("torch.zeros(2 << 20, dtype=torch.uint8)", "a tensor of dtype uint8 and shape (2097152,), too large to be looked at"),
        ("torch.ones([1] * 17)", "a tensor of dtype float32 and shape (1, 1, 1,"),
        ("torch.empty(0, 1 << 40)", "a tensor of dtype float32 and shape (0, 1099511627776)"),
        ("np.broadcast_to(np.zeros(1), 10**12)", "an array of dtype float64 and shape (1000000000000,), too large"),
        ("'x' * 10**8", "a text of 100000000 characters"),
        ("b'x' * 10**8", "100000000 bytes"),
        ("[0] * 10**6", "a list of 1000000 values"),
        ("(0,) * 10**6", "a tuple of 1000000 values"),
        ("dict.fromkeys(range(10**6))", "a dict of 1000000 values"),
        ("10**400", "a whole number of 1329 bits"),
    ],
)
def test_what_is_too_large_is_named_before_it_is_copied(hand_in, value, words):
    """Gigabytes that cost nothing to make: a fact that a check can judge, and the process goes on."""
    student = hand_in(WORK.replace("VALUE", value), limits=Limits(check_s=20, memory_mib=1024))
    got = student.work.f()
    assert type(got) is Opaque and got.what.startswith(words)
    assert student.work.g() == "g"


def test_what_fits_arrives_beside_what_does_not(hand_in):
    """Of many large tensors the first ones, in full."""
    got = returned(hand_in, "[torch.ones(10**6), torch.ones(10**7), torch.ones(3), torch.ones(10**6)]")
    assert [type(item) for item in got] == [torch.Tensor, Opaque, torch.Tensor, Opaque]


@pytest.mark.parametrize("value", ["Nameless()", "[[0] * 100] * 300", "eval('[' * 60 + ']' * 60)"])
def test_what_is_too_odd_is_a_fault_of_its_author(hand_in, value):
    """Nameless objects, lists in lists without end: a message, and the next call works."""
    student = hand_in(WORK.replace("VALUE", value), limits=Limits(check_s=20, memory_mib=1024))
    with pytest.raises((Raised, Crashed)) as caught:
        student.work.f()
    assert caught.value.message.startswith("f() ")
    assert student.work.g() == "g"


def test_special_numbers_arrive(hand_in):
    """NaN and infinities are values to be judged, in tensors and alone."""
    got = returned(hand_in, "[float('nan'), float('inf'), torch.tensor([float('nan'), -float('inf')]), -0.0]")
    assert math.isnan(got[0]) and got[1] == math.inf and torch.isnan(got[2][0]) and got[2][1] == -math.inf and str(got[3]) == "-0.0"


def test_arrays_in_foreign_byte_order_keep_their_values(hand_in):
    """As they come from files of other machines."""
    got = returned(hand_in, "np.arange(3, dtype='>f4')")
    assert type(got) is np.ndarray and got.tolist() == [0, 1, 2]


def test_a_dict_with_keys_that_are_objects_loses_only_these(hand_in):
    """A key that cannot be compared here, or only in time that grows with their number, is left out."""
    assert returned(hand_in, "{Always(): 1, 'a': 2, (1, 'b'): 3, 4: 5, 10**400: 6, None: 7}") == {"a": 2, 4: 5, None: 7}


def test_a_generator_is_read_through_the_probe_and_not_further_than_asked(hand_in):
    """An endless generator gives as many items as the check wants."""
    student = hand_in("import itertools\ndef f(): return itertools.count()")
    assert student.probe("items", student.work.f(), 3) == [0, 1, 2]


def test_the_input_of_a_call_is_not_shared_with_the_child(hand_in):
    """What the student does to an argument stays there."""
    mine = torch.zeros(3)
    student = hand_in("def f(x):\n    x += 1\n    return x")
    assert student.work.f(mine).tolist() == [1, 1, 1] and mine.tolist() == [0, 0, 0]
