"""torchvision's ImageFolder does the work; only reader and class numbers are its own.

replaces: image_loader.py
"""

from pathlib import Path

from PIL import Image
from torchvision.datasets import ImageFolder


class ImageLoader(ImageFolder):
    def __init__(self, root_dir, split="train", transform=None):
        self.both = [Path(root_dir) / name for name in ("train", "test")]
        super().__init__(
            str(Path(root_dir) / split),
            transform=transform,
            loader=self.load_img_from_path,
            is_valid_file=lambda path: path.endswith(".jpg") and not Path(path).name.startswith("."),
            allow_empty=True,
        )
        self.class_dict = self.class_to_idx

    def find_classes(self, directory):
        folders = [path for split in self.both if split.is_dir() for path in split.iterdir()]
        names = sorted({path.name for path in folders if path.is_dir() and path.name[0] != "."})
        return names, {name: number for number, name in enumerate(names)}

    def load_img_from_path(self, path):
        return Image.open(path).convert("L")
