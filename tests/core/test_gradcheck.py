"""Gradient checking agrees with SciPy and known derivatives, and catches planted bugs."""

import numpy as np
import pytest
from reference import frozen, says
from scipy.optimize import approx_fprime, rosen, rosen_der

from course_lib import activations, losses
from course_lib.gradcheck import check_gradients, numerical_gradient, relative_error
from course_lib.layers import Activation, Dense, Sigmoid, Tanh
from course_lib.network import Network


def test_numerical_gradient_is_that_of_known_functions_and_of_scipy():
    w = frozen([0.7, -1.2, 1.5, 0.3])
    np.testing.assert_allclose(numerical_gradient(rosen, w), rosen_der(w), rtol=1e-7)
    np.testing.assert_allclose(numerical_gradient(rosen, w), approx_fprime(w, rosen), rtol=1e-5)
    gradient = numerical_gradient(lambda w: np.sin(w).sum(), w)
    np.testing.assert_allclose(gradient, np.cos(w), rtol=1e-9)


def test_numerical_gradient_is_centred_and_uses_the_step_it_is_given():
    # of x³ centred differences give 3x² + h², exactly; one-sided ones 3x² + 3xh + h²
    assert numerical_gradient(lambda w: w**3, 2.0, h=0.5) == pytest.approx(12.25, rel=1e-12)
    points = []
    numerical_gradient(lambda w: points.append(w.copy()) or 0.0, [1.0, 2.0], h=0.25)
    np.testing.assert_array_equal(points, [[1.25, 2], [0.75, 2], [1, 2.25], [1, 1.75]])
    points.clear()
    numerical_gradient(lambda w: points.append(w.copy()) or 0.0, [1.0])
    np.testing.assert_allclose(np.subtract(*points), 2e-5, rtol=1e-6)


def test_a_network_of_ones_own_is_checked_as_it_is():
    """Its backward forgets what its forward does."""

    class Doubled(Network):
        def forward(self, X):
            return 2 * super().forward(X)

    rng = np.random.default_rng(0)
    net, X = Doubled([Dense(3, 2, rng=rng)]), rng.normal(size=(4, 3))
    assert check_gradients(net, losses.mean_squared_error, X, np.zeros((4, 2))) > 0.1


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3)])
def test_numerical_gradient_takes_any_shape_and_works_in_float64(shape):
    w = frozen(np.arange(np.prod(shape, dtype=int)).reshape(shape), np.float32)
    gradient = numerical_gradient(lambda w: (w**2).sum(), w)
    assert gradient.shape == shape and gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, 2 * w, atol=1e-8)
    whole = numerical_gradient(lambda w: (w**2).sum(), np.array([1, 2]))
    np.testing.assert_allclose(whole, [2, 4], rtol=1e-8)


@pytest.mark.parametrize("h", [0, -1e-5, np.nan, np.inf, "1e-5", None, True])
def test_a_step_that_is_none_is_refused(h):
    with pytest.raises(ValueError) as refusal:
        numerical_gradient(np.sum, [1.0], h=h)
    says(refusal, f"h is {h!r}", "expected a number above 0", "1e-5")


def test_relative_error_compares_the_distance_with_the_sizes():
    assert relative_error([3.0, 0], [0, 4.0]) == pytest.approx(5 / 7)
    assert relative_error([[1.0]], [[1.0]]) == 0
    assert relative_error([1.0], [-1.0]) == 1
    assert relative_error([0.0, 0], [0, 0]) == 0
    assert relative_error([1e-9], [3e-9]) == pytest.approx(0.5)
    assert relative_error(np.float32([1]), [1 + 1e-12]) == pytest.approx(5e-13, rel=1e-3)
    assert isinstance(relative_error([1], [2]), float)
    # of float32 too, whose own squares would overflow
    assert relative_error(np.float32([1e30]), np.float32([3e30])) == pytest.approx(0.5)


def test_relative_error_refuses_shapes_that_would_broadcast_and_numbers_that_are_none():
    with pytest.raises(ValueError) as refusal:
        relative_error(np.ones(3), np.ones((3, 1)))
    says(refusal, "b has shape (3, 1)", "that of a, (3,)")
    for a, b, name in [([1, np.nan], [1, 1], "a"), ([1, 1], [np.inf, 1], "b")]:
        with pytest.raises(ValueError) as refusal:
            relative_error(a, b)
        says(refusal, f"{name} holds 1 NaN or infinite value;", "expected finite numbers")


rng = np.random.default_rng(11)
X, y = frozen(rng.normal(size=(6, 4))), frozen([0, 2, 1, 1, 0, 2])


def three_layers(hidden=None, first=None):
    rng = np.random.default_rng(12)
    network = Network([first or Dense(4, 5, rng=rng), hidden or Tanh(), Dense(5, 3, rng=rng)])
    for layer in network.layers[::2]:
        layer.params["b"] = rng.normal(size=layer.params["b"].shape)
    return network


def test_right_gradients_pass_and_nothing_is_changed():
    network = three_layers().astype(np.float32)
    before = [
        {name: value.copy() for name, value in layer.params.items()} for layer in network.layers
    ]
    found = check_gradients(network, losses.softmax_cross_entropy, X, y)
    assert isinstance(found, float) and found < 1e-7
    assert found > 0  # two ways of computing never agree to the last digit
    for layer, params in zip(network.layers, before, strict=True):
        assert layer.grads == {}
        for name, value in params.items():
            assert layer.params[name].dtype == np.float32
            np.testing.assert_array_equal(layer.params[name], value)


def test_data_in_float32_or_whole_numbers_are_checked_in_float64():
    for X_ in (X.astype(np.float32), np.eye(4, dtype=int), np.eye(4, dtype=bool)):
        assert (
            check_gradients(three_layers(), losses.softmax_cross_entropy, X_, y[: len(X_)]) < 1e-7
        )


def test_the_step_reaches_the_differences():
    loss = losses.softmax_cross_entropy
    assert check_gradients(three_layers(), loss, X, y, h=0.1) > 1e-5


def not_averaged(y, Z):
    value, dZ = losses.softmax_cross_entropy(y, Z)
    return value, dZ * len(Z)


def wrong_sign(y, Z):
    value, dZ = losses.softmax_cross_entropy(y, Z)
    return value, -dZ


class Planted(Dense):
    """A Dense layer of 4 inputs and 5 units; `bug` spoils what backward has computed."""

    def __init__(self, bug):
        super().__init__(4, 5, rng=np.random.default_rng(13))
        self.bug = bug

    def backward(self, dZ, *, input_gradient=False):
        dX = super().backward(dZ, input_gradient=input_gradient)
        self.bug(self.grads, dZ)
        return dX


class Transposed(Dense):
    """A square layer that hands W down where it should hand down W transposed."""

    def backward(self, dZ, *, input_gradient=False):
        super().backward(dZ)
        return dZ @ self.params["W"]


def square(layer):
    rng = np.random.default_rng(14)
    last = layer(4, 4, rng=rng)
    return Network([Dense(4, 4, rng=rng), Tanh(), last, Sigmoid(), Dense(4, 3, rng=rng)])


def error_of(network, loss=losses.softmax_cross_entropy):
    return check_gradients(network, loss, X, y)


def test_planted_bugs_are_caught():
    assert error_of(three_layers(Activation(activations.tanh, np.ones_like))) > 1e-3
    assert error_of(three_layers(Activation(activations.tanh, activations.tanh))) > 1e-3
    assert error_of(three_layers(), not_averaged) == pytest.approx(5 / 7, rel=1e-6)
    assert error_of(three_layers(), wrong_sign) == pytest.approx(1, rel=1e-6)
    assert error_of(square(Dense)) < 1e-7 and error_of(square(Transposed)) > 1e-3
    halved = Planted(lambda grads, dZ: grads.update(W=grads["W"] / 2))
    assert error_of(three_layers(first=halved)) == pytest.approx(1 / 3, rel=1e-6)
    last_only = Planted(lambda grads, dZ: grads.update(b=dZ[-1]))
    assert error_of(three_layers(first=last_only)) > 1e-3
    assert error_of(three_layers(first=Planted(lambda grads, dZ: None))) < 1e-7


@pytest.mark.parametrize(
    ("bug", "parts"),
    [
        (lambda grads, dZ: grads.update(b=dZ), ["shape (5,)", "that of a, (6, 5)"]),
        (lambda grads, dZ: grads.update(W=grads["W"].T), ["(4, 5)", "(5, 4)"]),
        (lambda grads, dZ: grads.update(W=grads["W"] * np.nan), ["20 NaN or infinite values"]),
        (lambda grads, dZ: grads.pop("b"), ["grads ['W']", "params ['W', 'b']"]),
    ],
)
def test_planted_bugs_that_give_no_gradient_at_all_are_named(bug, parts):
    with pytest.raises(ValueError) as refusal:
        error_of(three_layers(first=Planted(bug)))
    says(refusal, *parts)


def test_a_network_without_parameters_has_nothing_wrong():
    assert check_gradients(Network([Tanh()]), losses.mean_squared_error, X, np.zeros((6, 4))) == 0


def test_unfit_data_are_refused():
    with pytest.raises(ValueError) as refusal:
        check_gradients(three_layers(), losses.softmax_cross_entropy, X[:, :3], y)
    says(refusal, "X has shape (6, 3)", "expected (m, 4)")
