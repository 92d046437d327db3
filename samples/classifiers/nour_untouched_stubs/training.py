"""Problem 1.5: the optimizer, and one step of training."""


def make_optimizer(model, lr, momentum, weight_decay):
    """Stochastic gradient descent over those parameters of the model that are to be trained."""
    raise NotImplementedError("Task 1.5: make_optimizer is not written yet")


def train_step(model, images, targets, optimizer):
    """One update of the model on one batch."""
    raise NotImplementedError("Task 1.5: train_step is not written yet")
