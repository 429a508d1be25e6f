"""The exercises of lesson 2, in its order, its quiz, patients, milestone and derivation."""

from course_lib.exercises.derivations import Derivation
from course_lib.exercises.hidden_layer.backward_two_layers import BackwardTwoLayers
from course_lib.exercises.hidden_layer.forward_two_layers import ForwardTwoLayers
from course_lib.exercises.hidden_layer.init_weights import InitWeights
from course_lib.exercises.hidden_layer.mend_backward import MendBackward
from course_lib.exercises.hidden_layer.numerical_gradient import NumericalGradient
from course_lib.exercises.hidden_layer.quiz import QUIZ
from course_lib.exercises.hidden_layer.relu import Relu
from course_lib.exercises.hidden_layer.relu_grad import ReluGrad
from course_lib.exercises.hidden_layer.tanh_grad import TanhGrad
from course_lib.exercises.hidden_layer.train_two_layers import TrainTwoLayers
from course_lib.exercises.milestones import Milestone

__all__ = ["DERIVATION", "EXERCISES", "MILESTONE", "PATIENTS", "QUIZ"]
EXERCISES = [
    Relu,
    ReluGrad,
    TanhGrad,
    InitWeights,
    ForwardTwoLayers,
    BackwardTwoLayers,
    NumericalGradient,
    TrainTwoLayers,
    MendBackward,
]
MILESTONE = Milestone(
    needs=(
        "tanh_grad",
        "init_weights",
        "forward_two_layers",
        "backward_two_layers",
        "train_two_layers",
    ),
    goals={"circles_accuracy": ("≥", 0.99), "zeros_accuracy": ("≥", 0.9892)},
)
DERIVATION = Derivation(
    task="The slope of the loss for the first weight of a chain of three units, two of tanh and "
    "one sigmoid, with x, y, p, w2, w3, a1 and a2.",
    variables={
        "x": (-2, 2),
        "y": (0, 1),
        "p": (0.05, 0.95),
        "w2": (-2, 2),
        "w3": (-2, 2),
        "a1": (-0.9, 0.9),
        "a2": (-0.9, 0.9),
    },
    answer="(p - y) * w3 * (1 - a2**2) * w2 * (1 - a1**2) * x",
    mistakes={
        "(p - y) * w3 * w2 * (1 - a1**2) * x": "On the way through the second unit the slope of "
        "its tanh is missing.",
        "(p - y) * w3 * (1 - a2**2) * w2 * x": "On the way through the first unit the slope of its "
        "tanh is missing.",
        "(p - y) * w3 * w2 * x": "Both slopes of tanh are missing: this chain would be linear.",
        "(p - y) * w3 * (1 - a2**2) * a1": "This is the slope for the second weight. Go on, "
        "through that weight and the first unit.",
        "(p - y) * a2": "This is the slope for the third weight. Go on, through two units more.",
        "(p - y) * (1 - a2**2) * (1 - a1**2) * x": "The weights that the error is handed back "
        "through are missing.",
        "(p - y) * w3 * (1 - a2**2) * w2 * (1 - a1**2)": "The input is missing: this is the slope "
        "for z1, and for a bias of the first unit.",
        "(p - y) * p * (1 - p) * w3 * (1 - a2**2) * w2 * (1 - a1**2) * x": "The sigmoid's slope is "
        "in it twice: p - y is the slope of cross-entropy and sigmoid together.",
        "(p - y) * w3 * (1 - a2) * w2 * (1 - a1) * x": "The slope of tanh has a square in it.",
        "(p - y) * w3 * a2 * (1 - a2) * w2 * a1 * (1 - a1) * x": "This is the sigmoid's slope; the "
        "hidden units have tanh.",
        "(y - p) * w3 * (1 - a2**2) * w2 * (1 - a1**2) * x": "The sign is wrong: it points "
        "downhill, and the slope points uphill.",
    },
)
PATIENTS = ("06", "07", "08", "09")  # beds of the clinic
