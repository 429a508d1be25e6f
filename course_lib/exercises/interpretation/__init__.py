"""The exercises of lesson 5, in its order, its derivation, its milestone and its quiz."""

from course_lib.exercises.derivations import Derivation
from course_lib.exercises.interpretation.class_evidence import ClassEvidence
from course_lib.exercises.interpretation.hidden_activations import HiddenActivations
from course_lib.exercises.interpretation.mend_saliency import MendSaliency
from course_lib.exercises.interpretation.most_confused import MostConfused
from course_lib.exercises.interpretation.occlusion_map import OcclusionMap
from course_lib.exercises.interpretation.perturb import Perturb
from course_lib.exercises.interpretation.quiz import QUIZ
from course_lib.exercises.interpretation.saliency import Saliency
from course_lib.exercises.milestones import Milestone

__all__ = ["DERIVATION", "EXERCISES", "MILESTONE", "PATIENTS", "QUIZ"]
EXERCISES = [
    HiddenActivations,
    ClassEvidence,
    Saliency,
    MendSaliency,
    OcclusionMap,
    MostConfused,
    Perturb,
]
DERIVATION = Derivation(
    task="A logit has the same slope g, up or down, for each of n pixels. An aimed step of ε moves "
    "every pixel its own worst way; a random one moves each by ε up or down, by the toss of a "
    "coin. How many times the standard deviation of the random change is the aimed change? "
    "Variables: n, g, eps.",
    variables={"n": (10, 1000), "g": (0.1, 3), "eps": (0.01, 0.3)},
    answer="sqrt(n)",
    mistakes={
        "n": "Random steps do not all go the same way, but they do not cancel to a single one "
        "either: variances add up, not sizes.",
        "n * eps * g": "This is the aimed change. By what is it to be divided?",
        "eps * g * sqrt(n)": "This is the standard deviation of the random change. By it the "
        "aimed one is to be divided.",
        "1 / sqrt(n)": "It stands on its head: the aimed change is the larger one.",
        "1": "That holds for a single pixel. How do the two grow with the number of pixels?",
        "n**2": "The aimed change grows with n, the variance of the random one as well.",
        "sqrt(n) / 2": "A coin that gives ε up or down has the standard deviation ε, not half of "
        "it or its double.",
        "2 * sqrt(n)": "A coin that gives ε up or down has the standard deviation ε, not half of "
        "it or its double.",
        "sqrt(n) * eps": "ε cancels: it is in both changes.",
        "sqrt(n) * g": "g cancels: it is in both changes.",
    },
)
MILESTONE = Milestone(
    needs=(
        "hidden_activations",
        "class_evidence",
        "saliency",
        "occlusion_map",
        "most_confused",
        "perturb",
    ),
    goals={"gap": ("≤", 1e-4), "attacked_accuracy": ("≤", 0.5)},
)
PATIENTS = ("05", "10", "15")  # beds of the clinic
