"""Optimisers: the one place where weights change, one ``step(network)`` at a time.

What an optimiser remembers from step to step stands in `memory`: for each parameter, by its layer
and name, a dictionary. Another network starts with none.
"""

from collections import defaultdict

import numpy as np

from course_lib import _checks, _speed
from course_lib._checks import positive_number, require, share


class Optimizer:
    """What all optimisers share: the walk over a network's parameters.

    A subclass says in ``update(gradient, memory)`` by how much a parameter moves, number by number,
    and keeps in `memory`, a dictionary of this parameter's own, what it wants to know at the next
    step.
    """

    def __init__(self, learning_rate):
        slip = "A negative rate would climb the loss; 0 would stand still."
        self.learning_rate = positive_number("learning_rate", learning_rate, slip)
        self.memory = defaultdict(dict)

    def step(self, network):
        """Update every parameter of `network` in place, from its layers' `grads`."""
        _checks.gradients(network.layers)
        for layer, name in network.parameters():
            value, gradient = layer.params[name], layer.grads[name]
            if value.size < 2 * _speed.BLOCK or not _speed.all_ours(self.update):
                value += self.update(gradient, self.memory[layer, name])
            else:
                _speed.update_in_blocks(value, self.update, gradient, self.memory[layer, name])


class SGD(Optimizer):
    r"""Gradient descent, with momentum where asked for.

    .. math:: v \leftarrow \beta v - \eta\, dW, \qquad W \leftarrow W + v

    The gradients come from whatever batch the last backward pass saw: all examples (gradient
    descent), one (stochastic) or a mini-batch. Nesterov's momentum looks ahead: it moves by
    :math:`\beta v - \eta\, dW` with the *new* velocity v.

    Parameters
    ----------
    learning_rate : float
        :math:`\eta > 0`.
    momentum : float
        :math:`\beta` from 0 to below 1; 0 is plain gradient descent.
    nesterov : bool
        Whether momentum looks ahead.

    Notes
    -----
    Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning",
    equations 1 to 4; the look-ahead in the form of Bengio et al. (2013), "Advances in optimizing
    recurrent networks", which needs the gradient at the weights alone.
    """

    def __init__(self, learning_rate, momentum=0, nesterov=False):
        super().__init__(learning_rate)
        self.momentum = share("momentum", momentum, "Often it is 0.9.")
        require(
            momentum or not nesterov,
            "nesterov is True with momentum 0; expected momentum to look ahead by, such as 0.9.",
        )
        self.nesterov = nesterov

    def update(self, gradient, memory):
        """Return the step; momentum remembers its velocity."""
        step = -self.learning_rate * gradient
        if not self.momentum:
            return step
        v = memory["v"] = self.momentum * memory.get("v", 0) + step
        return self.momentum * v + step if self.nesterov else v


class RMSProp(Optimizer):
    r"""Gradient descent at a rate of its own for each weight, by the size of recent gradients.

    .. math:: s \leftarrow \rho s + (1 - \rho)\, dW^2, \qquad
              W \leftarrow W - \eta\, dW / (\sqrt{s} + \epsilon)

    Parameters
    ----------
    learning_rate : float
        :math:`\eta > 0`; 0.001 is a common start.
    decay : float
        :math:`\rho` from 0 to below 1.
    eps : float
        :math:`\epsilon > 0` keeps the quotient finite.

    Notes
    -----
    Tieleman and Hinton (2012), "Lecture 6.5: rmsprop", Neural Networks for Machine Learning.
    """

    def __init__(self, learning_rate=0.001, decay=0.9, eps=1e-8):
        super().__init__(learning_rate)
        self.decay = share("decay", decay, "Often it is 0.9.")
        self.eps = positive_number("eps", eps)

    def update(self, gradient, memory):
        """Return the step; the mean square is remembered."""
        s = memory["s"] = self.decay * memory.get("s", 0) + (1 - self.decay) * gradient**2
        return -self.learning_rate * gradient / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    r"""Momentum and a rate of its own for each weight, both corrected for their start at 0.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1)\, dW, \qquad
              v \leftarrow \beta_2 v + (1 - \beta_2)\, dW^2, \qquad
              W \leftarrow W - \eta\, \frac{m / (1 - \beta_1^t)}
                                           {\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    where t counts steps from 1.

    Parameters
    ----------
    learning_rate : float
        :math:`\eta > 0`.
    beta1, beta2 : float
        From 0 to below 1.
    eps : float
        :math:`\epsilon > 0`.

    Notes
    -----
    Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.
    """

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(learning_rate)
        self.beta1 = share("beta1", beta1, "Often it is 0.9.")
        self.beta2 = share("beta2", beta2, "Often it is 0.999.")
        self.eps = positive_number("eps", eps)

    def update(self, gradient, memory):
        """Return the step; both means and the number of steps are remembered."""
        t = memory["t"] = memory.get("t", 0) + 1
        m = memory["m"] = self.beta1 * memory.get("m", 0) + (1 - self.beta1) * gradient
        v = memory["v"] = self.beta2 * memory.get("v", 0) + (1 - self.beta2) * gradient**2
        # As in lesson 4: -learning_rate * m_hat / (np.sqrt(v_hat) + eps)
        return _speed.corrected_step(m, v, t, self.learning_rate, self.beta1, self.beta2, self.eps)
