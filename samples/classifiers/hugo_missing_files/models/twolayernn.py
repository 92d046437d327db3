from torch import Tensor, nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size: tuple, hidden_dim: int, n_classes: int) -> None:
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.scores = nn.Linear(hidden_dim, n_classes)

    def forward(self, images: Tensor) -> Tensor:
        return self.scores(self.hidden(images.flatten(start_dim=1)).relu())
