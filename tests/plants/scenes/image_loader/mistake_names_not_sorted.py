"""The names of the classes are numbered as a set gives them.

replaces: image_loader.py
message: are the names sorted
"""

from pathlib import Path

from PIL import Image
from torch.utils.data import Dataset


class ImageLoader(Dataset):
    def __init__(self, root_dir, split: str = "train", transform=None):
        if split not in ("train", "test"):
            raise ValueError(f'split is "train" or "test", not {split!r}')
        self.root_dir = Path(root_dir)
        self.split_dir = self.root_dir / split
        self.transform = transform
        if not self.split_dir.is_dir():
            raise FileNotFoundError(f"no folder {self.split_dir}")
        self.class_dict = self._number_classes()
        self.samples = self._find_samples()

    def _number_classes(self) -> dict[str, int]:
        folders = list(self.root_dir.glob("t*/[!.]*"))
        names = {folder.name for folder in folders if folder.is_dir()}
        return {name: number for number, name in enumerate(names)}

    def _find_samples(self) -> list[tuple[Path, int]]:
        return [(path, self.class_dict[path.parent.name]) for path in sorted(self.split_dir.glob("[!.]*/[!.]*.jpg"))]

    def load_img_from_path(self, path) -> Image.Image:
        with Image.open(path) as image:
            return image.convert("L")

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int):
        path, label = self.samples[index]
        image = self.load_img_from_path(path)
        if self.transform is not None:
            image = self.transform(image)
        return image, label
