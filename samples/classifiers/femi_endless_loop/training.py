import torch as t


def make_optimizer(model, lr, momentum, weight_decay):
    parameters = []
    for p in model.parameters():
        if p.requires_grad:
            parameters.append(p)
    return t.optim.SGD(parameters, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    for p in model.parameters():
        p.grad = None
    loss = t.nn.functional.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return float(loss.detach())
