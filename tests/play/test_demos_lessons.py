"""The lessons' demos without a browser: the widget's values are moved, the numbers are checked."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit, softmax
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, precision_score, recall_score
from test_demos import Hand, live, until

from course_lib import demos
from course_lib.data import load_images
from course_lib.demos import downhill, gallery, live_lab, racing, walk_through
from course_lib.demos.layers import Line, Points, Text
from course_lib.layers import Dense, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam, RMSProp
from course_lib.training import train

MAKE = {
    "descent": demos.descent,
    "digit_neuron": demos.digit_neuron,
    "activation_gallery": demos.activation_gallery,
    "backpropagation": demos.backpropagation,
    "playground": demos.playground,
    "softmax": demos.softmax,
    "first_weights": demos.first_weights,
    "race": demos.race,
}
ELSEWHERE = {
    "descent": dict(loss="squared error", learning_rate=1.0, steps=7, start=(1.0, -2.5)),
    "digit_neuron": dict(learning_rate=3.0, threshold=0.25, seed=4, steps=3),
    "activation_gallery": dict(activation="elu", beside="nothing", z=-0.7),
    "backpropagation": dict(stop=4, x1=-0.5, y=0, weights=tuple(np.arange(13) / 10)),
    "playground": dict(data="my points", points=((0, 0, 1), (1, 1, 0)), units=3, epochs=5),
    "softmax": dict(logits=tuple(np.arange(10.0)), temperature=4.0, factor=10),
    "first_weights": dict(scale_1=0.1, activation="tanh", steps=2),
    "race": dict(against="seconds", runs=[("Adam", 0.01, 200, 7, 0.25), ("momentum", 0.1, 50, 9)]),
}


@pytest.mark.parametrize("name", MAKE)
def test_the_link_makes_the_same_picture_again(name):
    demo = MAKE[name](**ELSEWHERE[name])
    again = eval(demo.link(), {"demos": demos})
    assert again.state == demo.state and again.words() == demo.words()
    assert again.static() == demo.static()
    assert MAKE[name]().link() == f"demos.{name}()"


@pytest.mark.parametrize("name", MAKE)
def test_every_control_is_taken_and_reset_undoes_it(name):
    """Each control in turn, as the browser would move it, without an error."""
    hand = Hand(MAKE[name]())
    before = hand.demo.words()
    for control in hand.demo.controls:
        spec = control.spec()
        if spec["kind"] == "button":
            if control.name != "play":
                hand.press(control.name)
        elif "options" in spec:
            hand.touch(**{control.name: spec["options"][-1][0]})
        elif spec["kind"] == "slider":
            hand.touch(**{control.name: spec["low"] + spec["step"]})
        assert not hand.stage.error, control.name
        assert hand.value(control.name)[0] == hand.stage.touched.get(control.name, [0])[0]
    hand.press("reset")
    assert hand.demo.words() == before and hand.demo.link() == f"demos.{name}()"


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


# --- Descent -------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", downhill.LOSSES)
def test_descent_goes_against_the_slope_of_its_map(loss):
    demo = demos.descent(loss=loss, learning_rate=0.1, steps=5, start=(1.5, 0.5))
    path, losses = demo.walk()
    assert len(path) == 6 and np.allclose(losses, [demo.loss_at(*w) for w in path])
    for here, there in zip(path, path[1:], strict=False):
        slope = approx_fprime(here, lambda w: demo.loss_at(*w), 1e-7)
        assert np.allclose(there, here - 0.1 * slope, atol=1e-6)


def test_a_long_walk_ends_where_scikit_learn_ends():
    walk = demos.descent(learning_rate=4.0, steps=100)
    best = LogisticRegression(C=np.inf, tol=1e-10).fit(walk.X, walk.y)
    assert np.allclose(walk.walk()[0][-1], best.coef_[0], atol=0.05)
    assert np.isclose(walk.bias, best.intercept_[0], atol=0.01)
    line = demos.descent(loss="squared error", learning_rate=0.2, steps=100)
    best = LinearRegression().fit(line.X, line.y)
    assert np.allclose(line.walk()[0][-1], best.coef_, atol=1e-3)
    assert np.isclose(line.bias, best.intercept_)


def test_divergence_is_said_and_ends_the_walk():
    demo = demos.descent(loss="squared error", learning_rate=1.0, steps=100)
    assert demo.diverged and "Diverged after" in demo.words()
    assert not demo.advance() and len(demo.walk()[1]) < 100
    # The largest curvature of the map tells the rate from which on it must.
    curvature = 2 * np.linalg.eigvalsh(demo.X.T @ demo.X / len(demo.X)).max()
    assert not demos.descent(loss="squared error", learning_rate=0.5, steps=100).diverged
    assert 0.5 < 2 / curvature < 1.0


def test_a_click_on_the_map_starts_there():
    hand = Hand(demos.descent(steps=0))
    ground = hand.demo.axes["ground"]
    x, y = ground.transData.transform((2.0, -3.0))
    hand.point((x, hand.demo.figure.bbox.height - y))
    assert np.allclose(hand.demo.state.start, (2, -3), atol=0.05)
    assert "step 0: w = (2" in hand.stage.words


# --- The neuron that learns zeros ----------------------------------------------------------------


def test_the_digit_neuron_is_judged_as_scikit_learn_judges():
    demo = demos.digit_neuron(steps=10, threshold=0.3)
    zero, said = demo.truth == 0, demo.y_hat >= 0.3
    expected = [score(zero, said) for score in (accuracy_score, precision_score, recall_score)]
    assert np.allclose(demo.scores(), expected)
    surprise = np.abs(zero - demo.y_hat)
    assert surprise[demo.worst].min() >= np.sort(surprise)[-3]


def test_the_digit_neuron_learns_by_full_batch_descent():
    demo, start = demos.digit_neuron(seed=2, learning_rate=0.3, steps=3), demos.digit_neuron(seed=2)
    W, b = (start.network.layers[0].params[k].astype(float) for k in ("W", "b"))
    losses, X = [], demo.X.astype(float)
    for _ in range(3):
        p = expit(X @ W + b)[:, 0]
        losses.append(log_loss(demo.y, p))
        W, b = W - 0.3 * X.T @ (p - demo.y)[:, None] / len(X), b - 0.3 * (p - demo.y).mean()
    assert np.allclose(demo.losses, losses, rtol=1e-4)
    assert np.allclose(demo.network.layers[0].params["W"], W, atol=1e-4)


# --- Activations, backpropagation ----------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in gallery.PAIRS if n != "step"])
def test_the_derivative_shown_is_the_slope_of_the_curve_shown(name):
    f, f_grad = gallery.PAIRS[name]
    z = np.array([-3.3, -0.4, 0.6, 2.7])
    assert np.allclose(f_grad(z), (f(z + 1e-6) - f(z - 1e-6)) / 2e-6, atol=1e-6)


def test_saturation_is_marked_where_the_slope_is_small():
    low, high = gallery.runs(np.abs(gallery.PAIRS["sigmoid"][1](gallery.Z)) < gallery.FLAT)
    edge = -np.log((1 - 2 * gallery.FLAT - np.sqrt(1 - 4 * gallery.FLAT)) / (2 * gallery.FLAT))
    assert low == (-6, pytest.approx(-edge, abs=0.05)) and high == (
        pytest.approx(edge, abs=0.05),
        6,
    )
    assert not gallery.runs(np.abs(gallery.PAIRS["leaky_relu"][1](gallery.Z)) < gallery.FLAT)


def test_the_walk_shows_the_slopes_of_its_own_loss():
    rng = np.random.default_rng(0)
    weights = rng.normal(size=13)
    for y in (0, 1):
        made = dict(x1=0.7, x2=-1.3, y=y)
        numbers = demos.backpropagation(**made, weights=tuple(weights)).numbers()

        def loss(weights, made=made):
            return demos.backpropagation(**made, weights=tuple(weights)).numbers()["loss"]

        slopes = [*numbers["dW1"].ravel(), *numbers["dz1"], *numbers["dW2"], numbers["dz2"]]
        assert np.allclose(slopes, approx_fprime(weights, loss, 1e-7), atol=1e-6)
        assert np.isclose(numbers["loss"], log_loss([y], [numbers["p"]], labels=[0, 1]))


def test_a_number_is_shown_when_the_walk_has_come_to_it():
    seen = []
    for stop in range(walk_through.STOPS + 1):
        (_, drawn), *_ = demos.backpropagation(stop=stop).layers()
        texts = [layer.text for layer in drawn if hasattr(layer, "text")]
        seen.append((sum("a = " in t for t in texts), sum("∂" in t for t in texts)))
    # per hidden unit one activation; ∂z and output weights, then per hidden unit ∂z and 2 weights
    assert seen == [
        (0, 0),
        (1, 0),
        (2, 0),
        (3, 0),
        (3, 0),
        (3, 0),
        (3, 4),
        (3, 7),
        (3, 10),
        (3, 13),
    ]


# --- The laboratory ------------------------------------------------------------------------------


def forward(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, expit(Z2)


def backward(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dZ1 = dZ2 @ W2.T * (1 - A1**2)
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def without_derivative(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dZ1 = dZ2 @ W2.T
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def test_the_students_functions_train_as_the_library_does():
    ours = demos.playground(epochs=60)
    theirs = demos.playground(forward, backward, code="mine", epochs=60)
    for name, values in ours.history.items():
        assert np.allclose(values, theirs.history[name]), name
    wrong = demos.playground(forward, without_derivative, code="mine", epochs=60)
    assert not np.allclose(ours.history["loss"], wrong.history["loss"])
    assert theirs.link() == "demos.playground(forward, backward, code='mine', epochs=60)"


def test_functions_that_return_nothing_are_told_so():
    def not_yet(*arguments): ...

    hand = Hand(demos.playground(not_yet, not_yet))
    hand.touch(code="mine")
    hand.press("step")
    assert "not_yet returns nothing yet" in hand.stage.status and not hand.stage.error


def test_a_function_that_fails_is_shown():
    hand = Hand(demos.playground(forward, lambda *arguments: 1 / 0))
    hand.touch(code="mine")
    hand.press("step")
    assert hand.stage.error.startswith("ZeroDivisionError")


def test_the_laboratory_solves_what_it_should_and_not_what_it_cannot():
    assert demos.playground(units=4, epochs=500).history["accuracy"][-1] > 0.97
    assert demos.playground(units=1, epochs=500).history["accuracy"][-1] < 0.85
    equal = demos.playground(init="all equal", epochs=50).network.layers[0].params["W"]
    assert np.allclose(equal, equal[:, :1]), "equal weights stay equal"
    zero = demos.playground(init="all zero", epochs=50)
    assert not zero.network.layers[0].params["W"].any()
    linear = demos.playground(activation="none", hidden_layers=3, epochs=300)
    assert linear.history["accuracy"][-1] < 0.75


def test_divergence_is_said_and_drawn():
    recipe = dict(activation="none", hidden_layers=3, units=16, learning_rate=3.0, pace=20)
    hand = Hand(demos.playground(data="spirals", init="He", **recipe))
    for _ in range(20):
        hand.press("step")
        assert not hand.stage.error
        if "diverged" in hand.stage.status:
            break
    else:
        pytest.fail("it did not diverge")


@pytest.mark.parametrize("batch_size", [1, 10, 50, live_lab.M])
def test_a_picture_stands_for_no_more_steps_than_a_button_can_wait_for(batch_size):
    demo = demos.playground(batch_size=batch_size, pace=20)
    demo.advance()
    assert 1 <= demo.state.epochs <= 20
    assert demo.state.epochs * live_lab.M / batch_size <= live_lab.MOST_STEPS


def test_points_are_placed_by_click():
    hand = Hand(demos.playground())
    plane = hand.demo.axes["plane"]

    def click(x, y):
        across, up = plane.transData.transform((x, y))
        hand.point((across, hand.demo.figure.bbox.height - up))

    click(0.5, 0.5)
    assert not hand.demo.state.points and "my points" in hand.stage.status
    hand.touch(data="my points")
    hand.press("step")
    assert "both classes" in hand.stage.status
    click(0.5, 0.5)
    hand.touch(point_class=0)
    click(-0.5, -0.5)
    assert [k for *_, k in hand.demo.state.points] == [1, 0]
    assert np.allclose(
        [p[:2] for p in hand.demo.state.points], [(0.5, 0.5), (-0.5, -0.5)], atol=0.02
    )
    hand.press("step", times=30)
    assert hand.demo.history["accuracy"][-1] == 1.0
    hand.press("clear")
    assert not hand.demo.state.points


# --- Softmax -------------------------------------------------------------------------------------


def test_softmax_is_that_of_scipy_and_the_naive_formula_breaks():
    demo = demos.softmax(temperature=0.5)
    z, P, naive = demo.probabilities()
    assert np.allclose(z, 2 * np.array(demo.state.logits))
    assert np.allclose(P, softmax(z)) and np.allclose(naive, P)
    big = demos.softmax(factor=1000)
    z, P, naive = big.probabilities()
    assert np.isfinite(P).all() and np.isclose(P.sum(), 1) and P.argmax() == z.argmax()
    assert np.isnan(naive).any() and "nan" in big.words()


def test_a_slider_moves_one_logit_and_presets_move_all():
    hand = Hand(demos.softmax(presets={"mine": range(10)}))
    before = hand.demo.state.logits
    hand.touch(z4=-3.5)
    assert hand.demo.state.logits == (*before[:4], -3.5, *before[5:])
    assert hand.value("preset")[1] == "set by hand"
    hand.touch(preset="mine")
    assert hand.demo.state.logits == tuple(map(float, range(10)))
    assert hand.value("preset")[1] == "mine" and hand.value("z9")[1] == 9


def test_scales_do_to_the_first_loss_what_the_lesson_says():
    published, mended = demos.first_weights(), demos.first_weights(scale_1=1 / 28, scale_2=1 / 8)
    Z = published.network.forward(published.X)
    assert np.isclose(published.loss_now, softmax_cross_entropy(published.y, Z)[0])
    assert published.loss_now > 5 and abs(mended.loss_now - np.log(10)) < 0.3
    assert published.slope < 0.1 < 0.2 < mended.slope


def test_an_earlier_run_stays_until_it_is_forgotten():
    hand = Hand(demos.first_weights())
    hand.press("step", times=3)
    losses = list(hand.demo.losses)
    hand.touch(scale_2=0.3)
    assert hand.demo.earlier == [losses] and hand.demo.state.steps == 0
    hand.press("forget")
    assert not hand.demo.earlier


# --- The race ------------------------------------------------------------------------------------


def start(hand, slices=1, **settings):
    """Choose the settings, press Start, and let the demo do so many slices."""
    hand.touch(**settings)
    hand.press("play")
    for _ in range(slices):
        hand.demo.playing = hand.demo.playing and hand.demo.advance()
    hand.demo.refresh()


def drawn(demo, name, kind):
    """Return what of a kind the picture has in one of its parts."""
    layers = next(layers for ax, layers in demo.layers() if ax is demo.axes[name])
    return [layer for layer in layers if isinstance(layer, kind)]


@pytest.mark.parametrize("batch_size", [200, racing.M])
@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        ("gradient descent", SGD(0.01)),
        ("momentum", SGD(0.01, momentum=0.9)),
        ("Nesterov", SGD(0.01, momentum=0.9, nesterov=True)),
        ("RMSProp", RMSProp(0.01)),
        ("Adam", Adam(0.01)),
    ],
)
def test_a_run_is_what_train_does_weight_by_weight(name, optimizer, batch_size):
    X, y, *held_out = racing._images()
    rng, size = np.random.default_rng(3), min(batch_size, len(X))
    network = Network([Dense(784, 32, rng=rng), ReLU(), Dense(32, 10, rng=rng)])
    recipe = dict(loss=softmax_cross_entropy, optimizer=optimizer, batch_size=size, rng=rng)
    history = train(network, X, y, epochs=2, validation=held_out, **recipe)
    steps = 2 * -(-len(X) // size)
    (run,) = demos.race(seed=3, runs=[(name, 0.01, batch_size, steps)]).runs
    for ours, theirs in zip(run.network.layers, network.layers, strict=True):
        assert all(np.array_equal(ours.params[k], theirs.params[k]) for k in theirs.params)
    assert run.loss == history.validation_loss[-1] and run.epoch == 2
    X, y = held_out
    P = softmax(run.network.forward(X).astype(float), axis=1)
    assert np.isclose(run.loss, log_loss(y, P, labels=range(10)), rtol=1e-4)
    assert run.accuracy == accuracy_score(y, P.argmax(axis=1))


def test_all_runs_start_from_the_same_weights_and_see_the_same_images():
    one, other = (racing.Run(name, 0.1, 50, 0) for name in ("gradient descent", "Adam"))
    for a, b in zip(one.network.layers, other.network.layers, strict=True):
        assert all(np.array_equal(a.params[k], b.params[k]) for k in a.params)
    for _ in range(3):
        assert np.array_equal(next(one.batches)[0], next(other.batches)[0])
    large = next(racing.Run("Adam", 0.1, 200, 0).batches)[1]
    small = racing.Run("Adam", 0.1, 50, 0).batches
    assert np.array_equal(np.concatenate([next(small)[1] for _ in range(4)]), large)
    assert not np.array_equal(next(racing.Run("Adam", 0.1, 200, 1).batches)[1], large)


def test_no_run_is_judged_on_what_it_learned_from_or_on_test_images():
    X, y, X_held_out, y_held_out = racing._images()
    both = np.concatenate([X, X_held_out]), np.concatenate([y, y_held_out])
    digits = load_images("mnist", raw=True)
    assert len(both[0]) == min(6000, len(digits.X_train)) and len(X) == 5 * len(X_held_out)
    assert np.array_equal(both[0], digits.X_train[: len(both[0])] / np.float32(255))
    assert np.array_equal(both[1], digits.y_train[: len(both[0])])


def test_how_fast_the_machine_is_changes_no_curve(monkeypatch):
    """Slices of a step each, or one for all: the same run, which the link makes again."""
    curves = []
    for seconds in (1e-9, 1e9):
        monkeypatch.setattr(racing, "SLICE", seconds)
        hand = Hand(demos.race(epochs=1, batch_size=200))
        start(hand, 25)
        assert hand.stage.status.startswith("Finished") and not hand.demo.playing
        curves.append(hand.demo.runs[0].curve("steps"))
    assert np.array_equal(*curves)
    again = eval(hand.demo.link(), {"demos": demos})
    assert np.array_equal(again.runs[0].curve("steps"), curves[0])
    assert again.state == hand.demo.state and again.static() == hand.demo.static()


def test_stop_keeps_the_curve_and_start_goes_on():
    async def scenario(hand):
        hand.press("play")
        assert hand.value("play")[1] == "Stop"
        await until(lambda: hand.demo.runs[0].steps > 1)
        assert "images a second" in hand.stage.words and drawn(hand.demo, "bar", Text)
        hand.press("play")
        assert hand.value("play")[1] is None
        await until(hand.demo.task.done)
        (run,), steps = hand.demo.runs, hand.demo.runs[0].steps
        assert hand.stage.status.startswith(f"Stopped at step {steps:,}.")
        assert f"step {steps:,}," in hand.stage.words and not drawn(hand.demo, "bar", Text)
        assert len(drawn(hand.demo, "curves", Line)) == 1
        assert hand.demo.state.runs == (run.record(),) and run.record()[:4] == (
            *run.recipe,
            steps,
        )
        hand.press("play")
        await until(lambda: run.steps > steps)
        hand.press("clear")
        await until(hand.demo.task.done)
        assert not hand.demo.runs and hand.demo.link() == ("demos.race(batch_size=10, epochs=300)")

    live(scenario, demos.race, batch_size=10, epochs=300)


def test_runs_are_overlaid_each_with_a_look_of_its_own(monkeypatch):
    monkeypatch.setattr(racing, "SLICE", 1e-9)
    hand = Hand(demos.race())
    for k, name in enumerate(racing.OPTIMIZERS, 1):
        start(hand, 2, optimizer=name)
        hand.press("play")
        assert len(drawn(hand.demo, "curves", Line)) == k
        said = [text.text for text in drawn(hand.demo, "key", Text)]
        assert f"{name}, rate 0.1" in said and hand.stage.words.count("step 2,") == k
    start(hand, 2, batch_size=10)
    hand.press("play")
    for name in ("curves", "key"):
        lines, marks = drawn(hand.demo, name, Line), drawn(hand.demo, name, Points)
        assert len({line.colour for line in lines}) == len({mark.marker for mark in marks}) == 6
        assert [line.colour for line in lines] == [mark.colour for mark in marks]
    start(hand, 1, batch_size=50)  # one that is kept: it goes on
    assert len(hand.demo.runs) == 6 and hand.demo.runs[4].steps == 3
    hand.press("play")
    start(hand, 1, learning_rate=1.0)
    assert "6 runs are kept" in hand.stage.status and not hand.demo.playing
    hand.press("remove")
    start(hand, 1)
    assert [run.steps for run in hand.demo.runs] == [2, 2, 2, 2, 3, 1]


def test_divergence_ends_the_curve_and_is_said():
    hand = Hand(demos.race(optimizer="Nesterov", learning_rate=10.0))
    start(hand, 500)
    (run,) = hand.demo.runs
    assert hand.stage.status.startswith(f"Diverged at step {run.steps}:") and not hand.stage.error
    assert not hand.demo.playing and run.steps < 500
    assert np.isfinite(run.curve("steps")).all()
    assert "batch 50: diverged" in [text.text for text in drawn(hand.demo, "key", Text)]
    assert [mark.marker for mark in drawn(hand.demo, "curves", Points)] == ["o", "x"]
    assert eval(hand.demo.link(), {"demos": demos}).static() == hand.demo.static()
    start(hand, 1)
    assert "This run diverged" in hand.stage.status and not hand.demo.playing


def test_a_run_that_only_guesses_is_told_so(monkeypatch):
    """All hidden units dead: no divergence, and nothing learned."""
    monkeypatch.setattr(racing, "SLICE", 1e9)
    hand = Hand(demos.race(learning_rate=3.0, batch_size=10, epochs=1))
    start(hand)
    guess = log_loss(range(10), np.full((10, 10), 0.1))
    assert np.isclose(racing.GUESS, guess) and abs(hand.demo.runs[0].loss - guess) < 0.1
    assert "no better than a guess" in hand.stage.status
    start(hand, learning_rate=0.1)
    assert "guess" not in hand.stage.status and hand.stage.status.startswith("Finished: ")


def test_a_finished_run_goes_on_where_more_epochs_are_asked_for(monkeypatch):
    monkeypatch.setattr(racing, "SLICE", 1e9)
    hand = Hand(demos.race(batch_size=1000, epochs=1))
    start(hand)
    steps = hand.demo.runs[0].steps
    start(hand)
    assert "kept already" in hand.stage.status and hand.demo.runs[0].steps == steps
    start(hand, epochs=3)
    assert [run.steps for run in hand.demo.runs] == [3 * steps]


def test_the_same_run_against_steps_epochs_and_seconds():
    timed, not_timed = demos.race(
        runs=[("Adam", 0.001, 200, 30, 1.5), ("Adam", 0.01, 200, 30)]
    ).runs
    steps, losses = timed.curve("steps").T
    assert steps[0] == 1 and steps[-1] == 30 and losses[-1] == timed.loss < losses[0]
    per_epoch = -(-len(racing._images()[0]) // 200)
    for against, end in (("epochs", 30 / per_epoch), ("seconds", 1.5)):
        x, again = timed.curve(against).T
        assert np.allclose(x, steps * end / 30) and np.array_equal(again, losses)
    assert np.isnan(not_timed.curve("seconds")[:, 0]).all()


def test_nothing_that_a_notebook_stores_was_timed():
    """The same on every machine, however often it is run: the example, and runs without times."""
    demo = demos.race(runs=[("Adam", 0.001, 200, 5)])
    assert "not timed" in repr(demo) and " s\n" not in repr(demo) + "\n"
    assert demos.race().static() == demos.race(optimizer="Adam", against="seconds").static()
    assert demos.race().static() != demos.race(against="epochs").static()
