# Problem 1.5, mit Größe und Maß: dieses File ist in UTF-8 gespeichert
import torch.nn.functional as F
from torch.optim import SGD


def make_optimizer(model, lr, momentum, weight_decay):
    params = [p for p in model.parameters() if p.requires_grad]
    return SGD(params, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.nll_loss(F.log_softmax(model(images), dim=1), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
