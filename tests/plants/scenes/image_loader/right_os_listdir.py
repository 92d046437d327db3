"""Loops over os.listdir, two parallel lists, ImageOps.

replaces: image_loader.py
"""

import os

from PIL import Image, ImageOps
from torch.utils import data


class ImageLoader(data.Dataset):
    def __init__(self, root_dir, split="train", transform=None):
        super().__init__()
        self.folder = os.path.join(root_dir, split)
        self.transform = transform
        names = set()
        for each in ("train", "test"):
            if os.path.isdir(os.path.join(root_dir, each)):
                for name in os.listdir(os.path.join(root_dir, each)):
                    if not name.startswith(".") and os.path.isdir(os.path.join(root_dir, each, name)):
                        names.add(name)
        self.class_dict = dict(zip(sorted(names), range(len(names))))
        self.paths, self.labels = [], []
        for name, number in self.class_dict.items():
            directory = os.path.join(self.folder, name)
            if not os.path.isdir(directory):
                continue
            for file in sorted(os.listdir(directory)):
                if file.endswith(".jpg") and not file.startswith("."):
                    self.paths.append(os.path.join(directory, file))
                    self.labels.append(number)

    def load_img_from_path(self, path):
        return ImageOps.grayscale(Image.open(path))

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        image = self.load_img_from_path(self.paths[index])
        return (self.transform(image) if self.transform else image), self.labels[index]
