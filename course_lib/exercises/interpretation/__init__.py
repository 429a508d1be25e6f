"""The exercises of lesson 5, in its order, and its quiz."""

from course_lib.exercises.interpretation.class_evidence import ClassEvidence
from course_lib.exercises.interpretation.hidden_activations import HiddenActivations
from course_lib.exercises.interpretation.most_confused import MostConfused
from course_lib.exercises.interpretation.occlusion_map import OcclusionMap
from course_lib.exercises.interpretation.quiz import QUIZ
from course_lib.exercises.interpretation.saliency import Saliency

__all__ = ["EXERCISES", "QUIZ"]
EXERCISES = [HiddenActivations, ClassEvidence, Saliency, OcclusionMap, MostConfused]
