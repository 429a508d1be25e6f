"""The exercises of lesson 4, in its order, its quiz, derivation and milestone."""

from course_lib.exercises.derivations import Derivation
from course_lib.exercises.milestones import Milestone
from course_lib.exercises.mini_batch.adam_step import AdamStep
from course_lib.exercises.mini_batch.backward_deep import BackwardDeep
from course_lib.exercises.mini_batch.forward_deep import ForwardDeep
from course_lib.exercises.mini_batch.l2_penalty import L2Penalty
from course_lib.exercises.mini_batch.mend_epoch import MendEpoch
from course_lib.exercises.mini_batch.minibatches import Minibatches
from course_lib.exercises.mini_batch.momentum_step import MomentumStep
from course_lib.exercises.mini_batch.quiz import QUIZ
from course_lib.exercises.mini_batch.should_stop import ShouldStop
from course_lib.exercises.mini_batch.train_network import TrainNetwork
from course_lib.exercises.mini_batch.train_validation_split import TrainValidationSplit

__all__ = ["DERIVATION", "EXERCISES", "MILESTONE", "PATIENTS", "QUIZ"]
EXERCISES = [
    Minibatches,
    TrainValidationSplit,
    L2Penalty,
    MomentumStep,
    AdamStep,
    ShouldStop,
    ForwardDeep,
    BackwardDeep,
    TrainNetwork,
    MendEpoch,
]
MILESTONE = Milestone(
    needs=("minibatches", "forward_deep", "backward_deep", "train_network"),
    goals={"accuracy": ("≥", 0.97)},
)
DERIVATION = Derivation(
    task="L(w₁, w₂) = ½ (a w₁² + c w₂²). Each step of gradient descent multiplies w₁ by 1 - eta·a, "
    "and w₂ by 1 - eta·c. With c larger than a, at which eta do both shrink equally fast, one to "
    "and fro and the other not? Write eta in terms of a and c.",
    variables={"a": (0.5, 2), "c": (3, 30)},
    answer="2 / (a + c)",
    mistakes={
        "2 / c": "There the factor of w₂ is -1: it swings to and fro and does not shrink at all. "
        "What should the two factors have in common?",
        "1 / c": "There w₂ is at 0 after a single step, and w₁ still creeps. Equally fast means "
        "that the factors have the same size.",
        "1 / a": "There w₁ is at 0 after a single step, and w₂ has left the valley.",
        "1 / (a + c)": "Set 1 - eta·a against 1 - eta·c with the sign turned; a number was lost on "
        "the way.",
        "2 / (c - a)": "A sign got lost: the two factors have the same size and opposite signs.",
        "2 / (a * c)": "Sum, not product: solve 1 - eta·a = -(1 - eta·c) for eta, step by step.",
        "(c - a) / (c + a)": "That is the factor itself at the best eta. Asked is eta.",
    },
)
PATIENTS = ("11", "12", "13", "14")  # beds of the clinic
