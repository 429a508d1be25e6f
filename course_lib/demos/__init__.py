"""Demos: live figures to turn, drag and start, each with a picture where there is no kernel.

``demos.neuron()`` as the last line of a cell shows one. ``demo.link()`` returns the call that makes
it again in exactly the state that it has then.
"""

from importlib import import_module

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


def __getattr__(name):
    """Import a demo when it is first asked for, so that a page waits for no other."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(import_module(f"{__name__}._{name}"), name)
    return globals()[name]


def __dir__():
    return [*globals(), *__all__]
