"""Quizzes: multiple choice with an explanation for every option.

What the browser shows is in ``quiz.js``: ipywidgets' own radio buttons have neither a group nor
the group's name for screen readers.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_lib._widget import script

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """A question and its options.

    Attributes
    ----------
    text : str
    options : list of (option, is_right, explanation)
    """

    text: str
    options: list


def questions(text):
    """Read questions from text.

    Paragraphs are questions; below each stand its options, the right one after a plus, the others
    after a minus, and what there is to say about an option comes after a bar.
    """
    found = []
    for paragraph in text.strip().split("\n\n"):
        lines = paragraph.replace("\n  ", " ").split("\n")
        options = [line for line in lines if line.startswith(("+ ", "- "))]
        asked = " ".join(lines[: -len(options)])
        parts = [(line[0] == "+", *line[2:].split(" | ")) for line in options]
        found.append(Question(asked, [(option, right, why) for right, option, why in parts]))
    return found


class Quiz:
    """Questions to answer with mouse or keyboard; plain text where there is no kernel."""

    def __init__(self, questions):
        self.questions = questions

    def __repr__(self):
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question.text}")
            options = zip("abcdefgh", question.options, strict=False)
            lines += [f"   ({letter}) {option}" for letter, (option, _, _) in options]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **kwargs):
        bundle = self.widget()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return data | {"text/plain": repr(self)}

    def widget(self):
        """Build the controls: a group of radio buttons and its feedback for each question."""
        questions = [
            {"text": q.text, "options": list(map(list, q.options))} for q in self.questions
        ]
        return _widget_class()(questions=questions)


@cache
def _widget_class():
    import anywidget
    import traitlets

    class QuizWidget(anywidget.AnyWidget):
        """What the browser shows."""

        _esm = script(HERE / "quiz.js")
        _css = (HERE / "quiz.css").read_text(encoding="utf-8")
        questions = traitlets.List().tag(sync=True)

    return QuizWidget
