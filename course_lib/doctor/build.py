"""Findings about the network: how it was built, its gradients, its first weights and its units.

Each function takes a chart and returns None, or what is wrong, the numbers that show it and what to
try. Its name is the finding's slug; its docstring states the test, the threshold and the source.
"""

import numpy as np

from course_lib._checks import root_mean_square
from course_lib._watch import spread
from course_lib.activations import relu, sigmoid, softmax, tanh
from course_lib.doctor.chart import kind_of
from course_lib.layers import Activation, Dense

DEEP = 4  # weight layers from which on depth itself makes gradients vanish or explode
FEW = 4  # weights: fewer may be small by chance
VANISHED = 1 / 500  # the gradient at the first layer over that at the last one


def loss_does_not_fit(chart):
    """A loss that targets and outputs do not fit.

    It refuses them, or those for validation; or squared error on class numbers 0 … K - 1, K > 2,
    which makes class 9 nine times as wrong as class 1; or squared error on targets that the last
    activation cannot reach; or cross-entropy that is not a mean, which multiplies the learning rate
    by the batch. Source: table 2 of Zhang, Chen, Cheung et al. (2018), "An empirical study on
    TensorFlow program bugs"; NeuraLint's rules on loss and last activation (Nikanjam et al. 2021).
    """
    if chart.refusal:
        return (
            "The loss does not fit the targets and the outputs.",
            {"outputs": chart.n_out, "different targets": len(np.unique(chart.t))},
            f"It says: {chart.refusal} One output: sigmoid_cross_entropy and labels 0 and 1; K "
            "classes: K outputs and softmax_cross_entropy; numbers: mean_squared_error.",
        )
    if refusal := chart.refuses_validation:
        return (
            "The loss refuses the validation targets.",
            {"outputs": chart.n_out, "largest of these targets": float(chart.validation[1].max())},
            f"It says: {refusal} Prepare both sets of targets with the same lines.",
        )
    Z, t = chart.outputs[-1], chart.t
    if chart.kind == "squared":
        values = np.unique(t)
        counted = t.ndim == 1 and np.array_equal(values, np.arange(len(values)))
        if counted and 3 <= len(values) <= 20:
            return (
                "Squared error treats the numbers of the classes as amounts.",
                {"classes": len(values), "outputs": chart.n_out},
                "Give each class an output and use softmax_cross_entropy.",
            )
        low, high = reach(chart.twin.layers[-1])
        far = float(((t < low - 1e-6) | (t > high + 1e-6)).mean())
        if far > 0.02:
            return (
                "The targets lie where the outputs cannot get.",
                {"targets out of reach, share": far, "outputs from": low, "to": high},
                "Leave out the last activation, or scale the targets into its range.",
            )
    if chart.kind in ("softmax", "sigmoid"):
        half = len(Z) // 2
        parts = [chart.loss(t[:n], np.zeros_like(Z[:n]))[0] for n in (half, 2 * half)]
        if half and parts[0] > 0 and parts[1] / parts[0] > 1.5:
            return (
                "The loss is a sum over the examples, not a mean.",
                {"loss of half the examples": parts[0], "of twice as many": parts[1]},
                "Divide loss and gradient by the number of examples, once.",
            )
    return None


def reach(layer):
    """Return the smallest and the largest output of a last layer, infinite for a Dense one."""
    if not isinstance(layer, Activation):
        return -np.inf, np.inf
    with np.errstate(all="ignore"):
        a = np.asarray(layer.f(np.array([[-1e4, -30.0, -1.0, 0.0, 1.0, 30.0, 1e4]])))
    low, high = float(np.min(a)), float(np.max(a))
    return (low if low > -1e3 else -np.inf), (high if high < 1e3 else np.inf)


def output_squashed(chart):
    """An activation on the last layer below a loss that squashes logits itself.

    Cross-entropy from logits contains sigmoid or softmax. Squashed before, logits stay between
    bounds, so that softmax of K classes never gets surer than e / (e + K - 1), and gradients carry
    one factor too many. Test: the last layer is an activation that is not the identity, and the
    loss behaves as cross-entropy of logits; or the loss behaves as cross-entropy of outputs that it
    squashes itself. Source: NeuraLint's rules on last activation and loss; Goodfellow, Bengio and
    Courville (2016), section 6.2.2.
    """
    last = chart.twin.layers[-1]
    if chart.kind == "other":
        for squash in (softmax, sigmoid, tanh, relu):
            if kind_of(chart.loss, squash) in ("softmax", "sigmoid"):
                return (
                    "The loss squashes the outputs twice.",
                    {"loss of perfect outputs": _perfect(chart)},
                    f"Hand it the logits: cross-entropy that contains its own activation has "
                    f"no need of {squash.__name__} before it.",
                )
    if isinstance(last, Dense) or chart.kind not in ("softmax", "sigmoid"):
        return None
    Z, A = chart.outputs[-2:]
    if A.shape == Z.shape and np.allclose(A, Z):
        return None
    return (
        "The outputs are squashed twice: by the last layer, and again by the loss.",
        {"smallest output": float(A.min()), "largest output": float(A.max())},
        "Leave out the last activation: the loss takes logits, and predict_proba makes "
        "probabilities of them.",
    )


def _perfect(chart):
    """Return the loss of outputs that are as right as can be."""
    Z = chart.outputs[-1]
    t = chart.classes(chart.t)
    best = 2 * t[:, np.newaxis] - 1 if Z.shape[1] == 1 else 2 * np.eye(Z.shape[1])[t] - 1
    return float(chart.loss(chart.t, 100.0 * best)[0])


def wrong_gradient(chart):
    r"""A layer, or the loss, whose backward pass does not fit its forward pass.

    Each layer alone, in float64: for random directions V and U of its input (and each parameter)
    and its output, :math:`\langle U, f(A + hV) - f(A - hV) \rangle / 2h` must be what backward
    says, :math:`\langle V, dA \rangle`. Compared by size: the error is counted against the norm of
    the gradient. Threshold: more than 1e-3 in three of five draws, so that a kink that lies between
    two points once does not count. Layers that answer the same input differently, as dropout does,
    are passed over. In a `Log`, the first step's gradients are also set against the network's at
    the same weights, see `_logged_error`. Source: centred differences as in `gradcheck`; projecting
    on random directions as in Goodfellow, Bengio and Courville (2016), section 11.5.
    """
    x = chart.x[:: max(1, len(chart.x) // 24)][:24]
    t = chart.t[:: max(1, len(chart.x) // 24)][:24]
    far = chart.broken or np.abs(chart.outputs[-1]).max() > 1e4  # what blew up says nothing
    network = chart.fresh() if far else chart.network.copy()
    twin, A = network.astype(np.float64), x
    for place, layer in enumerate(twin.layers):
        names = ["input", *layer.params]
        errors = {name: [] for name in names}
        for draw in range(5):
            rng = np.random.default_rng(draw)
            B = A + 0.05 * (A.std() or 1) * rng.normal(0, 1, A.shape)
            if not np.array_equal(out := layer.forward(B), layer.forward(B)):
                break
            U = rng.normal(0, 1, out.shape)
            layer.forward(B)
            dB = layer.backward(U, input_gradient=True)
            for name in names:
                said = dB if name == "input" else layer.grads.get(name)
                errors[name].append(_disagree(layer, name, B, U, said, rng))
        wrong = {name: np.median(e) for name, e in errors.items() if e and np.median(e) > 1e-3}
        if wrong:
            name = max(wrong, key=lambda name: (name != "input", wrong[name]))
            where = "of its input" if name == "input" else f"of {name}"
            what = _called(layer)
            return (
                f"Layer {place} ({what}): backward gives a wrong gradient {where}.",
                {"relative error": wrong[name], "layer": place},
                f"Derive the gradient {where} again beside forward, and compare with "
                "gradcheck.check_gradients on a few examples.",
            )
        A = layer.forward(A)
    error = _loss_error(chart.loss, t, A / max(1.0, float(np.sqrt((A**2).mean()))))
    if error > 1e-3:
        return (
            "The loss: its gradient is not the derivative of its value.",
            {"relative error": error},
            "Derive the gradient of the mean with respect to the outputs again: sign, factor, 1/m.",
        )
    if error := _whole_error(twin, chart.loss, x, t):
        return (
            "Each layer's gradient is right, but not what the network makes of them.",
            {"relative error": error},
            "Look at the network's own backward: the order of layers, and what is handed on.",
        )
    if logged := _logged_error(chart):
        name, error = logged
        return (
            f"The loop's own gradient of {name} is wrong at its first step.",
            {"relative error": error},
            "Derive it again, and compare it with that of a Network with the same weights.",
        )
    return None


def _logged_error(chart):
    """Return the name and the relative error of a logged gradient that is wrong, or None.

    Compared with the network's own at the first step's weights, where its loss there is the one
    that was logged, to a thousandth. Threshold: a hundredth of its size; one factor on all of them,
    as of clipping, and a multiple of the weights, as of a penalty, are no error.
    """
    first = getattr(chart.history, "first", None)
    if first is None or chart.refusal:
        return None
    X, y, loss, weights, gradients = first
    twin = chart.network.copy().astype(np.float64)
    parameters = twin.parameters()
    names = ["W", "b"] if any(np.ndim(w) == 1 for w in weights) else ["W"]
    mine = [(layer, name) for layer, name in parameters if name in names]
    shapes = [np.shape(w) for w in weights]
    if [layer.params[name].shape for layer, name in mine] != shapes:
        return None
    for layer, name in parameters:
        layer.params[name] = np.zeros_like(layer.params[name])
    for (layer, name), w in zip(mine, weights, strict=True):
        layer.params[name] = np.array(w, dtype=np.float64)
    Z = twin.forward(X.astype(np.float64))
    value, dZ = chart.loss(y, Z)
    if abs(value - loss) > 1e-3 * max(abs(loss), 1e-3):
        return None
    twin.backward(dZ)
    right = [layer.grads[name] for layer, name in mine]
    factor = _common(right, gradients)
    errors = [
        _relative(g, factor * r, w) for g, r, w in zip(gradients, right, weights, strict=True)
    ]
    worst = int(np.argmax(errors))
    if not errors[worst] > 0.01:
        return None
    layer, name = mine[worst]
    return f"{name} in layer {twin.layers.index(layer)}", errors[worst]


def _common(right, gradients):
    """Return of the factors, if positive, by which gradients are larger the one nearest to 1."""
    factors = [
        float(np.vdot(g, r)) / float(np.vdot(r, r))
        for g, r in zip(gradients, right, strict=True)
        if np.vdot(r, r) > 0
    ]
    return min((f for f in factors if f > 0), key=lambda f: abs(np.log(f)), default=1.0)


def _relative(gradient, right, w):
    """Return the relative error of a gradient, after what a penalty on `w` may have added."""
    error = np.asarray(gradient, dtype=np.float64) - right
    if np.ndim(w) > 1 and (strength := float(np.vdot(error, w) / (np.vdot(w, w) or 1))) > 0:
        error = min(error, error - strength * w, key=np.linalg.norm)
    return float(np.linalg.norm(error) / max(np.linalg.norm(right), 1e-9))


def _called(layer):
    """Return what a layer is called in a report."""
    f = getattr(getattr(layer, "f", None), "__name__", "")
    return f"{type(layer).__name__} {f}".strip().replace("<lambda>", "of your own")


def _disagree(layer, name, B, U, said, rng):
    """Return the relative error of one gradient of one layer, in one random direction."""
    value = B if name == "input" else layer.params[name]
    if said is None or np.shape(said) != value.shape:
        return 1.0
    # Small beside the values, so that few of them pass a kink at 0.
    V, h = rng.normal(0, 1, value.shape), 1e-6 * (float(np.abs(value).mean()) or 1.0)

    def at(step):
        if name == "input":
            return (U * layer.forward(B + step * V)).sum()
        layer.params[name] = value + step * V
        result = (U * layer.forward(B)).sum()
        layer.params[name] = value
        return result

    measured, told = (at(h) - at(-h)) / (2 * h), float((said * V).sum())
    size = max(float(np.linalg.norm(said)), abs(measured), 1e-12)
    # Two large numbers are subtracted: what their rounding makes of the quotient is not counted.
    rounding = 1e-14 * float(np.abs(U * layer.forward(B)).sum()) / h
    return max(abs(measured - told) - rounding, 0) / size


def _loss_error(loss, t, Z):
    """Return the median relative error of a loss's gradient in five random directions."""
    errors = []
    for draw in range(5):
        rng = np.random.default_rng(draw)
        B = Z + 0.05 * rng.normal(0, 1, Z.shape)
        V, h = rng.normal(0, 1, Z.shape), 1e-6 * max(1.0, float(np.abs(Z).mean()))
        said = loss(t, B)[1]
        above, below = loss(t, B + h * V)[0], loss(t, B - h * V)[0]
        measured, rounding = (above - below) / (2 * h), 1e-14 * abs(above) / h
        size = max(float(np.linalg.norm(said)), abs(measured), 1e-9)
        errors.append(max(abs(measured - float((said * V).sum())) - rounding, 0) / size)
    return float(np.median(errors))


def _whole_error(twin, loss, x, t):
    """Return the relative error of the whole network's gradient where it is wrong, else 0."""
    errors, first = [], twin.values()
    for draw in range(3):
        rng = np.random.default_rng(draw)
        x_ = x + 0.01 * rng.normal(0, 1, x.shape)
        # A little off, for where a layer below is dead the next one stands on a kink at 0.
        start = [w + 1e-3 * (np.std(w) or 1) * rng.normal(0, 1, w.shape) for w in first]
        twin.restore(start)
        Z = twin.forward(x_)
        if not np.array_equal(Z, twin.forward(x_)):
            return 0
        twin.backward(loss(t, Z)[1])
        said = [layer.grads[name].copy() for layer, name in twin.parameters()]
        V = [rng.normal(0, 1, w.shape) * (np.std(w) or 1e-3) for w in start]
        told, values = sum(float((g * v).sum()) for g, v in zip(said, V, strict=True)), []
        for h in (1e-6, -1e-6):
            twin.restore([w + h * v for w, v in zip(start, V, strict=True)])
            values.append(loss(t, twin.forward(x_))[0])
        sizes = [
            (float(np.linalg.norm(g)) * (np.std(w) or 1e-3))
            for g, w in zip(said, start, strict=True)
        ]
        size = max(float(np.linalg.norm(sizes)), 1e-9)
        # A small loss may be the difference of large outputs.
        rounding = 1e-14 * (abs(values[0]) + float(np.abs(Z).max())) / 1e-6
        errors.append(max(abs((values[0] - values[1]) / 2e-6 - told) - rounding, 0) / size)
    return float(np.median(errors)) if np.median(errors) > 1e-2 else 0


def weights_equal(chart):
    """Hidden units that are copies of each other: their columns of W are equal.

    Equal units get equal gradients and stay equal for ever, so a layer of them is one unit.
    Threshold: every column of a hidden layer within 1e-3 of the mean column, by the largest weight,
    now or at the first look of a history: rounding, or layers above that differ, may have drawn
    them apart since. Zeros for a network without hidden layer are fine, for nothing has to tell
    units apart there. Source: Goodfellow, Bengio and Courville (2016), section 8.4; NeuraLint's
    rule on initial weights.
    """
    first = chart.looks[0].get("spread", []) if chart.looks else []
    for k, (place, W) in enumerate(chart.dense[:-1]):
        if W.shape[1] < 2:
            continue
        now = spread(W)
        if now <= 1e-3 or (k < len(first) and first[k] <= 1e-3):
            begin = "have" if now <= 1e-3 else "began with"
            return (
                f"All units of layer {place} {begin} the same weights, and learn the same.",
                {"difference over largest weight": now if now <= 1e-3 else first[k]},
                "Draw the weights at random: glorot for tanh and sigmoid, he for ReLU.",
            )
    return None


def no_nonlinearity(chart):
    """Layers with nothing curved between them, which are one layer in what they can do.

    Test: between two Dense layers stands no other layer, or each one between is a straight line on
    200 numbers from -4 to 4 and on those that it is given, to 1e-6. Source: (XW + b)V + c is linear
    in X; NeuraLint's rule on missing activations.
    """
    places = [place for place, _ in chart.dense]
    for low, high in zip(places, places[1:], strict=False):
        if all(_straight(layer) for layer in chart.twin.layers[low + 1 : high]):
            return (
                f"Nothing curved stands between layers {low} and {high}: the two are one.",
                {
                    "layers between": high - low - 1,
                    "units lost": chart.network.layers[low].params["b"].size,
                },
                "Put an activation such as ReLU() between every two Dense layers.",
            )
    return None


def _straight(layer):
    """Tell whether an activation layer is a straight line, away from 0 too."""
    if not isinstance(layer, Activation):
        return False
    z = np.linspace(-4, 4, 200)
    a = np.asarray(layer.f(z), dtype=float)
    line = a[0] + (a[-1] - a[0]) * (z - z[0]) / (z[-1] - z[0])
    return bool(np.abs(a - line).max() <= 1e-6 * max(1.0, np.abs(a).max()))


def scales(chart):
    r"""Return each matrix's size, :math:`\|W\| / \sqrt{n_{out}}`, at the first look and now.

    It is the root mean square of W times the square root of its rows: 1 for weights that keep the
    variance of standardised inputs, 1.4 as `he` draws them, 0.3 to 1.4 as `glorot` does.
    """
    widths = [np.sqrt(W.shape[1]) for _, W in chart.dense]
    now = [float(np.linalg.norm(W)) / w for (_, W), w in zip(chart.dense, widths, strict=True)]
    first = chart.looks[0]["weights"] if chart.looks else None
    if first is None or len(first) != len(now):
        return None, now
    return [n / w for n, w in zip(first, widths, strict=True)], now


def _outsize(chart):
    """Return the places and sizes of matrices that are too large."""
    first, now = scales(chart)
    sizes = first or now
    # Weights grow while training: where the first ones are not known, more is allowed, and
    # of few inputs much more.
    late = not first and chart.trained
    return {
        p: s
        for (p, W), s in zip(chart.dense, sizes, strict=True)
        if s > ((10 if len(W) > 50 else 30) if late else 4)
    }


def last_alone(chart):
    """Tell whether of several matrices the last alone is too large, by far."""
    if not chart.dense:
        return False
    first, now = scales(chart)
    others = (first or now)[:-1]
    return [*_outsize(chart)] == [chart.dense[-1][0]] and 0 < max(others, default=0) < 2


def weights_too_large(chart):
    """First weights three times as large as He's, or more: size above 4, see `scales`.

    A layer multiplies the spread of its inputs by its size; standard-normal weights of 784 inputs
    have 28. Where only the last weights are known, and the network is trained, above 10, or 30 for
    50 inputs or fewer. Source: LeCun, Bottou, Orr and Müller (1998), section 4.6; Glorot and Bengio
    (2010); He et al. (2015).
    """
    large = _outsize(chart)
    if not large:
        return None
    return (
        f"The first weights are too large (layer {', '.join(map(str, large))}).",
        {f"size in layer {p}": s for p, s in large.items()},
        "Divide them by their size: draw with glorot or he, of spread 1/sqrt(n_in).",
    )


def weights_too_small(chart):
    r"""First weights of a network with hidden layers below a tenth of the usual: size below 0.1.

    (Or below a third of what `glorot` draws, :math:`\sqrt{2 n_{in} / (n_{in} + n_{out})}`, where
    that is less: for one input and 200 units it is 0.1.)
    Signal and gradient shrink by that factor in every layer, and the loss stays on a plateau at the
    constant answer. After a training that went well all the same, a third of these bounds, so that
    a spread of 0.01, which many textbooks draw, is let pass. Where only the last weights are known:
    below 0.1 in every layer. A matrix of fewer than 4 numbers, which may be small by chance, counts
    where all are small. Source: as for `weights_too_large`; lesson 2 shows 7,000 steps lost.
    """
    first, now = scales(chart)
    sizes, several = first or now, len(chart.dense) > 1
    usual = [np.sqrt(2 * W.shape[0] / sum(W.shape)) for _, W in chart.dense]
    part = 1 / 3 if chart.history is not None and not chart.went_wrong else 1
    small = {
        p: s
        for (p, _), s, u in zip(chart.dense, sizes, usual, strict=True)
        if s < part * min(0.1, u / 3)
    }
    telling = [p for p, W in chart.dense if p in small and W.size >= FEW]
    if not several or not (telling or len(small) == len(sizes)):
        return None
    if first is None and len(small) < len(sizes):
        return None
    if first is None and chart.trained:
        return None
    return (
        f"The first weights are too small (layer {', '.join(map(str, small))}).",
        {f"size in layer {p}": s for p, s in small.items()},
        "Draw them with glorot or he, of spread 1/sqrt(n_in).",
    )


def initial_loss_off(chart):
    r"""A first loss far from that of a network that knows nothing: ln K for K classes.

    Threshold: more than 1 above the loss of all-zero outputs, and more than 1.65 times it, and one
    standard error of the batch's mean, 1 over the root of its examples; for squared error more than
    10 times the mean square of the targets, or of 1 where that is more. Where the last layer is as
    usual, see `_last_as_usual`, with biases below 1 (below 3 now, where the first ones are not
    noted), more than 3 above, times the root mean square of the inputs where that is more than 1:
    in 400 draws of He's weights for three classes and 10 hidden units 1 % started more than 2.7
    above, by chance. Needs the first look of a history, or an untrained network. Source: Karpathy
    (2019), "A recipe for training neural networks"; lesson 3, where 9.36 in place of 2.303 gives
    the culprit away.
    """
    if chart.kind == "other" or (not chart.looks and chart.trained):
        return None
    known = chart.kind != "squared"
    expected = float(chart.loss(chart.t, 0 * chart.outputs[-1])[0])
    rows = chart.looks[0]["rows"] if chart.looks else len(chart.t)
    by_chance = 3 * max(1, root_mean_square(chart.x)) if _last_as_usual(chart) else 0
    bound = max(expected + 1, 1.65 * expected, expected + by_chance)
    bound += 1 / np.sqrt(rows)
    if not known:
        bound = 10 * max(expected, 1)
    if not chart.first_loss > bound:
        return None
    return (
        f"The first loss is {chart.first_loss:.3g}; knowing nothing costs {expected:.3g}.",
        {"first loss": chart.first_loss, "loss of zero outputs": expected},
        "Look at the last layer: its first weights of spread 1/sqrt(n_in), its bias 0.",
    )


def _last_as_usual(chart):
    """Tell whether the last layer began with weights and biases of the usual size.

    Below 2, or four standard errors above He's root of 2, which are much where weights are few.
    """
    first, now = scales(chart)
    usual = max(2, np.sqrt(2) * (1 + 4 / np.sqrt(2 * chart.dense[-1][1].size)))
    bias, bound = (chart.looks[0].get("bias") if chart.looks else None), 1
    if bias is None:
        bias = float(np.abs(chart.network.layers[chart.dense[-1][0]].params["b"]).max())
        bound = 3 if chart.looks else 1  # training may have moved it
    return (first or now)[-1] < usual and bias < bound


def vanishing_gradients(chart):
    """Gradients that shrink on their way down through many layers.

    In a network of four weight layers or more, at the first look of a history: the gradient of the
    first matrix over its size is less than 1/500 of the last one's. Without a history, or in a
    training that went badly: the gradient at the first layer's outputs is, by root mean square,
    less than 1/500 of that at the last one's; now, or as the sizes of the first weights say it, see
    `fades`.
    AUTOTRAINER (Zhang et al. 2021) takes 1/1000 for the quotient. Source: Hochreiter (1991); Glorot
    and Bengio (2010).
    """
    if len(chart.dense) < DEEP or (chart.broken and not chart.looks):
        return None
    ratio = 1.0 if chart.broken or (chart.looks and not chart.poor) else _first_over_last(chart)
    if chart.looks:
        shares = _gradient_shares(chart)
        ratio = min(ratio, shares[0] / shares[-1] if shares[-1] > 0 else 1.0)
        ratio = min(ratio, fades(chart) if chart.poor else 1.0)
    if not ratio < VANISHED:
        return None
    return (
        "The gradient vanishes on its way down: the first layers hardly learn.",
        {"first layer's gradient over the last one's": ratio, "weight layers": len(chart.dense)},
        "Fewer layers, ReLU in place of sigmoid, and weights drawn with he.",
    )


def fades(chart):
    r"""Return what the first weights leave of a gradient on its way down to the first layer.

    A layer multiplies its root mean square by :math:`\|W\| / \sqrt{n_{in}}`, the activation below
    it by that of its slope from -1 to 1: 0.7 for ReLU, 0.8 for tanh, 0.23 for sigmoid.
    """
    first, _ = scales(chart)
    if not first:
        return 1.0
    z, left = np.linspace(-1, 1, 60)[:, np.newaxis], 1.0
    for k in range(1, len(first)):
        place, W = chart.dense[k]
        left *= first[k] * np.sqrt(W.shape[1] / W.shape[0])
        for layer in chart.twin.layers[chart.dense[k - 1][0] + 1 : place]:
            if isinstance(layer, Activation):
                left *= float(np.sqrt((np.asarray(layer.f_grad(z)) ** 2).mean()))
    return left


def exploding_gradients(chart):
    """Gradients, or activations, that grow from layer to layer.

    The gradient at the first layer's outputs is, by root mean square, more than 30 times that at
    the last one's, in a network of three weight layers or more; or the first gradient of a matrix
    is more than 3 times as large as the matrix, with four layers or more. In a training that went
    badly 10 times do with fewer layers, times the size of the numbers to be learned, or the number
    of yes-or-no outputs whose losses are summed, up to 10: the gradient grows with them. Or, from
    four on, the first matrices after the lowest, each over the size that `he` draws, 1.4, multiply
    to more than 10: so much do signals grow on their way. AUTOTRAINER takes a gradient above 70.
    Source: Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural
    networks".
    """
    if chart.broken and not chart.looks:
        return None
    steep = max(_gradient_shares(chart), default=0.0)
    ratio = _first_over_last(chart) if len(chart.dense) > 2 and not chart.broken else 0.0
    first, now = scales(chart)
    sizes = first or (now if not chart.trained else [])
    growth = float(np.prod(np.array(sizes[1:]) / np.sqrt(2))) if len(sizes) >= DEEP else 1.0
    bound = 3.0
    if len(chart.dense) < DEEP:
        sizes = {"squared": root_mean_square(chart.t), "sigmoid": chart.n_out}
        size = sizes.get(chart.kind, 1.0)
        bound = 10 * np.clip(size, 1, 10) if chart.went_wrong or chart.wavers else np.inf
    if not (ratio > 30 or steep > bound or growth > 10):
        return None
    evidence = {
        "first layer's gradient over the last one's": ratio,
        "gradient over weights": steep,
        "growth by the first weights": growth if len(sizes) >= DEEP else 0.0,
    }
    return (
        "The gradient grows from layer to layer, or is far larger than the weights.",
        {name: value for name, value in evidence.items() if value},  # 0: not measured
        "Draw smaller weights (he, glorot), scale inputs and targets, or clip the gradient's norm.",
    )


def _gradient_shares(chart):
    """Return each matrix's gradient over its size, at the first look of a history, if any."""
    if not chart.looks:
        return []
    sizes = zip(chart.looks[0]["gradients"], chart.looks[0]["weights"], strict=True)
    return [g / w if w else 0.0 for g, w in sizes]


def _first_over_last(chart):
    """Return the gradient at the first layer's outputs over that at the last one's."""
    deltas = chart.deltas
    return deltas[0] / deltas[-1] if deltas[-1] > 0 else 1.0


def units_dead(chart):
    """Hidden units whose slope is exactly 0 for all examples: they give a constant and never learn.

    Threshold: half of the units of a layer, of 8 units or more; else four fifths of them; and that
    the training went badly, or half were dead from the start and three fifths are now, or three
    quarters are. Source: Lu, Shin, Su and Karniadakis (2020), "Dying ReLU and initialization";
    AUTOTRAINER takes 70 %.
    """
    for k, (place, slopes) in enumerate(chart.hidden):
        dead, units = float((slopes.max(axis=0) == 0).mean()), slopes.shape[1]
        first = chart.looks[0]["dead"][k : k + 1] if chart.looks else []
        began = max([0, *first]) >= 0.5 and dead >= 0.6
        harm = not chart.trained or chart.poor or began or dead >= 0.75
        many = dead >= (0.5 if units >= 8 else 0.8)
        if many and harm and not bounded(chart.twin.layers[place]):
            return (
                f"Units of layer {place} are dead: off for every example, so they never learn.",
                {"share of dead units": dead, "units": units},
                "New weights with he and bias 0, a smaller rate, or LeakyReLU, which has a slope.",
            )
    return None


def units_saturated(chart):
    """Hidden units on the flat ends of an activation such as sigmoid or tanh.

    Threshold: for 60 % of examples and units the slope is below 1/20 of the largest, at the first
    look of a history (below 1/100 there), or 90 % now in a training that went badly. Training by
    itself saturates some. Source: Glorot and Bengio (2010), section 3; the ratio of TheDeepChecker
    (Ben Braiek and Khomh 2023).
    """
    for k, (place, slopes) in enumerate(chart.hidden):
        layer = chart.twin.layers[place]
        if not bounded(layer):
            continue
        steepest = float(np.abs(layer.f_grad(np.linspace(-3, 3, 61))).max())
        now = float((slopes < steepest / 20).mean())
        first = 0.0
        if chart.looks and k < len(chart.looks[0]["saturated"]):
            first = chart.looks[0]["saturated"][k]
        elif not chart.looks and not chart.trained:
            first = now
        if first > 0.5 or (now > 0.9 and (chart.poor or not chart.trained)):
            return (
                f"Units of layer {place} are saturated: where they are, their slope is almost 0.",
                {"share at the start": first, "share now": now},
                "Smaller weights (glorot), biases of 0, scaled inputs; or ReLU.",
            )
    return None


def bounded(layer):
    """Tell whether an activation is flat at both ends."""
    a = np.asarray(layer.f(np.array([-1e3, -5e2, 5e2, 1e3])), dtype=float)
    return bool(abs(a[1] - a[0]) < 1e-6 and abs(a[3] - a[2]) < 1e-6)
