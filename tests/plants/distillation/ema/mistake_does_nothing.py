"""Nothing is averaged and nothing is trained, consistently.

replaces: ema.py
message: did not change
nothing works: neither function changes anything
"""


def update_ema(ema_model, model, decay):
    return None


def train_with_ema(student, teacher, batches, optimizer, T, alpha, decay):
    student.train()
    teacher.eval()
    return [0.0 for _ in batches]
