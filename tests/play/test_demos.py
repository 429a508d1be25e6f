"""What holds for every demo, without a browser: links, controls, refusals."""

import inspect
import re

import numpy as np
import pytest
from hands import Hand

from course_lib import demos

ELSEWHERE = {
    "neuron": dict(w1=0.7, activation="linear", moved={3: (0.5, -1.0)}, at=2),
    "descent": dict(loss="squared error", learning_rate=1.0, steps=7, start=(1.0, -2.5)),
    "digit_neuron": dict(learning_rate=3.0, threshold=0.25, seed=4, steps=3),
    "activation_gallery": dict(activation="elu", beside="nothing", z=-0.7),
    "backpropagation": dict(stop=4, x1=-0.5, y=0, weights=tuple(np.arange(13) / 10)),
    "playground": dict(data="my points", points=((0, 0, 1), (1, 1, 0)), units=3, epochs=5),
    "softmax": dict(logits=tuple(np.arange(10.0)), temperature=4.0, factor=10),
    "first_weights": dict(scale_1=0.1, activation="tanh", steps=2),
    "ward_round": dict(bed="07", instrument="first loss", drug="weights"),
    "race": dict(against="seconds", runs=[("Adam", 0.01, 200, 7, 0.25), ("momentum", 0.1, 50, 9)]),
}
MAKE = {name: getattr(demos, name) for name in ELSEWHERE}


# These take seconds here; each has tests of its own in test_demo_<name>.py.
LONG = ("playground", "first_weights", "softmax", "descent", "ward_round", "digit_neuron")
EACH = [pytest.param(n, marks=pytest.mark.long if n in LONG else ()) for n in MAKE]


@pytest.mark.parametrize("name", EACH)
def test_the_link_makes_the_same_picture_again(name):
    demo = MAKE[name](**ELSEWHERE[name])
    again = eval(demo.link(), {"demos": demos})
    assert again.state == demo.state and again.words() == demo.words()
    assert again.static() == demo.static()
    assert MAKE[name]().link() == f"demos.{name}()"


@pytest.mark.parametrize("demo", EACH)
def test_every_control_is_taken_and_reset_undoes_it(demo):
    """Each control in turn, as the browser would move it, without an error."""
    hand = Hand(MAKE[demo]())
    before = hand.demo.words()
    for name, control in hand.demo.controls.items():
        spec = control.spec()
        if spec["kind"] == "button":
            if name != "play":
                hand.press(name)
        elif "options" in spec:
            hand.touch(**{name: spec["options"][-1][0]})
        elif spec["kind"] == "slider":
            hand.touch(**{name: spec["low"] + spec["step"]})
        assert not hand.stage.error, name
        assert hand.value(name)[0] == hand.stage.touched.get(name, [0])[0]
    hand.press("reset")
    assert hand.demo.words() == before and hand.demo.link() == f"demos.{demo}()"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: demos.descent(start=(1,)), "start is"),
        (lambda: demos.descent(first="bottom"), "first is 'bottom'; expected one of 'middle'"),
        (lambda: demos.digit_neuron(steps=201), "steps is 201; expected at most 200"),
        (lambda: demos.digit_neuron(threshold=0), "threshold is 0"),
        (lambda: demos.activation_gallery(activation="rely"), "Did you mean 'relu'?"),
        (lambda: demos.backpropagation(weights=(1, 2)), "weights has 2 numbers; expected 13"),
        (lambda: demos.playground(lambda X: X), "only one was given"),
        (lambda: demos.playground(code="mine"), "since no functions came"),
        (lambda: demos.playground(epochs=5001), "epochs is 5001"),
        (lambda: demos.softmax(logits=[1, 2]), "logits has shape (2,); expected ten"),
        (lambda: demos.softmax(presets={"x": [np.nan] * 10}), "expected ten finite numbers"),
        (lambda: demos.first_weights(steps=-1), "steps is -1"),
        (lambda: demos.ward_round(bed="16"), "bed is '16'"),
        (lambda: demos.ward_round(drug="aspirin"), "expected one of 'none', 'tenth'"),
        (lambda: demos.race(optimizer="adam"), "Did you mean 'Adam'?"),
        (lambda: demos.race(runs=("Adam", 0.001, 50, 9)), "Are the brackets around the whole"),
        (lambda: demos.race(runs=[("Adam", 0.002, 50, 9)]), "learning_rate is 0.002; expected"),
        (
            lambda: demos.race(runs=[("Adam", 0.001, 1000, 1501)]),
            "expected at most 1500 of batches",
        ),
        (lambda: demos.race(runs=[("Adam", 0.001, 50, 9, -1)]), "ends with -1; expected the sec"),
        (lambda: demos.race(runs=7 * [("Adam", 0.001, 50, 9)]), "runs holds 7 runs; expected at"),
    ],
)
def test_what_makes_no_demo_is_refused_in_a_sentence(make, words):
    with pytest.raises(ValueError) as refusal:
        make()
    assert words in str(refusal.value)


@pytest.mark.parametrize("name", demos.__all__)
def test_help_tells_every_argument_once_and_in_order(name):
    """Both come from the state: its fields in their order, with their defaults."""
    demo = getattr(demos, name)
    told = re.findall(r"^(\w+(?:, \w+)*) : ", demo.__doc__, re.M)
    arguments = inspect.signature(demo).parameters
    assert [one for names in told for one in names.split(", ")] == list(arguments)
    assert demo.__module__ == f"course_lib.demos._{name}"


@pytest.mark.parametrize("name", EACH)
def test_the_defaults_that_help_tells_are_those_of_the_demo(name):
    arguments = inspect.signature(MAKE[name]).parameters.values()
    given = {a.name: a.default for a in arguments if a.kind is a.KEYWORD_ONLY}
    assert MAKE[name](**given).state == MAKE[name]().state


def test_help_tells_what_an_argument_may_be():
    doc = " ".join(demos.neuron.__doc__.split())
    assert "w1 : float Weight w₁: from -5 to 5. w2 : float" in doc
    assert 'activation : str Activation: "step", "linear" or "sigmoid".' in doc
    assert "scale_1 : float Standard deviation of W1: 0.01, 0.0357143 (1/√784), 0.1, 0.3 or 1." in (
        " ".join(demos.first_weights.__doc__.split())
    )
    softmax, draw_pad = demos.softmax.__doc__, demos.draw_pad.__doc__
    assert softmax.count("Parameters\n") == 1 and softmax.index("presets :") < softmax.index(
        "logits :"
    )
    assert draw_pad.index("image :") < draw_pad.index("Notes\n-----\n")
