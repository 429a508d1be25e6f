"""Optimisers: the one place where weights change, one ``step(network)`` at a time."""

from numbers import Real

from course_lib.guards import positive_number, require


class SGD:
    r"""Gradient descent, with momentum where asked for.

    .. math:: v \leftarrow \beta v - \eta\, dW, \qquad W \leftarrow W + v

    The gradients come from whatever batch the last backward pass saw: all examples (gradient
    descent), one (stochastic) or a mini-batch.

    Parameters
    ----------
    learning_rate : float
        :math:`\eta > 0`.
    momentum : float
        :math:`\beta` from 0 to below 1; 0 is plain gradient descent.

    Notes
    -----
    Momentum as in Sutskever et al. (2013), "On the importance of initialization and momentum in
    deep learning", equations 1 and 2.
    """

    def __init__(self, learning_rate, momentum=0):
        self.learning_rate = positive_number(
            "learning_rate",
            learning_rate,
            "A negative rate would climb the loss; 0 would stand still.",
        )
        require(
            isinstance(momentum, Real) and 0 <= momentum < 1,
            f"momentum is {momentum!r}; expected a number from 0 to below 1. Often it is 0.9.",
        )
        self.momentum = float(momentum)
        self.velocities = {}

    def step(self, network):
        """Update every parameter of `network` in place, from its layers' `grads`."""
        for i, layer in enumerate(network.layers):
            require(
                layer.grads.keys() == layer.params.keys(),
                f"layer {i} has no gradients yet; run network.backward(dZ) before a step.",
            )
        for layer in network.layers:
            for name, gradient in layer.grads.items():
                update = -self.learning_rate * gradient
                if self.momentum:
                    # By the layer itself: another network starts at rest.
                    update += self.momentum * self.velocities.get((layer, name), 0)
                    self.velocities[layer, name] = update
                layer.params[name] += update
