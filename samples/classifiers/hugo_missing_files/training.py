from torch import Tensor, nn, optim


def make_optimizer(model: nn.Module, lr: float, momentum: float, weight_decay: float) -> optim.Optimizer:
    return optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model: nn.Module, images: Tensor, targets: Tensor, optimizer: optim.Optimizer) -> float:
    optimizer.zero_grad(set_to_none=True)
    loss = nn.CrossEntropyLoss()(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
