"""The demos on a page, from one list: in JupyterLab, in JupyterLite, and on the website.

A new demo needs one line in `CASES`: its controls are found on the page. `every_control_moves` is
what each is put through, wherever it runs. benchmarks/bench_demos.py measures on the same pages.
"""

import ast
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from browser import wait_for

SOON = 120  # seconds: far more than the slowest and busiest machine needs


# --- Demos ---------------------------------------------------------------------------------------


def nudge(demo):
    """Change something, so that there is something to reset."""
    by_keyboard(demo.controls()[0])


def draw(*places):
    """Return what draws a line through places on the pad, given in pixels of the canvas."""

    def drawn(demo):
        canvas = demo.root.locator("canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        scale = canvas.evaluate("e => e.clientWidth / parseFloat(e.style.width)")
        way = [(box["x"] + scale * x, box["y"] + scale * y) for x, y in places]
        mouse = demo.page.mouse
        mouse.move(*way[0])
        mouse.down()
        for place in way[1:]:
            mouse.move(*place, steps=2)
        mouse.up()

    return drawn


@dataclass(frozen=True)
class Case:
    """How a demo is made, and what only it needs."""

    call: str
    setup: str = ""
    silent: set = field(default_factory=set)  # controls that change the state, not the picture
    back: set = field(default_factory=set)  # controls that others' effect needs as they were
    before: callable = nudge  # what makes every button do something
    trains: bool = False
    pause: str = "Pause"  # what the button that starts it says while it runs


IS_ZERO = """
from course_lib.activations import sigmoid
net = demos.digit_neuron(steps=100).network
def is_zero(X): return sigmoid(net.forward(X)[:, 0])
"""
TRAINED = """
import numpy as np
from course_lib.data import load_images
from course_lib.layers import Dense, Sigmoid
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import train
images, rng = load_images("fashion-mnist", offline=True), np.random.default_rng(0)
net = Network([Dense(784, 25, rng=rng), Sigmoid(), Dense(25, 10, rng=rng)])
how = dict(loss=softmax_cross_entropy, optimizer=Adam(0.003), batch_size=32, rng=rng)
train(net, images.X_train[:1000], images.y_train[:1000], epochs=3, **how)
X, y, names = images.X_test, images.y_test, images.class_names
"""
CASES = {
    "neuron": Case("demos.neuron()", silent={"learning rate"}),
    "descent": Case("demos.descent()", trains=True),
    "digit_neuron": Case("demos.digit_neuron(steps=30)", silent={"threshold"}, trains=True),
    "draw_pad": Case(
        "demos.draw_pad(is_zero, names=['other', 'zero'])",
        setup=IS_ZERO,
        silent={"pen width"},
        before=draw((100, 120), (180, 240)),
    ),
    "activation_gallery": Case("demos.activation_gallery()"),
    "backpropagation": Case("demos.backpropagation(stop=5)", silent={"parameter"}),
    "playground": Case(
        "demos.playground(epochs=20)",
        # Where nothing has been learned yet, a recipe for learning shows no difference.
        silent={"learning rate", "batch size", "L2 penalty", "epochs a picture", "class to place"},
        back={"trained by"},  # functions that a lesson hands in know one network alone
        trains=True,
    ),
    "softmax": Case("demos.softmax()"),
    "explore": Case("demos.explore(net, X, y, names, stage='4 votes', off=(3,))", setup=TRAINED),
    "output_maps": Case("demos.output_maps(net, names)", setup=TRAINED),
    "first_weights": Case("demos.first_weights(steps=3)", trains=True),
    "ward_round": Case("demos.ward_round()"),
    # Long enough that no test meets its end.
    "race": Case("demos.race(batch_size=10, epochs=300)", trains=True, pause="Stop"),
}


def cells(cases):
    """Return two cells for each case: one that shows the demo, and one for other code."""
    show = "from course_lib import demos\n{0.setup}\ndemo = {0.call}\ndemo".format
    return [source for case in cases.values() for source in (show(case), "1")]


# --- A demo on a page ----------------------------------------------------------------------------

LOOK = """root => {
  const canvas = root.querySelector("canvas");
  const text = (name) => root.querySelector(name).textContent;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let picture = 0;
  for (const four of new Uint32Array(pixels.buffer)) picture = (31 * picture + four) | 0;
  const controls = [...root.querySelectorAll("input, select")].map((e) => [e.value, e.checked]);
  return { picture, link: text(".link code"), words: text(".words"), status: text(".status"),
    labels: [...root.querySelectorAll("button")].map((e) => e.textContent), controls };
}"""
BOXES = """root => {
  const zero = root.getBoundingClientRect();
  const shown = (e) => e.getClientRects().length;  // what is not has no place
  return [...root.querySelectorAll(":not(option, .link *)")].filter(shown).map((e) => {
    const box = e.getBoundingClientRect();
    return [`${e.tagName}.${e.className}`, box.x - zero.x, box.y - zero.y, box.width, box.height]
      .map((x) => (typeof x === "number" ? Math.round(x) : x)).join(" ");
  });
}"""


class Shown:
    """A demo on a page, and the cell below it for whatever else is to be run."""

    def __init__(self, page, name, cases=CASES, below=0):
        self.page, self.name, self.case = page, name, cases[name]
        first = 2 * list(cases).index(name)
        self.cells = [page.locator(".jp-Cell").nth(k) for k in (first, first + 1)]
        self.root = self.cells[below].locator(".course-demo")

    def show(self):
        """Run the cell that shows the demo."""
        self._run(0)
        self.root.wait_for()
        return self.settled()

    def run(self, code):
        """Run code in the cell below, and return what it shows."""
        output = self._run(1, code).locator(".jp-OutputArea-output")
        return "".join(output.all_text_contents()).strip()

    def _run(self, k, code=None):
        cell = self.cells[k]
        cell.locator(".cm-content").click()
        if code:
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(code)
        prompt = cell.locator(".jp-InputPrompt")
        prompt.evaluate("e => { e.textContent = ''; }")  # its number may be the same again
        self.page.keyboard.press("ControlOrMeta+Enter")
        ended = re.compile(r"\[\d+\]:")
        self.wait("the cell ends", lambda: ended.fullmatch(prompt.inner_text()))
        return cell

    def wait(self, what, condition, seconds=SOON):
        """Wait while the page goes on."""
        return wait_for(
            what, condition, seconds, 0.03, lambda s: self.page.wait_for_timeout(1e3 * s)
        )

    def look(self):
        """Return what is to be seen; the picture as a number that every pixel changes."""
        return self.root.evaluate(LOOK)

    def settled(self):
        """Return what is to be seen once nothing changes any more."""
        last = [None]

        def still():
            now = self.look()
            same, last[0] = now == last[0], now
            self.page.wait_for_timeout(50)
            return now if same else None

        return self.wait("the demo stands still", still)

    def changed(self, before, *parts, by="this"):
        """Wait until each of these parts, or any part if none is named, differs."""

        def differs():
            now = self.look()
            return all(now[p] != before[p] for p in parts) and now != before

        self.wait(f"{by} changes {' and '.join(parts) or 'anything'}", differs)

    def controls(self):
        """List sliders, choices, checks and buttons; files are not chosen by hand."""
        return self.root.locator("input:not([type=file]), select, button").all()

    def button(self, name):
        """Return the button that has this label now."""
        return self.root.get_by_role("button", name=name, exact=True)

    def is_answered(self):
        """Tell whether no note says that Python is silent."""
        return not self.root.evaluate("e => e.classList.contains('waiting')")

    def boxes(self):
        """Return where every element is."""
        return self.root.evaluate(BOXES)


class OnSite(Shown):
    """A demo on the page of the website that it has to itself, in the state that its case names."""

    def __init__(self, page, address, name):
        self.page, self.name, self.case = page, name, CASES[name]
        self.root = page.locator(".course-demo")
        call = ast.parse(self.case.call, mode="eval").body
        # What else a case is called with, such as a network, the page has from its lesson.
        state = {k.arg: ast.unparse(k.value).strip("'") for k in call.keywords}
        page.goto("about:blank")
        page.goto(f"{address}/demos/{name}.html#{name}?{urlencode(state)}")
        self.root.locator("canvas").wait_for(timeout=1000 * SOON)


class InLite(Shown):
    """A demo in JupyterLite, where a cell out of sight is not in the page: all share two cells."""

    def __init__(self, page, name):
        case = {name: CASES[name]}
        super().__init__(page, name, case)
        first = "jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel"
        page.evaluate(f"source => {{ {first}.setSource(source); }}", cells(case)[0])


def sample():
    """Make a test's cases of all demos: some for the long tests, the rest for `make whole`."""
    import pytest

    some = "neuron", "draw_pad", "activation_gallery", "playground", "softmax"
    return [pytest.param(n, marks=() if n in some else pytest.mark.whole) for n in CASES]


def every_control_moves(demo, move):
    """Move each control of a demo, and look at what moves: picture, state, and nothing else."""
    boxes = demo.boxes()
    for control in demo.controls():
        name = label(control)
        button = kind(control) == "button"
        if button or demo.case.before is not nudge:
            still = demo.settled()
            demo.case.before(demo)
            if demo.case.before is nudge:  # else its effect might pass for the button's
                demo.changed(still, "link", by="a nudge")
        before = demo.settled()
        move(control)
        if button:
            demo.changed(before, by=name)
        else:
            parts = ["link"] if name in demo.case.silent else ["link", "picture"]
            demo.changed(before, *parts, by=name)
        if name in demo.case.back:
            before = demo.settled()
            move(control)
            demo.changed(before, "link", by=name)
        if label(control) == demo.case.pause:
            move(control)
            demo.wait("pause", lambda button=control: label(button) == "Start")
        demo.wait("Python's answer", demo.is_answered)  # a note may stand where the status does
        assert demo.boxes() == boxes, f"the page jumps at {name}"


def kind(control):
    """Return what a control is: range, checkbox, radio, select or button."""
    return control.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")


def label(control):
    """Return a control's visible label, which there must be."""
    words = control.evaluate("e => e.labels?.length ? e.labels[0].innerText : e.innerText")
    assert words.strip()
    return words.strip()


def by_keyboard(control):
    """Move a control one step, as far as there is one."""
    control.focus()
    at_end = control.evaluate(
        "e => e.type === 'range' ? e.value === e.max : e.selectedIndex === e.length - 1"
    )
    keys = {
        "range": "ArrowLeft" if at_end else "ArrowRight",
        "select": "ArrowUp" if at_end else "ArrowDown",
        "radio": "ArrowRight",
    }
    control.page.keyboard.press(keys.get(kind(control), "Space"))


def by_mouse(control):
    """Click; on a slider, in its other half."""
    if kind(control) == "select":  # its list is the system's, where no test can click
        following = control.evaluate("e => (e.selectedIndex + 1) % e.length")
        control.select_option(index=following)
    elif kind(control) == "range":
        box = control.bounding_box()
        high = control.evaluate("e => e.value - e.min > (e.max - e.min) / 2")
        control.click(position={"x": box["width"] * (0.2 if high else 0.8), "y": box["height"] / 2})
    elif kind(control) == "radio":  # a click on the chosen one changes nothing
        group = control.locator("xpath=ancestor::*[@role='radiogroup']").get_by_role("radio")
        names = [label(one) for one in group.all()]
        group.nth((names.index(label(control)) + 1) % len(names)).click()
    else:
        control.click()
