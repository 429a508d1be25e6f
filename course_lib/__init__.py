"""The tested NumPy primitives of *From One Neuron*, a hands-on course on neural networks.

Import what you need from the module that owns it, for example
``from course_lib.activations import sigmoid``. Importing the package itself loads nothing.

To read the library, follow `FLOORS`: each module builds on those above it in the list, and on
nothing below. What begins with an underscore can be left out.
"""

# Floor → its modules in reading order, what they may load from outside when they are imported, and
# the lines of code (without docstrings, comments and blanks) that the floor may have.
# On the two lowest floors, and where exercises show pictures, a module builds on those before it;
# elsewhere the modules of a floor do not know each other.
FLOORS = {
    "beneath": {
        "modules": ("_checks", "_surroundings", "_again", "_speed", "_files", "_widget", "_watch"),
        "loads": ("numpy",),
    },
    "engine": {
        "modules": (
            "activations",
            "losses",
            "layers",
            "network",
            "optimizers",
            "schedules",
            "batches",
            "history",
            "training",
            "gradcheck",
        ),
        "loads": ("numpy",),
        "lines": 550,
    },
    "beyond": {
        "modules": (
            "range_test",
            "unrolled",
            "checkpoint",
            "augment",
            "sprint",
            "capstone",
            "interpretation",
            "doctor",
        ),
        "loads": ("numpy",),
    },
    "images": {"modules": ("data", "toys", "handwriting"), "loads": ("numpy",)},
    "by hand": {"modules": ("by_hand",), "loads": ("numpy",), "lines": 400},
    "look and teach": {
        "modules": ("plots", "exercises", "clinic"),
        "loads": ("numpy", "matplotlib"),
    },
    # mpl_toolkits is matplotlib's own, and contourpy what it draws contours with.
    "play": {
        "modules": ("demos",),
        "loads": ("numpy", "matplotlib", "mpl_toolkits", "contourpy", "anywidget", "traitlets"),
    },
    "class": {"modules": ("grade_class",), "loads": ("numpy",)},
    "browser": {"modules": ("browser",), "loads": ("numpy", "traitlets")},
}
