"""Quizzes: multiple choice with an explanation for every option.

What the browser shows is in ``quiz.js``: ipywidgets' own radio buttons have neither a group nor
the group's name for screen readers.
"""

import base64
import importlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_lib._widget import bundle, script
from course_lib.exercises import record

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """A question and its options.

    Attributes
    ----------
    text : str
    options : list of (option, is_right, explanation)
    picture : str, optional
        The name of a function in the lesson's ``pictures.py`` that draws into an `Axes`.
    alt : str
        What is to be seen in the picture, in words.
    """

    text: str
    options: list
    picture: str | None = None
    alt: str = ""


def questions(text):
    """Read questions from text.

    Paragraphs are questions. A line that begins with ! has the name of a picture, and after a bar
    what is to be seen there. Below stand the options, the right one after a plus, the others after
    a minus, and what there is to say about an option comes after a bar.
    """
    found = []
    for paragraph in text.strip().split("\n\n"):
        lines = paragraph.replace("\n  ", " ").split("\n")
        options = [line for line in lines if line.startswith(("+ ", "- "))]
        pictures = [line[2:].split(" | ") for line in lines if line.startswith("! ")]
        asked = " ".join(line for line in lines if not line.startswith(("+ ", "- ", "! ")))
        parts = [(line[0] == "+", *line[2:].split(" | ")) for line in options]
        options = [(option, right, why) for right, option, why in parts]
        found.append(Question(asked, options, *(pictures[0] if pictures else ())))
    return found


class Quiz:
    """Questions to answer with mouse or keyboard; plain text where there is no kernel.

    Parameters
    ----------
    lesson : module
        The lesson's package.
    number : str
        The lesson's number, under which answers are kept.
    """

    def __init__(self, lesson, number):
        self.lesson, self.number, self.questions = lesson, number, lesson.QUIZ

    def __repr__(self):
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question.text}")
            lines += [f"   [Picture: {question.alt}]"] if question.picture else []
            options = zip("abcdefgh", question.options, strict=False)
            lines += [f"   ({letter}) {option}" for letter, (option, _, _) in options]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **kwargs):
        return bundle(self.widget(), **{"text/plain": repr(self)})

    def widget(self):
        """Build the controls: a group of radio buttons and its feedback for each question."""
        known = record.read()
        shown, chosen = [], []
        for question in self.questions:
            picture = png(self.lesson, question.picture) if question.picture else ""
            options = list(map(list, question.options))
            shown.append(
                {"text": question.text, "options": options, "picture": picture, "alt": question.alt}
            )
            answer = known.get(entry(self.number, question), record.EMPTY)["source"]
            places = [i for i, (option, _, _) in enumerate(options) if option == answer]
            chosen.append(places[0] if places else -1)
        widget = _widget_class()(questions=shown, chosen=chosen)
        widget.observe(self._note, "chosen")
        return widget

    def _note(self, change):
        """Keep what was chosen; the browser sends a list with a place for each question."""
        for question, old, new in zip(self.questions, change.old, change.new, strict=True):
            if new != old and 0 <= new < len(question.options):
                option, right, _ = question.options[new]
                name = entry(self.number, question)
                record.note(name, tries=1, passed=right, source=option)


def entry(number, question):
    """Return the name under which the answer to a question is kept."""
    return f"quiz {number}: {question.text}"


@cache
def png(lesson, name):
    """Draw a picture of a lesson's quiz; return it as an address that browsers show."""
    from matplotlib.figure import Figure

    from course_lib import plots

    file = io.BytesIO()
    with plots.paper():
        figure = Figure(figsize=(5.5, 3.2), layout="constrained")
        getattr(importlib.import_module(f"{lesson.__name__}.pictures"), name)(figure.add_subplot())
        figure.savefig(file, format="png", dpi=110)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@cache
def _widget_class():
    import anywidget
    import traitlets

    class QuizWidget(anywidget.AnyWidget):
        """What the browser shows."""

        _esm = script(HERE / "quiz.js")
        _css = (HERE / "quiz.css").read_text(encoding="utf-8")
        questions = traitlets.List().tag(sync=True)
        chosen = traitlets.List(traitlets.Int()).tag(sync=True)

    return QuizWidget
