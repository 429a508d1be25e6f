"""Networks: gradients against autograd and differences, prediction, and files bit for bit."""

import io
import json
import os
import pickle
import zipfile
from itertools import pairwise
from types import SimpleNamespace

import autograd
import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from reference import DEFINITIONS, NAMES, differences, error, frozen, quick, says
from scipy import special

from course_lib import _speed, activations, losses
from course_lib._checks import NotFiniteError
from course_lib.layers import Activation, Dense, ReLU, Tanh
from course_lib.network import Network, labels


def named(name):
    return Activation(getattr(activations, name), getattr(activations, f"{name}_grad"))


def build(widths, name="tanh", seed=7):
    """A network with `name` between its Dense layers, biases that are not zero."""
    rng = np.random.default_rng(seed)
    layers = []
    for n_in, n_out in pairwise(widths):
        layers += [Dense(n_in, n_out, rng=rng), named(name)]
        layers[-2].params["b"] = rng.normal(size=n_out)
    return Network(layers[:-1])


def weights(network):
    return [(d.params["W"], d.params["b"]) for d in network.layers if d.params]


def data(m, n_in, n_classes, seed=8):
    rng = np.random.default_rng(seed)
    return frozen(rng.normal(size=(m, n_in))), frozen(rng.integers(n_classes, size=m))


LOSSES = {
    1: [losses.sigmoid_cross_entropy, losses.mean_squared_error],
    3: [losses.softmax_cross_entropy],
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hidden", [[], [5], [5, 4], [4, 4, 3, 5]])
@pytest.mark.parametrize("m", [1, 6])
@pytest.mark.parametrize("n_out", [1, 3])
def test_gradients_are_what_autograd_makes_of_the_definition(name, hidden, m, n_out):
    network = build([4, *hidden, n_out], name)
    X, y = data(m, 4, max(2, n_out))
    for loss in LOSSES[n_out]:
        definition = getattr(reference, loss.__name__)
        Y = y[:, None] if n_out == 1 else np.eye(3)[y]

        def mean_loss(parameters, X, Y=Y, definition=definition):
            return definition(Y, reference.network(parameters, X, DEFINITIONS[name]))

        value, dZ = loss(y, network.forward(X))
        assert value == pytest.approx(mean_loss(weights(network), X), abs=1e-12)
        dX = network.backward(dZ, input_gradient=True)
        theirs = autograd.grad(mean_loss)(weights(network), np.array(X))
        dense = [layer for layer in network.layers if layer.params]
        for layer, (dW, db) in zip(dense, theirs, strict=True):
            np.testing.assert_allclose(layer.grads["W"], dW, rtol=0, atol=1e-10)
            np.testing.assert_allclose(layer.grads["b"], db, rtol=0, atol=1e-10)
        expected = autograd.grad(mean_loss, 1)(weights(network), np.array(X))
        np.testing.assert_allclose(dX, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_what_differences_say(name):
    network, (X, y) = build([4, 5, 3], name), data(6, 4, 3)
    loss = losses.softmax_cross_entropy
    dX = network.backward(loss(y, network.forward(X))[1], input_gradient=True)
    for layer in network.layers:
        for key, gradient in layer.grads.items():
            kept = layer.params[key]

            def moved(w, layer=layer, key=key):
                layer.params[key] = w
                return loss(y, network.forward(X))[0]

            assert error(gradient, differences(moved, kept)) <= 1e-6
            layer.params[key] = kept
    assert error(dX, differences(lambda X: loss(y, network.forward(X))[0], X)) <= 1e-6


def test_one_hot_and_labels_lead_to_the_same_gradients():
    network, (X, y) = build([4, 5, 3]), data(6, 4, 3)
    Z = network.forward(X)
    value, dZ = losses.softmax_cross_entropy(y, Z)
    value_one_hot, dZ_one_hot = losses.softmax_cross_entropy(np.eye(3)[y], Z)
    assert value == value_one_hot
    np.testing.assert_array_equal(dZ, dZ_one_hot)


def test_the_input_gradient_is_made_only_where_it_is_wanted():
    for network in [build([4, 3]), build([4, 5, 3]), Network([Tanh()])]:
        Z = network.forward(np.ones((2, 4)))
        assert network.backward(np.ones_like(Z)) is None
        assert network.backward(np.ones_like(Z), input_gradient=True).shape == (2, 4)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_of_the_data_is_kept_all_the_way(name, dtype):
    network, (X, y) = build([4, 5, 3], name), data(6, 4, 3)
    Z = network.forward(frozen(X, dtype))
    _, dZ = losses.softmax_cross_entropy(y, Z)
    dX = network.backward(dZ, input_gradient=True)
    kinds = {Z.dtype, dZ.dtype, dX.dtype, network.predict_proba(X.astype(dtype)).dtype}
    kinds |= {g.dtype for layer in network.layers for g in layer.grads.values()}
    assert kinds == {np.dtype(dtype)}
    assert all(W.dtype == b.dtype == np.float64 for W, b in weights(network))


def test_astype_turns_all_parameters_and_hands_back_the_network():
    network = build([4, 5, 3])
    before = weights(network)
    assert network.astype(np.float32) is network
    held = weights(network)
    network.astype(np.float32)  # nothing is left to do, and nothing is copied
    for (W, b), (W64, b64), (W_held, b_held) in zip(weights(network), before, held, strict=True):
        assert W is W_held and b is b_held
        assert W.dtype == b.dtype == np.float32
        np.testing.assert_array_equal(W, W64.astype(np.float32))
        np.testing.assert_array_equal(b, b64.astype(np.float32))


def test_parameters_are_listed_once_each_from_the_first_layer_to_the_last():
    net = build([4, 5, 3])
    names = [(net.layers.index(layer), name) for layer, name in net.parameters()]
    assert names == [(0, "W"), (0, "b"), (2, "W"), (2, "b")]
    assert sum(layer.params[name].size for layer, name in net.parameters()) == 4 * 5 + 5 + 5 * 3 + 3


def test_a_copy_has_parameters_of_its_own_and_no_gradients():
    net, X = build([4, 5, 3]), np.random.default_rng(0).normal(size=(2, 4))
    Z = net.forward(X)
    net.backward(np.ones_like(Z))
    twin = net.copy()
    np.testing.assert_array_equal(twin.forward(X), Z)
    assert all(layer.grads == {} for layer in twin.layers) and net.layers[0].grads
    for layer, name in twin.parameters():
        layer.params[name] += 1
    np.testing.assert_array_equal(net.forward(X), Z)
    twin.restore(net.values())
    np.testing.assert_array_equal(twin.forward(X), Z)
    with pytest.raises(ValueError):
        twin.restore(build([4, 3]).values())


def test_number_of_outputs_is_that_of_the_last_dense_layer():
    assert build([4, 5, 3]).n_out == 3
    assert Network([*build([4, 5, 3]).layers, named("sigmoid")]).n_out == 3
    assert Network([named("sigmoid")]).n_out is None

    class OfOnesOwn(Dense):
        pass

    assert Network([OfOnesOwn(4, 2, rng=np.random.default_rng(0))]).n_out == 2
    unknown = SimpleNamespace(forward=None, backward=None, params={}, grads={})
    assert Network([*build([4, 6]).layers, unknown]).n_out is None


def test_prediction_is_the_largest_of_the_probabilities():
    network, (X, _) = build([4, 3]), data(50, 4, 3)
    P = network.predict_proba(X)
    np.testing.assert_allclose(P, special.softmax(network.forward(X), axis=1), atol=1e-15)
    np.testing.assert_array_equal(network.predict(X), P.argmax(axis=1))
    assert set(network.predict(X)) == {0, 1, 2}


def test_one_output_predicts_one_where_the_probability_is_at_least_a_half():
    network, (X, _) = build([4, 1]), data(50, 4, 2)
    p = network.predict_proba(X)
    assert p.shape == (50,)
    np.testing.assert_allclose(p, special.expit(network.forward(X)[:, 0]), atol=1e-15)
    np.testing.assert_array_equal(network.predict(X), p >= 0.5)
    assert set(network.predict(X)) == {0, 1}
    np.testing.assert_array_equal(labels(np.array([[-1e-3], [0.0], [1e-3]])), [0, 1, 1])
    assert labels(np.zeros((2, 1))).dtype.kind == "i"
    np.testing.assert_array_equal(labels(np.array([[0.0, 0.0], [0, 1]])), [0, 1])  # first of two


def test_number_of_inputs_is_that_of_the_first_dense_layer():
    assert build([4, 5, 3]).n_in == 4
    assert Network([Tanh(), Dense(6, 2, rng=np.random.default_rng(0))]).n_in == 6
    assert Network([Tanh()]).n_in is None


some = Dense(3, 2, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("layers", "parts"),
    [
        ([], ["layers is empty", "at least one layer"]),
        ([Dense], ["class 'course_lib.layers.Dense'", "brackets missing"]),
        ([some, ReLU], ["function ReLU", "expected layers such as", "brackets missing"]),
        ([activations.relu], ["function relu", "brackets missing"]),
        ([Network([some])], ["Network object", "expected layers"]),
        ([some, Tanh(), Dense(3, 2, rng=np.random.default_rng(0))], ["2 units", "3 inputs"]),
        ([some, some], ["same layer twice", "layer of its own"]),
        ([relu := ReLU(), some, relu], ["same layer twice", "remembers its input", "ReLU()"]),
    ],
)
def test_layers_that_make_no_network_are_refused(layers, parts):
    with pytest.raises(ValueError) as refusal:
        Network(layers)
    says(refusal, *parts)


def test_layers_are_copied_into_a_list_of_its_own():
    mine = [some]
    network = Network(mine)
    mine.append(Tanh())
    assert network.layers == [some]
    assert Network(iter([some])).layers == [some]


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
@pytest.mark.parametrize(
    ("X", "parts"),
    [
        (np.ones(4), ["X has shape (4,)", "expected (m, 4)", "X.reshape(1, -1)"]),
        (np.ones((2, 2, 2)), ["(2, 2, 2)", "X.reshape(len(X), -1)"]),
        (np.ones((4, 9)), ["(4, 9)", "expected (m, 4)", "X.T"]),
        (np.ones((9, 5)), ["(9, 5)", "expected (m, 4)", "first layer"]),
        (np.ones((0, 4)), ["(0, 4)", "at least one example"]),
        (np.full((2, 4), 255, np.uint8), ["whole numbers from 255 to 255", "X / 255", "float"]),
        ([[np.nan, 0, 0, np.inf]], ["X holds 2 NaN or infinite values", "missing values"]),
        ([["a"] * 4], ["X has dtype <U1", "expected numbers", "text"]),
    ],
)
def test_data_that_do_not_fit_are_refused_by_predictions(method, X, parts):
    with pytest.raises(ValueError) as refusal:
        getattr(build([4, 5, 3]), method)(X)
    says(refusal, *parts)


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
@pytest.mark.parametrize("weight", [np.nan, np.inf, 1e308])
def test_a_diverged_network_says_so_when_asked(method, weight):
    network = build([4, 5, 3], "relu")
    for layer in network.layers[::2]:
        layer.params["W"][:] = weight
    with pytest.raises(NotFiniteError) as refusal:
        getattr(network, method)(np.array([[1.0, -1.0, 2.0, 3.0]]))
    says(refusal, "NaN or infinite", "diverged", "diagnose")


def test_one_diverged_output_is_enough():
    network = build([4, 3])
    network.layers[0].params["b"][1] = np.nan
    with pytest.raises(NotFiniteError):
        network.predict(np.ones((2, 4)))


def test_backward_before_forward_is_refused():
    with pytest.raises(ValueError) as refusal:
        build([4, 5, 3]).backward(np.ones((2, 3)))
    says(refusal, "backward came before forward")


def same_bits(a, b):
    assert [type(layer) for layer in a.layers] == [type(layer) for layer in b.layers]
    for one, other in zip(a.layers, b.layers, strict=True):
        assert one.params.keys() == other.params.keys()
        for name, value in one.params.items():
            assert value.dtype == other.params[name].dtype
            assert value.shape == other.params[name].shape
            assert value.tobytes() == other.params[name].tobytes()
        if isinstance(one, Activation):
            assert (one.f, one.f_grad) == (other.f, other.f_grad)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_saved_networks_come_back_bit_for_bit(tmp_path, name, dtype):
    network = build([4, 5, 1, 3], name).astype(dtype)
    network.layers[0].params["W"] = np.asfortranarray(network.layers[0].params["W"])
    path = network.save(tmp_path / "mine")
    assert path == tmp_path / "mine.npz"
    loaded = Network.load(path)
    same_bits(network, loaded)
    X = data(3, 4, 3)[0].astype(dtype)
    np.testing.assert_array_equal(network.forward(X), loaded.forward(X))
    assert os.listdir(tmp_path) == ["mine.npz"]


def test_the_suffix_may_be_left_out_and_the_path_be_a_string(tmp_path):
    network = build([4, 3])
    path = network.save(str(tmp_path / "mine"))
    same_bits(Network.load(str(tmp_path / "mine")), network)
    assert network.save(tmp_path / "mine.npz") == path
    assert network.save(tmp_path / "mine.other").name == "mine.other"
    same_bits(Network.load(tmp_path / "mine.other"), network)


def test_files_hold_no_pickle_and_no_more_than_arrays(tmp_path):
    with np.load(build([4, 5, 3]).save(tmp_path / "mine"), allow_pickle=False) as file:
        assert sorted(file) == ["0.W", "0.b", "2.W", "2.b", "layers"]
        assert json.loads(str(file["layers"])) == ["Dense", "tanh", "Dense"]


def test_a_saved_file_is_as_readable_as_any_other(tmp_path):
    (tmp_path / "other").touch()
    path = build([4, 3]).save(tmp_path / "mine")
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("step", ["savez", "replace"])
@pytest.mark.parametrize("reason", [OSError("disk full"), KeyboardInterrupt()])
def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch, step, reason
):
    path = build([4, 3], seed=1).save(tmp_path / "mine")
    before = path.read_bytes()

    def fail(target, *args, **kwargs):
        if step == "savez":
            target.write(b"half")
        raise reason

    monkeypatch.setattr(*{"savez": (np, "savez"), "replace": (os, "replace")}[step], fail)
    with pytest.raises(type(reason)):
        build([4, 3], seed=2).save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["mine.npz"]


def test_where_nothing_can_be_written_the_reason_comes_through(tmp_path, monkeypatch):
    def fail(*args):
        raise PermissionError("read-only folder")

    monkeypatch.setattr("builtins.open", fail)
    with pytest.raises(PermissionError, match="read-only folder"):
        build([4, 3]).save(tmp_path / "mine")


def test_a_second_save_replaces_the_first(tmp_path):
    build([4, 3], seed=1).save(tmp_path / "mine")
    second = build([4, 5, 3], seed=2)
    same_bits(Network.load(second.save(tmp_path / "mine")), second)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError) as refusal:
        build([4, 3]).save(tmp_path / "nowhere" / "mine")
    says(refusal, "mine.npz", "there is no folder", "nowhere", "spelt")


def doubled(Z):
    return 2 * Z


def relu(Z):
    return Z


@pytest.mark.parametrize(
    "layer",
    [
        Activation(lambda Z: Z, np.ones_like),
        Activation(doubled, np.ones_like),
        Activation(relu, activations.relu_grad),  # another relu than the library's
        Activation(activations.tanh, np.ones_like),  # a planted bug would come back healed
        Activation(activations.softmax, np.ones_like),
    ],
)
def test_activations_of_ones_own_are_not_saved(tmp_path, layer):
    network = Network([Dense(4, 3, rng=np.random.default_rng(0)), layer])
    with pytest.raises(ValueError) as refusal:
        network.save(tmp_path / "mine")
    says(refusal, "layers holds", "no name to save it under", "activations of course_lib")
    assert os.listdir(tmp_path) == []


def test_layers_of_ones_own_are_not_saved(tmp_path):
    class Scale:
        params, grads = {}, {}

        def forward(self, X):
            return X

        def backward(self, dZ, *, input_gradient=False):
            return dZ

    with pytest.raises(ValueError) as refusal:
        Network([Scale()]).save(tmp_path / "mine")
    says(refusal, "Scale object", "no name")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError) as refusal:
        Network.load(tmp_path / "mine")
    says(refusal, "mine.npz", "no such file", "Save a network first")


def write(path, **arrays):
    np.savez(path, **arrays)


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def plain(*kinds):
    return np.array(json.dumps(kinds))


W, b = np.ones((4, 3)), np.ones(3)
FOREIGN = {
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 9),
    "text": lambda path: path.write_text("<html>404</html>"),
    "pickle": lambda path: path.write_bytes(pickle.dumps({"W": W})),
    "one array": lambda path: path.write_bytes(npy(W)),
    "a folder": lambda path: path.mkdir(),
    "no layers": lambda path: write(path, W=W),
    "no list": lambda path: write(path, layers=np.array("3")),
    "an empty list": lambda path: write(path, layers=plain()),
    "no json": lambda path: write(path, layers=np.array("[Dense")),
    "unknown layer": lambda path: write(path, layers=plain("Conv")),
    "a module for a layer": lambda path: write(path, layers=plain("np")),
    "a number for a layer": lambda path: write(path, layers=plain(3)),
    "softmax for a layer": lambda path: write(path, layers=plain("softmax")),
    "no weights": lambda path: write(path, layers=plain("Dense")),
    "no biases": lambda path: write(path, layers=plain("Dense"), **{"0.W": W}),
    "flat weights": lambda path: write(path, layers=plain("Dense"), **{"0.W": b, "0.b": b}),
    "wrong biases": lambda path: write(path, layers=plain("Dense"), **{"0.W": W, "0.b": W[0, :1]}),
    "column biases": lambda path: write(path, layers=plain("Dense"), **{"0.W": W, "0.b": W.T}),
    "no width": lambda path: write(path, layers=plain("Dense"), **{"0.W": W[:, :0], "0.b": b[:0]}),
    "whole weights": lambda path: write(
        path, layers=plain("Dense"), **{"0.W": W.astype(int), "0.b": b}
    ),
    "whole biases": lambda path: write(
        path, layers=plain("Dense"), **{"0.W": W, "0.b": b.astype(int)}
    ),
    "objects": lambda path: write(
        path, layers=plain("Dense"), **{"0.W": W.astype(object), "0.b": b}
    ),
    "layers that do not meet": lambda path: write(
        path, layers=plain("Dense", "Dense"), **{"0.W": W, "0.b": b, "1.W": W, "1.b": b}
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_files_that_hold_no_network_are_refused(tmp_path, kind):
    path = tmp_path / "mine.npz"
    FOREIGN[kind](path)
    with pytest.raises(ValueError) as refusal:
        Network.load(path)
    says(refusal, f"path is '{path}'", "no network that this course saved", "damaged")
    assert not isinstance(refusal.value.__cause__, Exception)  # one sentence, no chain of errors


class Unpacked:
    """Pickled, it makes a folder wherever it is unpacked."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_code_in_a_file_is_not_run(tmp_path):
    trap = np.array([Unpacked(str(tmp_path / "trap"))], dtype=object)
    write(tmp_path / "mine.npz", layers=plain("Dense"), **{"0.W": trap, "0.b": b})
    with pytest.raises(ValueError):
        Network.load(tmp_path / "mine.npz")
    assert not (tmp_path / "trap").exists()


def test_a_file_that_would_inflate_is_refused_before_it_does(tmp_path, monkeypatch):
    network = build([4, 3])
    arrays = {f"0.{name}": value for name, value in network.layers[0].params.items()}
    np.savez_compressed(tmp_path / "mine.npz", layers=plain("Dense"), **arrays)
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    with pytest.raises(ValueError) as refusal:
        Network.load(tmp_path / "mine.npz")
    says(refusal, "(compressed)")


@quick
@given(st.data())
def test_a_damaged_file_is_refused_or_harmless(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    network = build([2, 2])
    path = network.save(folder / "mine")
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        for _ in range(data.draw(st.integers(1, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        loaded = Network.load(path)
    except ValueError as error:
        assert "no network that this course saved" in str(error)
    else:  # the byte meant nothing, such as a date
        same_bits(loaded, network)


class Noisy(Dense):
    """A layer that computes something else than its parent."""

    def forward(self, X):
        return 2 * super().forward(X)


class Half(Activation):
    """An activation that does."""

    def forward(self, Z):
        return super().forward(Z) / 2


@pytest.mark.parametrize(
    "layer",
    [Noisy(4, 3, rng=np.random.default_rng(0)), Half(activations.relu, activations.relu_grad)],
)
def test_subclasses_are_not_saved_as_what_they_are_not(tmp_path, layer):
    with pytest.raises(ValueError, match="no name to save it under"):
        Network([layer]).save(tmp_path / "net")
    assert not [*tmp_path.iterdir()]


def test_a_layer_without_brackets_is_refused():
    with pytest.raises(ValueError, match="expected a list of layers"):
        Network(some)
    with pytest.raises(ValueError, match="Are the brackets missing"):
        Network(Dense(4, 3, rng=np.random.default_rng(0)))


@pytest.mark.parametrize("m", [3, _speed.SLICE, 2 * _speed.SLICE + 5])
def test_a_prediction_leaves_no_trace_and_is_that_of_all_at_once(m):
    network = build([4, 5, 3])
    X, y = data(6, 4, 3)
    many, _ = data(m, 4, 3, seed=9)
    _, dZ = losses.softmax_cross_entropy(y, network.forward(X))
    P = network.predict_proba(many)
    network.backward(dZ)  # the way back of X, whatever was asked meanwhile
    grads = [layer.grads[name] for layer, name in network.parameters()]
    twin = network.copy()
    assert P == pytest.approx(special.softmax(twin.forward(many), axis=1), abs=1e-14)
    twin.forward(X)
    twin.backward(dZ)
    for (layer, name), grad in zip(twin.parameters(), grads, strict=True):
        assert np.array_equal(layer.grads[name], grad)


def test_a_layer_of_ones_own_sees_all_that_is_predicted_at_once():
    class Counting(Activation):
        seen = ()

        def forward(self, Z):
            self.seen += (len(Z),)
            return super().forward(Z)

    counting = Counting(activations.tanh, activations.tanh_grad)
    network = build([4, 5, 3])
    network.layers[1] = counting
    m = 2 * _speed.SLICE
    network.predict(np.ones((m, 4)))
    assert counting.seen == (m,)
