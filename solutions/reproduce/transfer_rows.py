"""What is trained and measured for part 4, heads on ImageNet's ResNet-18."""

from .row import FAST, Row

TRAIN, ABLATE, METRICS = (f"transfer/{name}.py" for name in ("train", "ablate", "metrics"))
SECTION, RATES = "transfer", "rates"
COMMON = ("--pretrained", "--side", "64", *FAST)
IMAGES = ("--train-images", "20000")
REMEMBERED, MIRRORED = ("--remember", "--no-flip"), ("--remember", "--flip")
# What students reported: frozen, updatable.
HEADS = {
    "softmax": ("softmax classifier", 58.35, 82.96),
    "twolayernn": ("two-layer network", 58.58, 80.75),
    "convnet": ("convolution on layer3", 68.20, 80.91),
    "mymodel": ("a head of one's own on layer1", 79.17, 80.07),
    "finetune": ("one extra layer on the 1000 scores", None, 83.12),
}
# Epochs and learning rate.
FROZEN = {"softmax": (15, 0.01), "twolayernn": (15, 0.01), "convnet": (10, 0.01), "mymodel": (20, 0.1)}
UPDATABLE = {"softmax": (1, 0.01), "twolayernn": (1, 0.01), "convnet": (1, 0.03), "mymodel": (4, 0.05), "finetune": (1, 0.003)}
FEWER = ("--train-images", "5000", "--validation", "0.2")


def trained(head: str, updatable: bool) -> Row:
    """A training.

    Args:
        head: which one.
        updatable: whether the trunk trains as well.
    """
    title, *students = HEADS[head]
    epochs, rate = (UPDATABLE if updatable else FROZEN)[head]
    name = "updatable" if updatable else "frozen"
    more = ("--updatable",) if updatable else MIRRORED if head == "mymodel" else REMEMBERED
    arguments = ("--head", head, *COMMON, *IMAGES, *more, "--epochs", str(epochs), "--lr", str(rate))
    return Row(f"{name}-{head}", f"{name}, {title}", TRAIN, arguments, (0,), students[updatable], section=SECTION)


def varied(head: str, updatable: bool, epochs: int, rates: tuple[str, ...]) -> Row:
    """A learning-rate study on few images.

    Args:
        head: which one.
        updatable: whether the trunk trains as well.
        epochs: passes.
        rates: to try.
    """
    name = "updatable" if updatable else "frozen"
    more = ("--updatable",) if updatable else REMEMBERED
    first, *others = rates
    arguments = ("--head", head, *COMMON, *more, *FEWER, "--epochs", str(epochs), "--lr", first, "--vary", "lr", *others)
    title = f"{name}, {HEADS[head][0]}"
    return Row(f"rates-{name}-{head}", title, ABLATE, arguments, (0,), section=RATES, style="ablation")


TRANSFER = (
    *(trained(head, False) for head in FROZEN),
    *(trained(head, True) for head in UPDATABLE),
    *(varied(head, False, 10, ("0.01", "0.001", "0.1")) for head in ("softmax", "twolayernn", "convnet")),
    varied("mymodel", False, 5, ("0.01", "0.03", "0.1")),
    *(varied(head, True, 1, ("0.01", "0.003", "0.03")) for head in ("softmax", "twolayernn", "convnet", "finetune")),
    varied("mymodel", True, 2, ("0.01", "0.03", "0.1")),
    Row(
        "metrics-updatable-softmax",
        "part 4: ResNet-18, updatable, softmax classifier, CIFAR-10",
        METRICS,
        ("--split", "test"),
        seeds=(0,),
        teacher="updatable-softmax",
        section="metrics",
        style="metrics",
        dataset="cifar10",
    ),
)
