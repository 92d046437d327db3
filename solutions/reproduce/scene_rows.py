"""What is trained and measured for part 3, on the 15 scenes."""

from .row import ACCURACY, SCENES15, Row

TRAIN, QUANTIZE, METRICS, ABLATE = (f"scenes/{name}.py" for name in ("train", "quantization_report", "metrics", "ablate"))
RESNET = "reproduce/scene_resnet.py"
SECTION, QUANTIZATION, CLASSES, ABLATION = "scenes", "quantization", "metrics", "scenes-ablation"
ALMOST_ALL = ("--validation", "0.01")  # the script wants some pictures to validate with
FIGURES = ((ACCURACY, ""),)


def trained(name: str, title: str, students: float | None, arguments: tuple[str, ...], **more) -> Row:
    """A network of the part.

    Args:
        name, title, students, arguments: of the row.
        more: other attributes.
    """
    values = {"script": TRAIN, "section": SECTION, "style": "scenes", "dataset": SCENES15} | more
    return Row(name, title, arguments=(*arguments, *ALMOST_ALL), students=students, **values)


def quantized(row: Row, arguments: tuple[str, ...], **more) -> Row:
    """A trained network before and after.

    Args:
        row: its training.
        arguments: which network it is.
        more: other attributes.
    """
    values = {"script": QUANTIZE, "section": QUANTIZATION, "style": "report", "dataset": SCENES15} | more
    return Row(f"int8-{row.name}", row.title, arguments=arguments, seeds=(0,), teacher=row.name, **values)


TRAINED = (
    trained("simple-net", "SimpleNet", 48.07, ("--model", "simple_net", "--epochs", "12")),
    trained(
        "dropout",
        "SimpleNet with dropout and augmentation",
        58.27,
        ("--model", "simple_net_dropout", "--augment", "--epochs", "50"),
    ),
    trained(
        "scene-resnet",
        "ResNet-18 on 160 px, its last stage fine-tuned (students: AlexNet)",
        87.6,
        ("train", "--pretrained", "--augment", "--epochs", "4", "--lr", "0.0003"),
        script=RESNET,
        seeds=(0,),
    ),
)
SCENES = (
    *TRAINED,
    quantized(TRAINED[0], ("--model", "simple_net")),
    quantized(TRAINED[1], ("--model", "simple_net_dropout")),
    quantized(TRAINED[2], ("report",), script=RESNET),
    Row(
        "metrics-dropout",
        "part 3: SimpleNet with dropout and augmentation, 15 scenes",
        METRICS,
        ("--split", "test"),
        seeds=(0,),
        teacher="dropout",
        section=CLASSES,
        style="metrics",
        dataset=SCENES15,
    ),
    Row(
        "vary-scenes",
        "SimpleNet",
        ABLATE,
        (
            *("--epochs", "8", "--vary", "seed", "1", "2", "--vary", "lr", "0.0003", "0.003", "--vary", "batch-size", "128"),
            *("--vary", "weight-decay", "0.01", "--vary", "augment", "yes", "--vary", "model", "simple_net_dropout"),
        ),
        seeds=(0,),
        section=ABLATION,
        style="ablation",
        dataset=SCENES15,
    ),
)
