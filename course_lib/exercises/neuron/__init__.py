"""The exercises of lesson 1, in its order, and its quiz."""

from course_lib.exercises.neuron.binary_cross_entropy import BinaryCrossEntropy
from course_lib.exercises.neuron.forward import Forward
from course_lib.exercises.neuron.gradient_step import GradientStep
from course_lib.exercises.neuron.gradients import Gradients
from course_lib.exercises.neuron.mend_neuron import MendNeuron
from course_lib.exercises.neuron.quiz import QUIZ
from course_lib.exercises.neuron.sigmoid import Sigmoid
from course_lib.exercises.neuron.train_neuron import TrainNeuron

__all__ = ["EXERCISES", "QUIZ"]
EXERCISES = [
    Sigmoid,
    Forward,
    BinaryCrossEntropy,
    Gradients,
    GradientStep,
    TrainNeuron,
    MendNeuron,
]
