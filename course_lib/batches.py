"""Batches: the examples of one epoch, some at a time."""

from course_lib._checks import as_many, generator, whole_number


def minibatches(X, y, batch_size, rng):
    """Yield ``(X_batch, y_batch)`` until every example came exactly once, in a fresh order.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m, …)
    batch_size : int
        The last batch is short where it does not divide m.
    rng : numpy.random.Generator
        Draws the order, one permutation an epoch, the same for `X` and `y`.

    Raises
    ------
    ValueError, TypeError
        With the first batch, where arguments do not fit together.
    """
    as_many(X, y)
    batch_size = whole_number("batch_size", batch_size)
    generator("rng", rng)
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X.take(batch, axis=0), y.take(batch, axis=0)  # the rows X[batch] and y[batch]
