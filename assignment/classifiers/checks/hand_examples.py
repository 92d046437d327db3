"""Given: sets up models that are so small that their scores can be worked out on paper."""

import torch


def fill(model, image, value):
    """Every weight and bias of the model becomes `value`, wherever and in whatever order it keeps them.

    Args:
        model: the model.
        image: (1, C, H, W), an image that it takes.
        value: a number, or "count" for 1, 2, 3, ... through all parameters in their order.
    Returns: the model.
    """
    model(image)  # layers that find out their size by themselves do so now
    counter = 1
    with torch.no_grad():
        for parameter in model.parameters():
            if value == "count":
                numbers = torch.arange(counter, counter + parameter.numel()).to(parameter.dtype)
                parameter.copy_(numbers.reshape(parameter.shape))
                counter += parameter.numel()
            else:
                parameter.fill_(value)
    return model


def image_of(rows):
    """One gray image, (1, 1, H, W), from the rows of its pixels."""
    return torch.tensor(rows, dtype=torch.float32)[None, None]


def numbers_in(model):
    """How many numbers the model's parameters hold."""
    return sum(parameter.numel() for parameter in model.parameters())


def listed(scores):
    """Scores as a list that fits on a line."""
    if not isinstance(scores, torch.Tensor):
        return f"{type(scores).__name__} {scores!r}"[:80]
    if scores.dim() != 2:
        return str(scores.tolist())[:80]
    return str([[round(number, 4) for number in row] for row in scores.tolist()])[:80]


def expect_scores(call, scores, wanted, hints=()):
    """The one image's scores are all `wanted`.

    Args:
        call: how the scores came about, in words.
        scores: what the model returned.
        wanted: the number that every score should be.
        hints: pairs (number, hint): what it means when every score is that number instead.
    """
    assert isinstance(scores, torch.Tensor), f"{call} returned {listed(scores)}; it should be a tensor."
    shape = tuple(scores.shape)
    assert len(shape) == 2 and shape[0] == 1, f"{call} returned shape {shape}; it should be (1, n_classes)."
    flat = scores.detach().flatten().float()
    hint = next((text for number, text in hints if torch.allclose(flat, torch.full_like(flat, number), atol=1e-4)), "")
    if not hint and torch.allclose(flat.sum(), torch.ones(()), atol=1e-4) and wanted * len(flat) != 1:
        hint = "They sum to 1: was softmax applied? The loss does that; return the raw scores."
    right = torch.allclose(flat, torch.full_like(flat, wanted), atol=1e-4)
    assert right, f"{call} returned {listed(scores)}; every score should be {wanted}.\n{hint}".rstrip()


def expect_shape(call, model, images, n_classes):
    """The model gives one row of scores an image."""
    scores = model(images)
    wanted = (len(images), n_classes)
    assert isinstance(scores, torch.Tensor), f"{call} returned {listed(scores)} for a batch; it should be a tensor."
    shape = tuple(scores.shape)
    words = " x ".join(str(size) for size in images.shape)
    hint = "\nDoes the number of images stay the first dimension when you flatten?" if shape[:1] != wanted[:1] else ""
    hint = "\nIs each image made one vector, without channels, rows and columns?" if len(shape) > 2 else hint
    assert shape == wanted, f"{call} returned shape {shape} for {words} images; it should be {wanted}.{hint}"


def expect_all_learn(call, model, images, targets, may_be_fixed=False):
    """After a backward pass, or one in eval mode besides, every parameter of the model has a gradient.

    Args:
        may_be_fixed: whether some may be such that nothing trains them.
    """
    for mode in (True, False):  # layers may be skipped at random in train mode
        loss = torch.nn.functional.cross_entropy(model.train(mode)(images), targets)
        assert loss.requires_grad, f"{call}: no gradient arrives at any parameter, so nothing can learn."
        loss.backward()
        silent = [(name, parameter) for name, parameter in model.named_parameters() if parameter.grad is None]
        without = [name for name, parameter in silent if parameter.requires_grad or not may_be_fixed]
        if not without:
            break
    assert not without, (
        f"{call}: no gradient arrives at {', '.join(without)}, so it cannot learn.\n"
        "Is it used in `forward`, and does nothing on the way leave PyTorch (`detach`, `.data`, numpy)?"
    )


def expect_scored_alone(call, model, images):
    """The first image gets the same scores alone as among the others."""
    together, alone = model(images).detach(), model(images[:1]).detach()
    # A new model may give all images nearly the same scores: how far they lie apart is the measure, and what rounding makes.
    allowed = 0.01 * (together - together.mean(0)).abs().max() + 1e-5 * together.abs().max()
    assert (together[:1] - alone).abs().max() <= allowed, (
        f"{call} gave an image other scores alone than among others.\n"
        "Does anything average or normalise over the batch, or mix the pixels of different images where it flattens them?"
    )


def losses_while_learning(model, images, targets, step_size, n_steps):
    """The losses on one batch while every number of the model moves by `step_size` against its gradient."""
    losses = []
    for _ in range(n_steps):
        value = torch.nn.functional.cross_entropy(model(images), targets)
        losses.append(float(value.detach()))
        model.zero_grad(set_to_none=True)
        value.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter -= step_size * parameter.grad.sign()
    return losses
