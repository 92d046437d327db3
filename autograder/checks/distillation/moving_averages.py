"""What one update of a moving average should make of the kit's small networks, and what the usual mistakes make of it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from autograder.judge.expect import CheckFailed, expect_close, fail
from autograder.judge.mistakes import Mistake
from autograder.sandbox.faults import Missing, Raised
from autograder.sandbox.student import Student

from .services.networks import NETWORKS

Values = dict[str, torch.Tensor]
# Right versions in float64 stay within 5e-16 of the formula; anything computed in float32 on the way is off by more than 1e-8.
AVERAGE = {"rtol": 0.0, "atol": 1e-9}
INTEGERS_REFUSE = "can't be cast to the desired output type"
LEAF_CHANGED = "a leaf Variable that requires grad"


def draw_values(kind: str, who: str, draw: Callable[..., torch.Tensor], chance: random.Random) -> Values:
    """Parameters and buffers of one of the kit's networks; the two networks of a pair differ in all of them."""
    values: Values = {}
    for name, old in NETWORKS[kind]().state_dict().items():
        if old.is_floating_point():
            values[name] = draw(f"{kind} {who} {name}", *old.shape).double()
            if name.endswith("var"):
                values[name] = values[name].abs() + 0.5
        else:
            low = 50 if who == "model" else 10
            values[name] = torch.tensor([chance.randrange(low, low + 30) for _ in range(max(old.numel(), 1))]).reshape(old.shape)
    if "same.weight" in values:
        values["same.weight"] = values["first.weight"]
    return values


def parameters_of(kind: str, values: Values) -> Values:
    """The parameters among them, a shared one once."""
    return {name: values[name] for name, _ in NETWORKS[kind]().named_parameters()}


def function_of(student: Student, name: str) -> Any:
    """A function of the student's `ema.py`, which imports `distillation.py`; that this is missing is said in words."""
    try:
        return getattr(student.ema, name).fetch()
    except Raised as fault:
        if "No module named 'distillation'" in fault.details:
            raise Missing("distillation.py was not handed in, and ema.py imports it; hand in both.") from None
        raise


@dataclass(frozen=True)
class Update:
    """One call of `update_ema`: what both networks held before, and the decay."""

    kind: str
    average: Values
    model: Values
    decay: float

    def want(self, name: str) -> torch.Tensor:
        """The new average of a parameter."""
        return self.decay * self.average[name] + (1 - self.decay) * self.model[name]

    def ask(self, student: Student, frozen: bool = True) -> dict[str, Any]:
        """Let the student's function do it, on an average that is frozen or requires gradients.

        Where it changes the model instead of the average, as another check says, it is asked once more with the values of the two
        exchanged, and what it did is told as if it were done to the average.
        """
        reply = self.ask_as_it_is(student, frozen)
        names = list(parameters_of(self.kind, self.average))
        if not unchanged(reply["average"], self.average, names) or unchanged(reply["model"], self.model, names):
            return reply
        other = Update(self.kind, self.model, self.average, self.decay).ask_as_it_is(student, frozen)
        return other | {
            "average": other["model"],
            "model": other["average"],
            "graph": {"average": other["graph"]["model"]},
            "same objects": {"average": other["same objects"]["model"]},
        }

    def ask_as_it_is(self, student: Student, frozen: bool = True) -> dict[str, Any]:
        """The same, told as it was done."""
        try:
            return student.probe(
                "update_and_compare", function_of(student, "update_ema"), self.kind, self.average, self.model, self.decay, frozen
            )
        except Raised as fault:
            stopped = fault.message.partition(": ")[2]
            if INTEGERS_REFUSE in fault.details:
                fail(
                    f"update_ema(...) stopped at the integer buffers, which no decay can multiply in place: {stopped}",
                    "Buffers are copied, not averaged. Which tensors does `parameters()` give?",
                )
            if LEAF_CHANGED in fault.details:
                fail(
                    f"update_ema(...) recorded a graph, or tried to: {stopped}",
                    "An update is not to be differentiated. What tells torch so?",
                )
            raise

    def own(self, student: Student, names: list[str]) -> Values:
        """What the student's function makes of the numbers of these parameters where they are ordinary weights."""
        places = [name for name in NETWORKS["plain"]().state_dict() if name.endswith("weight")]
        room = dict(NETWORKS["plain"]().double().state_dict())
        packed = []
        for values in (self.average, self.model):
            numbers, one = joined(values, names), {name: value.clone() for name, value in room.items()}
            for place in places:
                part, numbers = numbers[: one[place].numel()], numbers[one[place].numel() :]
                one[place].view(-1)[: len(part)] = part
            packed.append(one)
        reply = Update("plain", packed[0], packed[1], self.decay).ask(student)
        numbers = joined(reply["average"], places)
        found = {}
        for name in names:
            size = self.average[name].numel()
            found[name], numbers = numbers[:size].reshape(self.average[name].shape), numbers[size:]
        return found


def unchanged(values: Values, before: Values, names: list[str]) -> bool:
    """Whether these parameters are still what they were."""
    return torch.equal(joined(values, names), joined(before, names))


def parameter_mistakes(update: Update, names: list[str], got: torch.Tensor, model_changed: bool) -> Iterator[Mistake]:
    """What the usual mistakes make of the parameters of these names, as one vector.

    Args:
        got: the new average, for a decay that is not the one given.
        model_changed: whether the other network was changed, too.
    """
    old, new, d = joined(update.average, names), joined(update.model, names), update.decay
    reason = "Is a result given to a local name instead of the tensor? In-place methods end in `_`."
    if model_changed:
        reason = "Instead, the model itself was changed: which of the two arguments is the average?"
    yield Mistake(old, f"After the call the average did not change. {reason}")
    yield Mistake(
        (1 - d) * old + d * new, "It looks as if decay and 1 - decay are exchanged: which of the two weighs the old average?"
    )
    yield Mistake(old + (1 - d) * new, "It looks as if the old average keeps its full weight: what is it multiplied by?")
    yield Mistake(d * old + new, "It looks as if the model's parameters are added with full weight: what are they multiplied by?")
    yield Mistake(new, "It is a copy of the model: where does the old average go?")
    yield Mistake(d * old, "The model's parameters have no effect: where are they added?")
    yield Mistake(d * new, "The old average has no effect: where is it kept?")
    without_biases = {name: update.average[name] if update.average[name].ndim == 1 else update.want(name) for name in names}
    yield Mistake(
        joined(without_biases, names), "The weights are right, but biases were left out: which parameters does the loop reach?"
    )
    if got.shape == old.shape:
        share = ((got - new) * (old - new)).sum() / ((old - new) ** 2).sum()
        yield Mistake(
            share * old + (1 - share) * new, "It is an average with another decay than the one given: is decay changed on the way?"
        )


def expect_held(words: str, got: Any, want: torch.Tensor, **options: Any) -> None:
    """The same as `expect_close` for something that a call changed in place: it does not return a value, it holds it."""
    try:
        expect_close(words, got, want, **options)
    except CheckFailed as failed:
        raise CheckFailed(failed.message.replace(" returned ", " holds ", 1)) from None


def joined(values: Values, names: list[str]) -> torch.Tensor:
    """The values of these names as one vector."""
    lost = [name for name in names if not isinstance(values.get(name), torch.Tensor)]
    if lost:
        fail(
            f"After the call one of the networks has no ordinary tensor `{lost[0]}` any more.",
            "Which tensors are changed, and how?",
        )
    return torch.cat([values[name].double().cpu().reshape(-1) for name in names])


def buffer_mistakes(update: Update, name: str) -> list[Mistake]:
    """What the usual mistakes make of a buffer."""
    old, new, d = update.average[name].double(), update.model[name].double(), update.decay
    averaged = d * old + (1 - d) * new
    kept = "The old values are still there: {} were not copied. `parameters()` does not give them; what does?"
    if update.model[name].is_floating_point():
        return [
            Mistake(old, kept.format("the buffers")),
            Mistake(averaged, "It looks as if the buffers were averaged: which tensors of the network are learned?"),
        ]
    counted = "It looks as if the integer buffers were averaged: what would half a batch mean to a counter?"
    return [
        Mistake(old, kept.format("the integer buffers")),
        *(Mistake(cut, counted) for cut in (averaged, averaged.trunc(), averaged.round())),
    ]
