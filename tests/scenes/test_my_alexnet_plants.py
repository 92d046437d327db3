"""AlexNet and its plants, built on the meta device and given one shared set of weights, so that no time is lost."""

import functools

import torch
from torchvision.models import alexnet

PROBLEM = "my_alexnet"


@functools.cache
def shared(shape: tuple[int, ...]) -> torch.Tensor:
    """The weights that every tensor of this shape gets."""
    generator = torch.Generator().manual_seed(sum(shape))
    fan_in = max(1, torch.Size(shape[1:]).numel())
    return (torch.rand(shape, generator=generator) - 0.45) * (2 / fan_in**0.5)


def given_weights(model):
    """Put the shared weights in a model of the meta device."""
    state = {name: shared(tuple(value.shape)) for name, value in model.state_dict().items()}
    model.load_state_dict(state, assign=True)
    return model


def facts(module) -> dict:
    """What holds for every right network."""
    with torch.device("meta"):
        model = module.MyAlexNet()
        oracle = alexnet(weights=None)
        oracle.classifier[6] = torch.nn.Linear(4096, 15)
    given_weights(model)
    images = torch.rand(2, 1, 64, 64)
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]

    @torch.no_grad()
    def equals_torchvision():
        wanted = given_weights(oracle).eval()(images.repeat(1, 3, 1, 1))
        return torch.allclose(model.eval()(images), wanted, rtol=1e-4, atol=1e-4)

    def last_layer_learns():
        model.loss_criterion(model.train()(images), torch.tensor([1, 2])).backward()
        return all(value.grad is not None for value in trainable) and trainable

    scores = torch.randn(3, 15)
    targets = torch.tensor([2, 2, 9])
    return {
        "trainable": lambda: sorted(tuple(value.shape) for value in trainable) == [(15,), (15, 4096)],
        "size": lambda: sum(value.numel() for value in model.parameters()) == 57_003_840 + 15 * 4097,
        "no 1000": lambda: all(value.shape[0] != 1000 for value in model.parameters()),
        "equals torchvision": equals_torchvision,
        "learns": last_layer_learns,
        "fixed in eval": lambda: torch.equal(model.eval()(images), model(images)),
        "sum": lambda: torch.allclose(
            model.loss_criterion(scores, targets), (scores.logsumexp(1) - scores[range(3), targets]).sum()
        ),
    }


def seen(module, faults) -> list[str]:
    """The faults of a module; building it may fail as well."""
    try:
        return faults(facts(module))
    except Exception as error:
        return [f"cannot be built: {error}"]


def test_the_solution_is_right(solution, faults):
    """Every fact holds for the solution."""
    assert seen(solution, faults) == []


def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert seen(right, faults) == []


def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake, but not all."""
    assert 0 < len(seen(mistake, faults)) < 7


def test_a_failed_download_says_what_to_do(solution):
    """One sentence names file, folder and the way out."""
    try:
        solution.MyAlexNet(pretrained=True)
    except RuntimeError as error:
        for part in ("could not be downloaded", ".pth", "checkpoints", "pretrained=False"):
            assert part in str(error)
    else:
        raise AssertionError("pretrained=True worked without a network")
