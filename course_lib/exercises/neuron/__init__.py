"""The exercises of lesson 1, in its order, its quiz, its milestone and its derivation."""

from course_lib.exercises.derivations import Derivation
from course_lib.exercises.milestones import Milestone
from course_lib.exercises.neuron.binary_cross_entropy import BinaryCrossEntropy
from course_lib.exercises.neuron.forward import Forward
from course_lib.exercises.neuron.gradient_step import GradientStep
from course_lib.exercises.neuron.gradients import Gradients
from course_lib.exercises.neuron.mend_neuron import MendNeuron
from course_lib.exercises.neuron.quiz import QUIZ
from course_lib.exercises.neuron.sigmoid import Sigmoid
from course_lib.exercises.neuron.train_neuron import TrainNeuron

__all__ = ["DERIVATION", "EXERCISES", "MILESTONE", "QUIZ"]
EXERCISES = [
    Sigmoid,
    Forward,
    BinaryCrossEntropy,
    Gradients,
    GradientStep,
    TrainNeuron,
    MendNeuron,
]
MILESTONE = Milestone(
    needs=(
        "sigmoid",
        "forward",
        "binary_cross_entropy",
        "gradients",
        "gradient_step",
        "train_neuron",
    ),
    goals={"loss": ("≤", 0.0414), "accuracy": ("≥", 0.991)},
    published={"loss": 0.0413, "accuracy": 0.9911},
)
DERIVATION = Derivation(
    task="The second derivative of the loss of one example over one weight, with x, y and y_hat.",
    variables={"x": (-2, 2), "y": (0, 1), "y_hat": (0.05, 0.95)},
    answer="x**2 * y_hat * (1 - y_hat)",
    mistakes={
        "(y_hat - y) * x": "This is the first derivative, from which you start.",
        "(y_hat - y) * x**2": "The slope of y_hat over z is missing: y_hat - y changes with w, "
        "but not as it stands.",
        "y_hat * (1 - y_hat)": "This is the slope of y_hat over z. The weight reaches z through "
        "the input, and the first derivative has the input as a factor.",
        "x * y_hat * (1 - y_hat)": "The input comes twice: once as a factor of the first "
        "derivative, once in the slope of z over w.",
        "x**2": "You took y_hat for a constant times w. It depends on w through the sigmoid.",
        "x**2 * y_hat": "The sigmoid's slope has a second factor.",
        "x**2 * (1 - y_hat)": "The sigmoid's slope has a second factor.",
        "x**2 * (y_hat - y) * y_hat * (1 - y_hat)": "The derivative of y_hat - y has no error in "
        "it any more: y is a constant.",
        "x**2 * (y_hat * (1 - y_hat) - y)": "The target is a constant: its derivative is 0.",
        "0 * x": "y_hat depends on w: it is not a constant.",
    },
)
