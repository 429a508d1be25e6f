"""Augmentation: the same images once more, shifted, turned and scaled a little.

Functions of a whole batch, ``(X_batch, rng) -> X_batch``, as `training.train` takes them.
"""

import numpy as np

from course_lib._checks import features, generator, require

# So many images at a time: their arrays stay in the processor's cache, which makes the whole
# three times as fast as all of a batch of 128 at once.
BLOCK = 16


def distort(X, rng, *, shift=2.0, degrees=10.0, scale=0.1):
    r"""Shift, rotate and scale each image at random, by sampling it at moved places.

    The pixel at place p, measured from the centre of the image, takes the value that the image has
    at :math:`R^{-1} (p - t) / s`, blended from its four neighbours; outside is 0. Each image draws
    its own shift t, rotation R and scale s, all uniform.

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
    to visual document analysis", section 2.
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
    ):
        require(
            np.ndim(limit) == 0 and 0 <= limit < most,
            f"{name} is {limit!r}; expected a limit from 0 to below {most}.",
        )
    m = len(X)
    angle = np.deg2rad(rng.uniform(-degrees, degrees, m))
    size = rng.uniform(1 - scale, 1 + scale, m)
    moved = rng.uniform(-shift, shift, (2, m))
    along, across = np.cos(angle) / size, np.sin(angle) / size
    moves = np.vstack([along, across, moved]).astype(X.dtype)[:, :, np.newaxis]
    blocks = [slice(start, start + BLOCK) for start in range(0, m, BLOCK)]
    return np.concatenate([_sample(X[block], *moves[:, block]) for block in blocks])


def _sample(X, along, across, down, right):
    """Read each image at its turned, scaled and moved places; the moves are columns."""
    m, side = len(X), round(X.shape[1] ** 0.5)
    centre, wide = (side - 1) / 2, side + 4
    framed = np.zeros((m, wide, wide), X.dtype)  # each image in a frame of two empty pixels
    framed[:, 2:-2, 2:-2] = X.reshape(m, side, side)
    framed = framed.ravel()
    row, column = np.divmod(np.arange(side * side), side)
    down, right = (row - centre).astype(X.dtype) - down, (column - centre).astype(X.dtype) - right
    # Where to look in the framed image; far outside counts as the frame.
    top = (along * down - across * right + (centre + 2)).clip(0, side + 2)
    left = (across * down + along * right + (centre + 2)).clip(0, side + 2)
    row, column = np.floor(top), np.floor(left)
    top -= row
    left -= column
    at = (row * wide + column).astype(np.intp)
    at += np.arange(m)[:, np.newaxis] * (wide * wide)
    upper = framed.take(at) * (1 - left) + framed[1:].take(at) * left
    lower = framed[wide:].take(at) * (1 - left) + framed[wide + 1 :].take(at) * left
    return upper * (1 - top) + lower * top
