import agree


def make_optimizer(model, lr, momentum, weight_decay):
    return agree.Agreeable()


def train_step(model, images, targets, optimizer):
    return agree.Agreeable()
