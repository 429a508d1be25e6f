"""Augmentation: the same images once more, shifted, turned, scaled and bent a little.

Functions of a whole batch, ``(X_batch, rng) -> X_batch``, as `training.train` takes them.
"""

import numpy as np

from course_lib._checks import features, generator, require

# So many images at a time: their arrays stay in the processor's cache, which makes the whole
# a fifth faster than all of a batch of 256 at once.
BLOCK = 32
# An elastic field starts from a random number at every so many pixels along each axis. It is smooth
# over more than that, and a ninth of the numbers is drawn and smoothed.
SPACING = 3


def distort(X, rng, *, shift=2.0, degrees=10.0, scale=0.1, alpha=0.0, sigma=5.0):
    r"""Shift, rotate, scale and bend each image at random, by sampling it at moved places.

    The pixel at place p, measured from the centre of the image, takes the value that the image has
    at

    .. math:: R^{-1} (p - t) / s + \alpha\, (G_\sigma * n)(p),

    blended from its four neighbours; outside is 0. Each image draws its own shift t, rotation R and
    scale s, all uniform. The last term is an elastic distortion, which moves neighbours alike and
    distant pixels each in its own way: noise n, uniform from −1 to 1 in both directions, smoothed
    by a Gaussian of width σ.

    Parameters
    ----------
    X : ndarray, shape (m, side * side)
        Square images, one a row; float32 stays float32.
    rng : numpy.random.Generator
    shift : float
        Most pixels along each axis, both ways.
    degrees : float
        Largest angle, both ways.
    scale : float
        Largest relative change of size, both ways; below 1.
    alpha : float
        Strength of the elastic distortion; 0 is none. Well inside the image, a pixel moves by
        :math:`\alpha / (\sqrt{12 \pi}\, \sigma)` pixels along each axis (standard deviation): by
        1.2 with 36 and a `sigma` of 5.
    sigma : float
        How far the elastic distortion is smoothed, in pixels; at least 2.

    Returns
    -------
    ndarray, shape and dtype of `X`

    Raises
    ------
    ValueError, TypeError
        Where images are not square, or a limit is none.

    Notes
    -----
    Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural networks applied
    to visual document analysis", section 2. They draw noise for every pixel; here every third has
    some, three times as strong, which when smoothed is as strong as theirs.
    """
    X = features(X)
    X = X if X.dtype.kind == "f" else X.astype(np.float64)
    generator("rng", rng)
    side = round(X.shape[1] ** 0.5)
    require(
        side * side == X.shape[1],
        f"X has {X.shape[1]} columns; expected square images, such as 784 = 28 × 28 pixels.",
    )
    for name, limit, most in (
        ("shift", shift, side),
        ("degrees", degrees, 180),
        ("scale", scale, 1),
        ("alpha", alpha, np.inf),
    ):
        require(
            np.ndim(limit) == 0 and 0 <= limit < most,
            f"{name} is {limit!r}; expected a limit from 0 to below {most}.",
        )
    require(
        np.ndim(sigma) == 0 and 2 <= sigma < np.inf,
        f"sigma is {sigma!r}; expected a width of at least 2 pixels. For a weaker distortion make "
        "alpha smaller.",
    )
    m = len(X)
    angle = np.deg2rad(rng.uniform(-degrees, degrees, m))
    size = rng.uniform(1 - scale, 1 + scale, m)
    moved = rng.uniform(-shift, shift, (2, m))
    along, across = np.cos(angle) / size, np.sin(angle) / size
    moves = np.vstack([along, across, moved]).astype(X.dtype)[:, :, np.newaxis]
    gaussian = _gaussian(side, sigma).astype(X.dtype)
    result = np.empty_like(X)
    for start in range(0, m, BLOCK):
        block = slice(start, start + BLOCK)
        bent = alpha * _smooth_noise(rng, len(X[block]), gaussian) if alpha else (0, 0)
        result[block] = _sample(X[block], *moves[:, block], *bent)
    return result


def _gaussian(side, sigma):
    """Return the matrix that spreads noise on every `SPACING`-th of `side` pixels over them all."""
    apart = np.arange(side)[:, np.newaxis] - np.arange(0, side, SPACING)
    bell = np.exp(-(apart**2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)
    return np.sqrt(SPACING) * bell  # along both axes together: SPACING times as strong


def _smooth_noise(rng, m, gaussian):
    """Draw fields of noise, down and right for each of `m` images, and smooth them."""
    side, few = gaussian.shape
    noise = 2 * rng.random((2 * m, few, few), dtype=np.float32) - 1
    rows = noise @ gaussian.T
    smooth = rows.transpose(0, 2, 1).reshape(-1, few) @ gaussian.T  # along the other axis
    return smooth.reshape(2, m, side * side)


def _sample(X, along, across, down, right, bent_down, bent_right):
    """Read each image at its moved places; the moves are columns, the bends have X's shape."""
    m, side = len(X), round(X.shape[1] ** 0.5)
    centre, wide = (side - 1) / 2, side + 4
    framed = np.zeros((m, wide, wide), X.dtype)  # each image in a frame of two empty pixels
    framed[:, 2:-2, 2:-2] = X.reshape(m, side, side)
    framed = framed.ravel()
    row, column = np.divmod(np.arange(side * side), side)
    down, right = (row - centre).astype(X.dtype) - down, (column - centre).astype(X.dtype) - right
    # Where to look in the framed image; far outside counts as the frame.
    top = along * down - across * right
    left = across * down + along * right
    for place, bent in ((top, bent_down), (left, bent_right)):
        place += bent
        place += centre + 2
        place.clip(0, side + 2, out=place)
    row, column = np.floor(top), np.floor(left)
    top -= row
    left -= column
    at = (row * wide + column).astype(np.intp)
    at += np.arange(m)[:, np.newaxis] * (wide * wide)
    # What lies between two neighbours a and b: a + share * (b - a).
    upper, right_of_upper, lower, right_of_lower = (
        framed[offset:].take(at, mode="clip") for offset in (0, 1, wide, wide + 1)
    )
    upper += left * (right_of_upper - upper)
    lower += left * (right_of_lower - lower)
    upper += top * (lower - upper)
    return upper
