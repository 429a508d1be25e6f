"""Milestones, derivations, and questions with pictures: what they take, say and remember."""

import base64
import importlib
import inspect
import io
import json
import re
import sys
import types

import lessons
import numpy as np
import pytest
from PIL import Image
from samples import sample

from course_lib import exercises
from course_lib.exercises import (
    LESSONS,
    check,
    derivation,
    derivations,
    kept,
    milestone,
    milestones,
    mine,
    neuron,
    progress,
    record,
)
from course_lib.exercises.derivations import Derivation
from course_lib.exercises.milestones import Milestone
from course_lib.exercises.quiz import Quiz, png, questions


def lessons_with(part):
    """Number the lessons that have a part."""
    return [number for number, module in LESSONS.items() if hasattr(module, part)]


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Keep the record, and whose functions are in use, of each test to itself."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(record, "unsaved", {})
    for name in ("passed", "in_use"):
        monkeypatch.setattr(kept, name, type(getattr(kept, name))())
    return tmp_path / "state"


# --- Milestones ----------------------------------------------------------------------------------

ONE = Milestone(
    needs=("sigmoid", "forward"),
    goals={"loss": ("≤", 0.05), "accuracy": ("≥", 0.99)},
    published={"loss": 0.0413, "accuracy": 0.9911},
)


@pytest.fixture
def goal(monkeypatch):
    """Give lesson 1 a milestone of our own."""
    monkeypatch.setattr(neuron, "MILESTONE", ONE, raising=False)


def sigmoid(z):
    """A student's own."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def forward(X, w, b):
    """A student's own."""
    return sigmoid(X @ w + b)


def test_a_milestone_stands_beside_goal_and_published_figure(goal):
    said = repr(milestone(1, loss=0.0413, accuracy=np.float32(0.9912)))
    assert "loss 0.0413: ✓ met (goal ≤ 0.0500, published 0.0413)" in said
    assert "accuracy 99.12%: ✓ met (goal ≥ 99.00%, published 99.11%)" in said
    said = repr(milestone(1, loss=0.06, accuracy=0.5))
    assert said.startswith("✗ Milestone 1: not met yet") and said.count("✗ not met") == 2


def test_a_goal_that_is_just_met_is_met_and_one_that_is_just_missed_is_not(goal):
    assert repr(milestone(1, loss=0.05, accuracy=0.99)).count("✓ met") == 2
    said = repr(milestone(1, loss=np.nextafter(0.05, 1), accuracy=np.nextafter(0.99, 0)))
    assert said.count("✗ not met") == 2


def test_it_counts_only_with_functions_of_ones_own(goal, capsys):
    figures = dict(loss=0.04, accuracy=0.995)
    said = repr(milestone(1, **figures))
    assert "○ Milestone 1: met with the course's sigmoid and forward" in said
    assert "once sigmoid and forward of your own passed" in said
    check("sigmoid", sigmoid)
    mine("sigmoid", "forward")
    said = repr(milestone(1, **figures))
    assert "met with the course's forward\n" in said and "sigmoid" not in said
    check("forward", forward)  # passed, but what ran above was the course's
    said = repr(milestone(1, **figures))
    assert "forward of yours passed, but the course's ran here" in said
    assert "○ milestone 1" in repr(progress())
    mine("forward")
    assert "✓ Milestone 1: met by your own code" in repr(milestone(1, **figures))
    assert "✓ milestone 1: loss 0.0400, accuracy 99.50%" in repr(progress())


def test_what_is_not_met_is_not_kept(goal, capsys):
    check("sigmoid", sigmoid)
    check("forward", forward)
    mine("sigmoid", "forward")
    assert "✗" in repr(milestone(1, loss=0.4, accuracy=0.9))
    assert "○ milestone 1" in repr(progress())


@pytest.mark.parametrize(
    ("number", "figures", "says"),
    [
        (1, {}, "The figures are nothing; expected loss=…, accuracy=…"),
        (1, {"loss": 0.1}, "The figures are loss=…; expected loss=…, accuracy=…"),
        (1, {"loss": 0.1, "accuracy": 0.9, "more": 1}, "more=…; expected"),
        (1, {"loss": np.nan, "accuracy": 0.9}, "loss is nan"),
        (1, {"loss": np.inf, "accuracy": 0.9}, "Did the training diverge"),
        (1, {"loss": 0.1, "accuracy": 99.11}, "Did you mean 0.9911"),
        (1, {"loss": 0.1, "accuracy": 9911}, "accuracy is 9911; expected a share"),
        (1, {"loss": 0.1, "accuracy": -0.1}, "expected a share"),
        (1, {"loss": [0.1], "accuracy": 0.9}, "loss is of type list; expected one number"),
        (1, {"loss": np.ones(2), "accuracy": 0.9}, "ndarray; expected one number"),
        (1, {"loss": "0.1", "accuracy": 0.9}, "loss is of type str"),
        (1, {"loss": True, "accuracy": 0.9}, "loss is of type bool"),
        ("01", {}, "number is '01'; expected one of 1"),
        (True, {}, "number is True"),
        (9, {}, "number is 9"),
    ],
)
def test_figures_that_cannot_be_compared_get_a_sentence(goal, number, figures, says):
    with pytest.raises(ValueError, match=says):
        milestone(number, **figures)


def test_an_array_without_an_axis_is_a_number(goal):
    assert "✓ met" in repr(milestone(1, loss=np.array(0.01), accuracy=1))


@pytest.mark.parametrize("number", lessons_with("MILESTONE"))
def test_the_milestone_of_a_lesson_is_met_by_what_the_lesson_printed(number):
    goal = LESSONS[number].MILESTONE
    assert goal.needs and set(goal.needs) <= {*exercises.exercise_ids()}
    assert goal.published.keys() <= goal.goals.keys()
    [path] = lessons.LESSONS.glob(f"{number}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    stored = ["".join(data.get("text/plain", "")) for data in outputs]
    [said] = [text for text in stored if text.startswith(f"○ Milestone {int(number)}: met")]
    figures = {
        name.replace(" ", "_"): float(value) / (100 if percent else 1)
        for name, value, percent in re.findall(r"^  ([a-z ]+) ([\d.]+)(%?): ", said, re.MULTILINE)
    }
    met, lines = milestones.judge(goal, figures)
    assert met and all(f"  {line}\n" in said for line in lines)


# --- Derivations ---------------------------------------------------------------------------------

SLOPE = Derivation(
    task="The slope of the sigmoid, in a = σ(z).",
    variables={"a": (0, 1), "b": (1, 3)},
    answer="a * (1 - a)",
    mistakes={"a": "That is the sigmoid itself.", "1 - a": "A factor is missing."},
)


@pytest.fixture
def paper(monkeypatch):
    """Give lesson 1 a derivation of our own."""
    monkeypatch.setattr(neuron, "DERIVATION", SLOPE, raising=False)


@pytest.mark.parametrize(
    "formula",
    ["a * (1 - a)", "a - a**2", "a−a²", "-(a**2) + a", " (1-a)·a ", "a*a*(1/a - 1)", "a*(1-a)*b/b",
     "exp(log(a) + log(1 - a))", "np.exp(np.log(a)) * (1 - a)", "(1 - tanh(log(a/(1-a))/2)**2)/4",
     "a*(1-a) + 0*b", "+a - a**2.0", "0.25 - (a - 0.5)**2"],
)  # fmt: skip
def test_the_right_formula_passes_in_any_form(paper, formula):
    assert repr(derivation("01", formula)).startswith("✓ derivation 01: passed")


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("a", "the sigmoid itself"),
        ("sqrt(a**2)", "the sigmoid itself"),
        ("1 - a", "A factor is missing"),
        ("a * (a - 1)", "right except for the sign"),
        ("a * (1 - a) / 2", "0.5 times what it should be"),
        ("a * (1 + a)", "it gives"),
        ("3", "it gives 3; expected"),
        ("a(1 - a)", "a product needs its"),
        ("2a", "Multiply with"),
        ("a * (1 - a", "close each bracket"),
        ("a^2", "power is written"),
        ("x * (1 - x)", "It uses x, which the task does not have. Use a, b"),
        ("1 / (a - a)", "no finite number"),
        ("log(a - 2)", "no finite number"),
        ("9**9**9**9", "no finite number"),
        ("__import__('os').getcwd()", "more than a formula needs"),
        ("open(a)", "no function that it knows"),
        ("a.real", "more than a formula needs"),
        ("[a for _ in b]", "more than a formula needs"),
        ("a if b else b", "more than a formula needs"),
        ("lambda: a", "more than a formula needs"),
        ("exp(a, b)", "more than a formula needs"),
        ("'a'", "more than a formula needs"),
        ("True", "more than a formula needs"),
        ("a = 1", "cannot read it"),
        ("a\n+1; a", "cannot read it"),
        ("a\0", "cannot read it"),
        ("(" * 300, "cannot read it"),
        ("-" * 499 + "a", "it gives -0.637"),
        ("a +" * 200 + "a", "characters; expected a formula"),
    ],
)
def test_a_wrong_formula_is_told_why_and_never_run(paper, formula, says):
    with np.errstate(all="raise"):
        said = repr(derivation("01", formula))
    assert said.startswith("✗ derivation 01: wrong")
    assert re.search(says, said), said


@pytest.mark.parametrize("formula", [..., "", "...", "…", "  "])
def test_an_untouched_derivation_shows_its_task_and_leaves_no_trace(paper, formula, state):
    said = repr(derivation("01", formula))
    assert "not attempted" in said and SLOPE.task in said and not state.exists()


def test_a_number_in_place_of_a_formula_gets_a_sentence(paper):
    for number in (0.25, np.ones(3), None):
        with pytest.raises(ValueError, match="Put the formula in quotes"):
            derivation("01", number)
    with pytest.raises(ValueError, match="lesson is 1; expected one of 01"):
        derivation(1, "a")


def test_a_derivation_is_kept_and_counts(paper):
    derivation("01", "a")
    assert "○ derivation" in repr(progress())
    derivation("01", "a - a**2")
    derivation("01", "a")
    assert "✓ derivation" in repr(progress())
    assert record.read()["derivation 01"]["source"] == "a - a**2"


@pytest.mark.parametrize("number", lessons_with("DERIVATION"))
def test_each_mistake_of_a_derivation_is_named_by_its_own_sentence(number):
    asked = LESSONS[number].DERIVATION
    assert derivations.judge(asked, asked.answer)[0]
    assert len(asked.mistakes) >= 3
    for wrong, sentence in asked.mistakes.items():
        assert derivations.judge(asked, wrong) == (False, sentence)
    assert asked.answer not in "\n".join([asked.task, *asked.mistakes.values()])


# --- The quiz: pictures, and what is kept --------------------------------------------------------

TEXT = """
Which of the two curves learns?
! falling_curve | Two curves over 10 steps: A falls from 2 to 0, B stays at 2.
- B | It stays where it is.
+ A | It falls.
- both | B stays.

And which of these has no picture?
+ this | So it is.
- that | It is this one.
- none | One of them.
"""


@pytest.fixture
def asked(monkeypatch):
    """Make a lesson with a quiz of two questions, one with a picture."""

    def falling_curve(ax):
        ax.plot(np.linspace(2, 0, 10))
        ax.plot(np.full(10, 2.0))

    module = types.ModuleType("a_lesson")
    module.QUIZ = questions(TEXT)
    pictures = types.ModuleType("a_lesson.pictures")
    pictures.falling_curve = falling_curve
    monkeypatch.setitem(sys.modules, "a_lesson.pictures", pictures)
    monkeypatch.setitem(sys.modules, "a_lesson", module)
    return module


def test_a_question_has_its_picture_and_words_for_it(asked):
    first, second = asked.QUIZ
    assert first.text == "Which of the two curves learns?" and first.picture == "falling_curve"
    assert [option for option, _, _ in first.options] == ["B", "A", "both"]
    assert second.picture is None and second.alt == ""
    quiz = Quiz(asked, "01")
    assert f"[Picture: {first.alt}]" in repr(quiz)
    shown = quiz.widget().questions
    assert shown[0]["alt"] == first.alt and shown[1]["picture"] == ""
    assert pixels(shown[0]["picture"]).std() > 1, "blank"


def pixels(address):
    """Return the grey values of a picture that stands in an address."""
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"), float)


def test_answers_are_kept_and_count(asked, monkeypatch):
    monkeypatch.setitem(exercises.LESSONS, "01", asked)
    asked.EXERCISES = []
    widget = Quiz(asked, "01").widget()
    assert widget.chosen == [-1, -1] and "quiz 0 of 2" in repr(progress())
    widget.chosen = [0, -1]
    assert "quiz 0 of 2" in repr(progress())
    widget.chosen = [1, -1]
    widget.chosen = [1, 7]  # no such option
    assert "quiz 1 of 2" in repr(progress())
    assert Quiz(asked, "01").widget().chosen == [1, -1], "after a reload"
    stored = json.loads(record.path().read_text(encoding="utf-8"))
    assert stored["quiz 01: Which of the two curves learns?"]["tries"] == 2


def test_an_answer_that_is_no_option_any_more_is_not_shown(asked):
    record.note("quiz 01: Which of the two curves learns?", tries=1, source="C")
    assert Quiz(asked, "01").widget().chosen == [-1, -1]


PICTURES = [
    (number, question)
    for number, module in LESSONS.items()
    for question in module.QUIZ
    if question.picture
]


@pytest.mark.parametrize(
    ("number", "question"),
    [pytest.param(*each, marks=sample(i, test=2, quick=4)) for i, each in enumerate(PICTURES)],
    ids=lambda x: str(x)[:24],
)
def test_each_picture_of_a_quiz_is_drawn_alike_each_time(number, question):
    assert len(question.alt) >= 30
    module = LESSONS[number]
    drawn = png(module, question.picture)
    assert pixels(drawn).std() > 1 and png.__wrapped__(module, question.picture) == drawn
    draw = getattr(importlib.import_module(f"{module.__name__}.pictures"), question.picture)
    assert list(inspect.signature(draw).parameters) == ["ax"]


def test_the_stored_lesson_has_the_words_for_a_picture(asked):
    data = Quiz(asked, "01")._repr_mimebundle_()
    assert lessons.WIDGET in data and "[Picture: Two curves" in data["text/plain"]
