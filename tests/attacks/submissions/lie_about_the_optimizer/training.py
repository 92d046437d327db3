import torch


class Odd(torch.optim.SGD):
    @property
    def param_groups(self):
        return [{'params': [], 'lr': 10 ** 800, 'momentum': '\x1b[31m', 'weight_decay': None}]

    @param_groups.setter
    def param_groups(self, value):
        pass


def make_optimizer(model, lr, momentum, weight_decay):
    return Odd(model.parameters(), lr=lr)


def train_step(model, images, targets, optimizer):
    return 0.0
