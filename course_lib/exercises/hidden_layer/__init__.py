"""The exercises of lesson 2, in its order, and its quiz."""

from course_lib.exercises.hidden_layer.backward_two_layers import BackwardTwoLayers
from course_lib.exercises.hidden_layer.forward_two_layers import ForwardTwoLayers
from course_lib.exercises.hidden_layer.init_weights import InitWeights
from course_lib.exercises.hidden_layer.numerical_gradient import NumericalGradient
from course_lib.exercises.hidden_layer.quiz import QUIZ
from course_lib.exercises.hidden_layer.relu import Relu
from course_lib.exercises.hidden_layer.relu_grad import ReluGrad
from course_lib.exercises.hidden_layer.tanh_grad import TanhGrad

__all__ = ["EXERCISES", "QUIZ"]
EXERCISES = [
    Relu,
    ReluGrad,
    TanhGrad,
    InitWeights,
    ForwardTwoLayers,
    BackwardTwoLayers,
    NumericalGradient,
]
