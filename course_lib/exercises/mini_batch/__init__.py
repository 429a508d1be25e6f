"""The exercises of lesson 4, in its order, and its quiz."""

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

__all__ = ["EXERCISES", "QUIZ"]
EXERCISES = [
    Minibatches,
    MendEpoch,
    TrainValidationSplit,
    L2Penalty,
    ShouldStop,
    MomentumStep,
    AdamStep,
    ForwardDeep,
    BackwardDeep,
    TrainNetwork,
]
