"""No fused or foreach code, log-softmax and nll_loss, clearing through the model.

replaces: training.py
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay, foreach=False)


def train_step(model, images, targets, optimizer):
    model.zero_grad()
    log_probabilities = F.log_softmax(model(images), dim=-1)
    loss = F.nll_loss(log_probabilities, targets)
    loss.backward()
    optimizer.step()
    return loss.detach().cpu().numpy().item()
