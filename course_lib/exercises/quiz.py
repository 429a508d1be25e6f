"""Quizzes: multiple choice with an explanation for every option.

The controls are the browser's own radio buttons in a `fieldset`, which keyboards and screen
readers know; those of ipywidgets have neither a group nor its name.
"""

from dataclasses import dataclass
from functools import cache

SCRIPT = """
function add(parent, tag, text = "", attributes = {}) {
  const child = document.createElement(tag);
  child.textContent = text;
  child.dataset.lmSuppressShortcuts = "true"; // Jupyter leaves our keys alone
  Object.entries(attributes).forEach(([name, value]) => child.setAttribute(name, value));
  return parent.appendChild(child);
}
function render({ model, el }) {
  model.get("questions").forEach(({ text, options }, number) => {
    const group = add(el, "fieldset", "", { class: "course-quiz" });
    const name = `quiz-${Math.random()}`; // what makes one group of its buttons
    add(group, "legend", `${number + 1}. ${text}`);
    const buttons = options.map(([option]) => {
      const label = add(group, "label");
      const button = add(label, "input", "", { type: "radio", name });
      add(label, "span", option);
      return button;
    });
    const answer = add(group, "div", "", { class: "course-quiz-answer" });
    const said = add(answer, "div", "", { role: "status" });
    options.forEach(([, right, why], i) => {
      const words = `${right ? "✓ Right." : "✗ Not quite."} ${why}`;
      // Unseen, each makes room for itself: nothing moves when one of them is shown.
      add(answer, "div", words, { "aria-hidden": true, style: "visibility: hidden" });
      buttons[i].addEventListener("change", () => { said.textContent = words; });
    });
  });
}
export default { render };
"""
STYLE = """
.course-quiz { border: 0; margin: 0 0 1em; padding: 0; max-width: 45em; line-height: 1.5;
  color: var(--jp-ui-font-color1, inherit); font-size: var(--jp-content-font-size1, inherit); }
.course-quiz legend { font-weight: bold; padding: 0; }
.course-quiz label { display: flex; gap: 0.5em; padding-left: 1em; cursor: pointer; }
.course-quiz label:focus-within { outline: 2px solid currentColor; outline-offset: -1px; }
.course-quiz-answer { display: grid; margin: 0.2em 0 0 1em; }
.course-quiz-answer > * { grid-area: 1 / 1; }
"""


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

        _esm = SCRIPT
        _css = STYLE
        questions = traitlets.List().tag(sync=True)

    return QuizWidget
