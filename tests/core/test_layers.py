"""Layers: each one's gradients, alone, against differences; shapes, dtypes and the door."""

import numpy as np
import pytest
from reference import NAMES, differences, error, frozen, says

from course_lib import activations, layers
from course_lib._speed import aligned
from course_lib.layers import Activation, Dense, glorot, he
from course_lib.network import Network

LAYERS = dict(
    zip(
        NAMES,
        [
            layers.Sigmoid,
            layers.Tanh,
            layers.ReLU,
            layers.LeakyReLU,
            layers.ELU,
            layers.Softplus,
            layers.SiLU,
            layers.GELU,
        ],
        strict=True,
    )
)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def dense(n_in, n_out, rng):
    layer = Dense(n_in, n_out, rng=rng)
    layer.params["b"] = rng.normal(size=n_out)  # zero would hide what happens to it
    return layer


@pytest.mark.parametrize(("m", "n_in", "n_out"), [(5, 3, 4), (1, 3, 1), (4, 1, 2)])
def test_dense_gradients_are_what_differences_say(rng, m, n_in, n_out):
    layer, X, weight = (
        dense(n_in, n_out, rng),
        rng.normal(size=(m, n_in)),
        rng.normal(size=(m, n_out)),
    )

    def scalar(X, **params):  # any function of the output, with gradient `weight`
        other = dense(n_in, n_out, rng)
        other.params = {**layer.params, **params}
        return (weight * other.forward(X)).sum()

    layer.forward(X)
    dX = layer.backward(weight, input_gradient=True)
    assert error(dX, differences(scalar, X)) <= 1e-6
    for name, value in layer.params.items():
        expected = differences(lambda w, name=name: scalar(X, **{name: w}), value)
        assert error(layer.grads[name], expected) <= 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_activation_gradient_is_what_differences_say(rng, name):
    layer, Z, weight = LAYERS[name](), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    layer.forward(Z)
    dZ = layer.backward(weight, input_gradient=True)
    assert error(dZ, differences(lambda Z: (weight * LAYERS[name]().forward(Z)).sum(), Z)) <= 1e-6
    assert layer.params == layer.grads == {}


@pytest.mark.parametrize("name", NAMES)
def test_each_named_layer_holds_the_pair_of_its_name_and_is_new_each_time(name):
    layer = LAYERS[name]()
    assert layer.f is getattr(activations, name)
    assert layer.f_grad is getattr(activations, f"{name}_grad")
    assert layer is not LAYERS[name]()


def test_dense_computes_x_times_w_plus_b(rng):
    layer = dense(2, 3, rng)
    W, b = layer.params["W"], layer.params["b"]
    Z = layer.forward(np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_allclose(Z[0], [1 * W[0, k] + 2 * W[1, k] + b[k] for k in range(3)])
    np.testing.assert_allclose(Z[1], [3 * W[0, k] + 4 * W[1, k] + b[k] for k in range(3)])


def test_dense_starts_with_zero_biases_and_no_gradients(rng):
    layer = Dense(3, 2, rng=rng)
    assert layer.params.keys() == {"W", "b"}
    np.testing.assert_array_equal(layer.params["b"], np.zeros(2))
    assert layer.params["W"].dtype == layer.params["b"].dtype == np.float64
    assert layer.grads == {}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kept", [np.float64, np.float32])
def test_batches_keep_their_dtype_whatever_that_of_the_weights(rng, dtype, kept):
    layer = dense(3, 2, rng)
    layer.params = {name: frozen(value, kept) for name, value in layer.params.items()}
    X, dZ = frozen(rng.normal(size=(4, 3)), dtype), frozen(rng.normal(size=(4, 2)), dtype)
    assert layer.forward(X).dtype == dtype
    assert layer.backward(dZ, input_gradient=True).dtype == dtype
    assert {gradient.dtype for gradient in layer.grads.values()} == {np.dtype(dtype)}
    for make in LAYERS.values():
        layer = make()
        assert layer.forward(X).dtype == dtype
        assert layer.backward(X, input_gradient=True).dtype == dtype


def test_whole_numbers_are_not_cut_short(rng):
    layer, X, dZ = dense(3, 2, rng), np.array([[1, 0, 1]]), np.array([[1, 0]])
    np.testing.assert_allclose(layer.forward(X), layer.forward(X.astype(float)))
    layer.forward(X)
    dX = layer.backward(dZ, input_gradient=True)
    np.testing.assert_allclose(dX, layer.params["W"][:, 0][None])


def test_backward_replaces_gradients_and_leaves_parameters_alone(rng):
    layer, X = dense(3, 2, rng), frozen(rng.normal(size=(4, 3)))
    before = {name: value.copy() for name, value in layer.params.items()}
    for _ in range(2):  # twice: nothing adds up
        layer.forward(X)
        layer.backward(np.ones((4, 2)))
    np.testing.assert_allclose(layer.grads["b"], [4, 4])
    np.testing.assert_allclose(layer.grads["W"][:, 0], X.sum(axis=0))
    for name, value in before.items():
        np.testing.assert_array_equal(layer.params[name], value)


@pytest.mark.parametrize("make", [lambda rng: Dense(2, 2, rng=rng), lambda rng: layers.Tanh()])
def test_input_gradient_is_left_out_where_it_is_not_wanted(rng, make):
    layer = make(rng)
    layer.forward(np.ones((3, 2)))
    assert layer.backward(np.ones((3, 2))) is None
    assert layer.backward(np.ones((3, 2)), input_gradient=True).shape == (3, 2)


def test_glorot_and_he_draw_the_spread_that_their_papers_ask_for(rng):
    W = glorot(300, 100, rng)
    assert W.shape == (300, 100)
    assert W.var() == pytest.approx(2 / 400, rel=0.02)
    limit = np.sqrt(6 / 400)
    assert 0.999 * limit < W.max() <= limit and -limit <= W.min() < -0.999 * limit
    W = he(300, 100, rng)
    assert W.shape == (300, 100)
    assert W.var() == pytest.approx(2 / 300, rel=0.03)
    assert abs(W.mean()) < 3 * np.sqrt(2 / 300 / 30_000)
    assert np.abs(W).max() > 3.5 * np.sqrt(2 / 300)  # has the tails of a Gaussian


def test_dense_draws_glorot_weights_unless_told_otherwise():
    first = Dense(3, 2, rng=np.random.default_rng(1)).params["W"]
    np.testing.assert_array_equal(first, glorot(3, 2, np.random.default_rng(1)))
    second = Dense(3, 2, rng=np.random.default_rng(1), init=he).params["W"]
    np.testing.assert_array_equal(second, he(3, 2, np.random.default_rng(1)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_aligned_copies_to_where_a_cache_line_starts(rng, dtype):
    kept = []  # so that each array finds other memory
    for n in range(1, 40):
        A = frozen(rng.normal(size=(n, 3)))
        copy = aligned(A, dtype)
        assert copy.ctypes.data % 64 == 0 and copy.dtype == dtype
        np.testing.assert_array_equal(copy, A.astype(dtype))
        assert copy.flags.writeable and not np.shares_memory(copy, A)
        kept.append(copy)


def test_weights_start_where_a_cache_line_does(rng):
    for n in range(1, 40):
        network = Network([Dense(n, 3, rng=rng)])
        for dtype in (np.float64, np.float32):
            values = network.astype(dtype).layers[0].params.values()
            assert [W.ctypes.data % 64 for W in values if W.ndim == 2] == [0]


def test_dense_copies_the_weights_that_its_init_gives(rng):
    mine = frozen(np.ones((3, 2)), np.float32)
    layer = Dense(3, 2, rng=rng, init=lambda n_in, n_out, rng: mine)
    assert layer.params["W"].dtype == np.float64
    layer.params["W"] += 1
    np.testing.assert_array_equal(mine, np.ones((3, 2)))


@pytest.mark.parametrize(
    ("arguments", "refused", "parts"),
    [
        ({"n_in": 0}, ValueError, ["n_in is 0", "whole number of at least 1"]),
        ({"n_out": 2.5}, ValueError, ["n_out is 2.5", "whole number"]),
        ({"n_out": True}, ValueError, ["n_out is True"]),
        ({"n_in": "3"}, ValueError, ["n_in is '3'"]),
        ({"rng": 0}, TypeError, ["rng is 0", "Generator", "rng=np.random.default_rng(0)"]),
        ({"rng": np.random.RandomState(0)}, TypeError, ["RandomState", "default_rng"]),
        (
            {"init": lambda n_in, n_out, rng: np.ones((n_out, n_in))},
            ValueError,
            ["init gave weights of shape (2, 3)", "expected (3, 2)", "Inputs count rows"],
        ),
    ],
)
def test_dense_refuses_what_is_no_layer(rng, arguments, refused, parts):
    with pytest.raises(refused) as refusal:
        Dense(**{"n_in": 3, "n_out": 2, "rng": rng, **arguments})
    says(refusal, *parts)


@pytest.mark.parametrize("pair", [(activations.relu, None), ("relu", activations.relu_grad)])
def test_activation_refuses_what_is_no_pair_of_functions(pair):
    with pytest.raises(ValueError) as refusal:
        Activation(*pair)
    says(refusal, "Activation got", "expected two functions, f and its derivative")


@pytest.mark.parametrize("shape", [(3,), (5, 2), (3, 5), (2, 5, 3)])
def test_dense_refuses_inputs_of_another_shape(rng, shape):
    with pytest.raises(ValueError) as refusal:
        dense(3, 2, rng).forward(np.ones(shape))
    says(refusal, f"X has shape {shape}", "expected (m, 3)", "X.T")


@pytest.mark.parametrize("shape", [(2,), (5,), (5, 3), (1, 2), (5, 1), (4, 2)])
def test_backward_refuses_gradients_of_another_shape(rng, shape):
    layer = dense(3, 2, rng)
    layer.forward(np.ones((5, 3)))
    with pytest.raises(ValueError) as refusal:
        layer.backward(np.ones(shape))
    says(refusal, f"dZ has shape {shape}", "expected (5, 2)", "another forward pass")
    layer = layers.ReLU()
    layer.forward(np.ones((5, 2)))
    with pytest.raises(ValueError) as refusal:
        layer.backward(np.ones(shape))
    says(refusal, f"dA has shape {shape}", "expected (5, 2)")


def test_backward_before_forward_is_refused(rng):
    for layer in [dense(3, 2, rng), layers.ReLU()]:
        with pytest.raises(ValueError) as refusal:
            layer.backward(np.ones((5, 2)))
        says(refusal, "backward came before forward", "run forward")
