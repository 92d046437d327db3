from torch import Tensor, nn


class Softmax(nn.Module):
    def __init__(self, im_size: tuple, n_classes: int) -> None:
        super().__init__()
        channels, height, width = im_size
        self.scores = nn.Linear(channels * height * width, n_classes, bias=True)

    def forward(self, images: Tensor) -> Tensor:
        return self.scores(images.flatten(start_dim=1))
