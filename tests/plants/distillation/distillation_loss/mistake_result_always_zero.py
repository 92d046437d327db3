"""Both functions give zero, whatever they get.

replaces: distillation.py
message: the same number for other scores
nothing works: a result that depends on nothing keeps no promise
"""


def distillation_loss_ex(y, teacher_scores, T, alpha):
    return y.sum() * 0


def distillation_loss(y, labels, teacher_scores, T, alpha):
    return y.sum() * 0
