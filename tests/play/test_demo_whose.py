"""Whose code a demo runs: the student's own where it is handed in, and it says so."""

import numpy as np
import pytest
from solutions import typed_in

from course_lib import demos, exercises
from course_lib.activations import sigmoid, softmax
from course_lib.layers import Dense, Sigmoid
from course_lib.network import Network

ALL = {e.id: e.reference for module in exercises.LESSONS.values() for e in module.EXERCISES}


def counting(name, calls):
    """Return a student's own function that notes each call."""
    own = typed_in(ALL[name])
    names = {"own": own, "calls": calls}
    exec(f"def {name}(*given):\n    calls.append({name!r})\n    return own(*given)", names)
    return names[name]


@pytest.fixture
def calls():
    """Collect the names of the student's functions that were called."""
    return []


def some(calls, *names):
    """Return functions of a student's by name."""
    return {name: counting(name, calls) for name in names}


def test_the_digit_neuron_learns_by_the_students_functions(calls):
    own = some(calls, "forward", "gradients", "gradient_step")
    demo, library = demos.digit_neuron(**own, steps=3), demos.digit_neuron(steps=3)
    assert set(calls) == set(own)
    assert demo.whose() == "Runs your forward, gradients, gradient_step."
    assert library.whose() == "Runs the course's code."
    np.testing.assert_allclose(demo.losses, library.losses, rtol=1e-4)
    np.testing.assert_allclose(demo.y_hat, library.y_hat, rtol=1e-3, atol=1e-6)
    assert "forward=forward" in demo.link() and "forward" not in library.link()
    demo = demos.digit_neuron(forward=own["forward"], gradients=ALL["gradients"], steps=1)
    assert demo.whose() == "Runs your forward and the course's gradients, gradient_step."


def test_first_weights_learn_by_the_students_loss(calls):
    own = some(calls, "softmax", "cross_entropy", "softmax_cross_entropy_grad")
    source = (
        "def my_loss(y, Z):\n    P = softmax(Z)\n"
        "    return cross_entropy(y, P), softmax_cross_entropy_grad(y, P)"
    )
    names = dict(own)
    exec(source, names)
    recipe = dict(scale_1=1 / 28, scale_2=1 / 8, steps=3)
    demo, library = (
        demos.first_weights(loss=names["my_loss"], **recipe),
        demos.first_weights(**recipe),
    )
    assert set(calls) == set(own)
    np.testing.assert_allclose(demo.losses, library.losses, rtol=1e-4)
    assert demo.whose() == "Runs your softmax, cross_entropy, softmax_cross_entropy_grad."
    names["softmax"] = softmax
    assert "and the course's softmax" in demo.whose()


def test_the_race_runs_on_the_students_batches_and_steps(calls):
    own = some(calls, "minibatches", "momentum_step", "adam_step")
    runs = (("momentum", 0.1, 1000, 4), ("Adam", 0.001, 1000, 4))
    demo, library = demos.race(**own, runs=runs), demos.race(runs=runs)
    assert set(calls) == set(own)
    for ours, theirs in zip(demo.runs, library.runs, strict=True):
        assert np.isclose(ours.loss, theirs.loss, rtol=1e-4)
    assert demo.whose() == "Runs your minibatches, momentum_step, adam_step."


def test_the_explorer_shows_what_the_students_functions_give(calls):
    rng = np.random.default_rng(0)
    network = Network([Dense(784, 9, rng=rng), Sigmoid(), Dense(9, 10, rng=rng)])
    X, y = rng.random((5, 784)), np.arange(5)
    own, names = some(calls, "hidden_activations", "class_evidence"), list("abcdefghij")
    demo = demos.explore(network, X, y, names, probabilities=sigmoid, **own, off=(2,))
    library = demos.explore(network, X, y, names, probabilities=sigmoid, off=(2,))
    ours, theirs = demo.numbers(), library.numbers()
    assert set(calls) == set(own)
    np.testing.assert_allclose(ours.hidden, theirs.hidden)
    np.testing.assert_allclose(ours.votes, theirs.votes)
    assert demo.whose() == "Runs your hidden_activations, class_evidence."
    from course_lib.layers import ReLU

    network.layers[1] = ReLU()
    with pytest.raises(ValueError, match="hidden_activations is for sigmoid units"):
        demos.explore(network, X, y, names, **own)


@pytest.mark.long
def test_the_pad_says_whose_neuron_it_shows(calls):
    names = some(calls, "forward") | {"w": np.zeros(784), "b": 0.0}
    exec("def is_it_a_zero(X):\n    return forward(X, w, b)", names)
    demo = demos.draw_pad(names["is_it_a_zero"])
    assert demo.whose() == "Runs your forward." and calls
    names["forward"] = ALL["forward"]
    assert demo.whose() == "Runs the course's code."
    network = Network([Dense(784, 10, rng=np.random.default_rng(0))])
    assert demos.draw_pad(network.predict_proba).whose() == "Runs the course's code."


def test_the_laboratory_says_who_trains(calls):
    own = some(calls, "forward_two_layers", "backward_two_layers")
    demo = demos.playground(*own.values(), code="mine", epochs=2)
    assert demo.whose() == "Runs your forward_two_layers, backward_two_layers."
    assert set(calls) == set(own)
    assert demos.playground(*own.values()).whose() == "Runs the course's code."
    assert demos.playground().whose() == "Runs the course's code."


def test_every_demo_tells_the_page_whose_code_runs():
    demo = demos.softmax()
    demo._repr_mimebundle_()
    assert demo.stage.whose == "Runs the course's code."
