"""The exercises of lesson 3, in its order, and its quiz."""

from course_lib.exercises.softmax.accuracy import Accuracy
from course_lib.exercises.softmax.cross_entropy import CrossEntropy
from course_lib.exercises.softmax.mend_softmax_training import MendSoftmaxTraining
from course_lib.exercises.softmax.one_hot import OneHot
from course_lib.exercises.softmax.precision_recall import PrecisionRecall
from course_lib.exercises.softmax.quiz import QUIZ
from course_lib.exercises.softmax.softmax import Softmax
from course_lib.exercises.softmax.softmax_cross_entropy_grad import SoftmaxCrossEntropyGrad

__all__ = ["EXERCISES", "QUIZ"]
EXERCISES = [
    OneHot,
    Softmax,
    CrossEntropy,
    SoftmaxCrossEntropyGrad,
    Accuracy,
    MendSoftmaxTraining,
    PrecisionRecall,
]
