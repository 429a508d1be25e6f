"""Demos: live figures to turn, drag and start, each with a picture where there is no kernel.

``demos.neuron()`` as the last line of a cell shows one. ``demo.link()`` returns the call that makes
it again in exactly the state that it has then.
"""

from ._activation_gallery import activation_gallery
from ._backpropagation import backpropagation
from ._descent import descent
from ._digit_neuron import digit_neuron
from ._draw_pad import draw_pad
from ._explore import explore
from ._first_weights import first_weights
from ._neuron import neuron
from ._output_maps import output_maps
from ._playground import playground
from ._race import race
from ._softmax import softmax
from ._ward_round import ward_round

__all__ = [
    "activation_gallery",
    "backpropagation",
    "descent",
    "digit_neuron",
    "draw_pad",
    "explore",
    "first_weights",
    "neuron",
    "output_maps",
    "playground",
    "race",
    "softmax",
    "ward_round",
]
