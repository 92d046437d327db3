"""The two networks of your variant: a deep teacher and a small student.

Part 2, task 2.3. `python student_cfg.py` prints the variant that belongs to your roll number.
"""

from torch import Tensor, nn

from variants import NetworkSpec


def initialize(module: nn.Module, scheme: str) -> None:
    """Draw new weights for every `Conv2d` and `Linear` in `module`, at any depth, in place.

    Weights come from a normal distribution with mean 0 and standard deviation

        he:      sqrt(2 / fan_in)                (normal, fan-in, gain of ReLU)
        xavier:  sqrt(2 / (fan_in + fan_out))    (normal, gain 1)

    and biases, where there are any, become zero. Layers of other types keep what they have.

    Args:
        module: one layer or a whole network.
        scheme: `he` or `xavier`.
    Raises:
        ValueError: `scheme` is neither of the two.
    Source: He et al. 2015, equation 10; Glorot & Bengio 2010, equation 12; handout section 2.3.
    """
    if scheme not in ("he", "xavier"):
        raise ValueError(f"initialize knows the schemes 'he' and 'xavier', not {scheme!r}")
    ### BEGIN SOLUTION 2.3 initialize
    for layer in module.modules():
        if not isinstance(layer, (nn.Conv2d, nn.Linear)):
            continue
        if scheme == "he":
            nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")
        else:
            nn.init.xavier_normal_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    ### END SOLUTION


class ConvolutionalNetwork(nn.Module):
    """Convolutions and pools, then two fully connected layers, as a `NetworkSpec` says.

    - `spec.conv_layers` convolutions, each 3x3, stride 1, padding 1, with bias, each followed by ReLU.
    - The first has `spec.first_filters` filters; the number doubles after every fourth convolution, so
      with 6 filters first, convolutions 1 to 4 have 6 filters, 5 to 8 have 12, 9 to 12 have 24.
    - Pools (`spec.pooling` is `max` or `average`) are 2x2 with stride 2: one stands after the last
      convolution; where `spec.pool_layers` is 2, another stands after half of the convolutions, rounded down.
    - Then flatten, a linear layer with `spec.fc_nodes` nodes, ReLU, and the output layer, which gives
      one raw score a class. Both linear layers have biases.
    - New weights come from `initialize` with the scheme `spec.init`.
    """

    def __init__(self, spec: NetworkSpec) -> None:
        """Build the layers.

        Args:
            spec: what to build; images of any size (C, H, W) and any number of classes must work.
        """
        super().__init__()
        ### BEGIN SOLUTION 2.3 ConvolutionalNetwork.__init__
        pool = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}[spec.pooling]
        channels, height, width = spec.im_size
        pooled_after = [spec.conv_layers] if spec.pool_layers == 1 else [spec.conv_layers // 2, spec.conv_layers]
        layers = []
        for position in range(1, spec.conv_layers + 1):
            filters = spec.first_filters * 2 ** ((position - 1) // 4)
            layers += [nn.Conv2d(channels, filters, kernel_size=3, padding=1), nn.ReLU()]
            channels = filters
            if position in pooled_after:
                layers.append(pool(kernel_size=2, stride=2))
                height, width = height // 2, width // 2
        layers += [nn.Flatten(), nn.Linear(channels * height * width, spec.fc_nodes), nn.ReLU()]
        layers.append(nn.Linear(spec.fc_nodes, spec.n_classes))
        self.layers = nn.Sequential(*layers)
        initialize(self, spec.init)
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Scores of each class for each image.

        Args:
            images: (N, C, H, W) with (C, H, W) as in the spec.
        Returns:
            (N, n_classes) raw scores, not probabilities.
        """
        ### BEGIN SOLUTION 2.3 ConvolutionalNetwork.forward
        return self.layers(images)
        ### END SOLUTION


class Teacher(ConvolutionalNetwork):
    """The large network of a variant; give it `variant.teacher`."""


class Student(ConvolutionalNetwork):
    """The small network of a variant; give it `variant.student`."""
