"""The exercises of lesson 3, in its order, its derivation, its milestone and its quiz."""

from course_lib.exercises.derivations import Derivation
from course_lib.exercises.milestones import Milestone
from course_lib.exercises.softmax.accuracy import Accuracy
from course_lib.exercises.softmax.cross_entropy import CrossEntropy
from course_lib.exercises.softmax.mend_softmax_training import MendSoftmaxTraining
from course_lib.exercises.softmax.one_hot import OneHot
from course_lib.exercises.softmax.precision_recall import PrecisionRecall
from course_lib.exercises.softmax.quiz import QUIZ
from course_lib.exercises.softmax.softmax import Softmax
from course_lib.exercises.softmax.softmax_cross_entropy_grad import SoftmaxCrossEntropyGrad

__all__ = ["DERIVATION", "EXERCISES", "MILESTONE", "PATIENTS", "QUIZ"]
EXERCISES = [
    OneHot,
    Softmax,
    CrossEntropy,
    SoftmaxCrossEntropyGrad,
    Accuracy,
    MendSoftmaxTraining,
    PrecisionRecall,
]
DERIVATION = Derivation(
    task="The slope of L = −log ŷ_y over a logit, where the logits are divided by a temperature T "
    "before the softmax. Variables: p for the probability of this class, y for its target (0 or "
    "1), T for the temperature.",
    variables={"p": (0.05, 0.95), "y": (0, 1), "T": (0.3, 4)},
    answer="(p - y) / T",
    mistakes={
        "p - y": "This is the slope over z / T. The way from there to z is one more factor.",
        "(p - y) * T": "The temperature divides the logits, and how they move, too.",
        "(y - p) / T": "The sign is turned: the true class's logit should rise, and its slope is "
        "negative.",
        "p - y / T": "The temperature has reached only a part. Are brackets missing?",
        "p / T - y": "The temperature has reached only a part. Are brackets missing?",
        "(p - y) / T**2": "One factor 1 / T too many: z is divided once.",
        "(p - y) * p * (1 - p) / T": "The slope of the softmax is in the difference already.",
        "(p - y) / (p * (1 - p)) / T": "This is the slope of a loss of separate sigmoids over "
        "their outputs.",
        "p * (1 - p) / T": "This is how p follows its own logit. The loss is missing, and with it "
        "the target.",
        "-y / p / T": "This is the slope over the probability. In the chain softmax is missing.",
        "-y / p": "This is the slope over the probability. In the chain the softmax is missing.",
    },
)
MILESTONE = Milestone(
    needs=("softmax", "cross_entropy", "softmax_cross_entropy_grad", "accuracy"),
    goals={"accuracy": ("≥", 0.92)},
    published={"accuracy": 0.8272},
)
PATIENTS = ("01", "02", "03", "04")  # beds of the clinic
