"""Quizzes: multiple choice with an explanation for every option, on ipywidgets."""

from dataclasses import dataclass


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


class Quiz:
    """Questions to answer with mouse or keyboard; plain text where there is no kernel."""

    def __init__(self, questions):
        self.questions = questions

    def __repr__(self):
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question.text}")
            lines += [
                f"   ({letter}) {o[0]}"
                for letter, o in zip("abcde", question.options, strict=False)
            ]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **kwargs):
        return {"text/plain": repr(self)} | (self.widget()._repr_mimebundle_(**kwargs) or {})

    def widget(self):
        """Build the controls: a group of radio buttons and a line of feedback for each question."""
        from ipywidgets import VBox

        return VBox([_ask(number, q) for number, q in enumerate(self.questions, 1)])


def _ask(number, question):
    from ipywidgets import HTML, Label, Layout, RadioButtons, VBox

    wide = Layout(width="100%")
    choice = RadioButtons(
        options=[option for option, _, _ in question.options],
        value=None,
        description="Your answer:",
        style={"description_width": "initial"},
        layout=Layout(width="max-content"),
    )
    feedback = Label("Choose an answer.", layout=Layout(min_height="2.2em", width="100%"))

    def answered(change):
        _, right, why = question.options[choice.index]
        feedback.value = f"{'✓ Right.' if right else '✗ Not quite.'} {why}"

    choice.observe(answered, names="index")
    return VBox([HTML(f"<b>{number}. {question.text}</b>", layout=wide), choice, feedback])
