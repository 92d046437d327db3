"""The small network with dropout and its plants: random in train mode only, and right on average."""

import torch

PROBLEM = "simple_net_dropout"


def facts(module) -> dict:
    """What holds for every right network."""
    model = module.SimpleNetDropout()
    images = torch.randn(4, 1, 64, 64)
    targets = torch.tensor([0, 3, 14, 7])

    @torch.no_grad()
    def runs(mode, count=2):
        model.train(mode)
        return torch.stack([model(images) for _ in range(count)])

    def average():
        """The mean of train mode lies near eval mode, exactly so only where no ReLU follows the dropout.

        In units of the mean's standard error: right plants 0.7 to 2.5, dropout that is not scaled 5.0 to 6.8.
        """
        kept, train = runs(False, 1)[0], runs(True, 60)
        return ((train.mean(0) - kept).abs() / (train.std(0) / 60**0.5)).mean() < 4

    def hidden_survive():
        train = runs(True, 30)
        return (train.std(0).mean() / runs(False, 1).std()) > 0.02 and (train[0] != train[1]).float().mean() > 0.2

    scores = torch.randn(4, 15)
    return {
        "shape": lambda: tuple(model.eval()(images).shape) == (4, 15),
        "one image": lambda: tuple(model.eval()(images[:1]).shape) == (1, 15),
        "random in train": lambda: not torch.equal(*runs(True)),
        "fixed in eval": lambda: torch.equal(*runs(False)),
        "scores survive": lambda: (runs(True, 5) == 0).float().mean() < 0.01,
        "right on average": average,
        "hidden values survive": hidden_survive,
        "sum": lambda: torch.allclose(
            model.loss_criterion(scores, targets), (scores.logsumexp(1) - scores[range(4), targets]).sum()
        ),
        "raw scores": lambda: (runs(False, 1)[0].sum(1) - 1).abs().max() > 1e-3,
    }


def test_the_solution_is_right(solution, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution)) == []


def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right)) == []


def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake, but not all."""
    assert 0 < len(faults(facts(mistake))) < 9
