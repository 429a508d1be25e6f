"""Demos: live figures to turn, drag and start, each with a picture where there is no kernel.

``demos.neuron()`` as the last line of a cell shows one. ``demo.link()`` returns the call that makes
it again in exactly the state that it has then.
"""

from course_lib.demos._activation_gallery import activation_gallery
from course_lib.demos._backpropagation import backpropagation
from course_lib.demos._descent import descent
from course_lib.demos._digit_neuron import digit_neuron
from course_lib.demos._draw_pad import draw_pad
from course_lib.demos._explore import explore
from course_lib.demos._first_weights import first_weights
from course_lib.demos._neuron import neuron
from course_lib.demos._playground import playground
from course_lib.demos._race import race
from course_lib.demos._softmax import softmax

__all__ = [
    "activation_gallery",
    "backpropagation",
    "descent",
    "digit_neuron",
    "draw_pad",
    "explore",
    "first_weights",
    "neuron",
    "playground",
    "race",
    "softmax",
]
