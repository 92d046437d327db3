import torch


def make_optimizer(model, lr, momentum, weight_decay):
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr,
                           momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(images), targets)
	loss.backward()
    optimizer.step()
    return loss.item()
