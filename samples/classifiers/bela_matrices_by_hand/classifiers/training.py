"""Training with the formulas written out."""
import torch


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    return torch.optim.SGD(trainable, lr, momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    log_probabilities = model(images).log_softmax(dim=-1)
    loss = -log_probabilities[torch.arange(len(targets)), targets].mean()
    trainable = [p for group in optimizer.param_groups for p in group["params"]]
    for parameter, gradient in zip(trainable, torch.autograd.grad(loss, trainable, allow_unused=True)):
        parameter.grad = gradient
    optimizer.step()
    return float(loss)
