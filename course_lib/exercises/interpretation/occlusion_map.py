"""What is lost where the image is covered."""

import numpy as np

from course_lib.activations import softmax
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import float32
from course_lib.interpretation import occlusion_map


def _covered(near):
    """Return (784, 784): whether a patch around pixel p (rows) covers pixel q (columns)."""
    place = np.arange(28)
    away = near(place - place[:, np.newaxis])
    return np.kron(away, away)


def _from_to(first, last):
    """Return a function of the size: covered are ``first(size)`` to ``last(size)`` from p on."""
    return lambda size: _covered(lambda d: (first(size) <= d) & (d <= last(size)))


_centred = _from_to(lambda size: -(size // 2), lambda size: size // 2)


def _line(rows):
    """Return a function of the size: covered is one row of the patch, or one column of it."""

    def covered(size):
        place = np.arange(28)
        near = np.abs(place - place[:, np.newaxis]) <= size // 2
        return np.kron(np.eye(28, dtype=bool), near) if rows else np.kron(near, np.eye(28) > 0)

    return covered


def _disc(radius, diamond=False):
    def covered(size):
        rows, columns = (places.ravel() for places in np.indices((28, 28)))
        down, right = (np.abs(p - p[:, np.newaxis]) for p in (rows, columns))
        far = down + right if diamond else np.hypot(down, right)
        return far <= radius(size)

    return covered


def _patched_with(covered, fill=lambda image: 0):
    """Return the exercise with other patches."""

    def occlusion_map(predict, image, c, size):
        X = np.where(covered(size), np.asarray(fill(image), image.dtype), image.ravel())
        return (predict(image.reshape(1, -1))[0, c] - predict(X)[:, c]).reshape(28, 28)

    return occlusion_map


def _of_probabilities(result):
    """Return the exercise with another ``result(before, after, c)`` of (n,) and (784, n)."""

    def occlusion_map(predict, image, c, size):
        X = image.ravel() * ~_centred(size)
        return result(predict(image.reshape(1, -1))[0], predict(X), c).reshape(28, 28)

    return occlusion_map


def _of_map(change):
    return lambda predict, image, c, size: change(occlusion_map(predict, image, c, size), size)


def _with_size(other):
    return lambda predict, image, c, size: occlusion_map(predict, image, c, other(size))


def _wrapping(size):
    """Return patches of which what leaves the image comes in again on the other side."""
    return _covered(lambda d: (d + size // 2) % 28 < size)


def _empty_beyond(axes):
    """Return patches as slices give them: one that starts at a negative index is empty."""

    def covered(size):
        fits = np.indices((28, 28))[axes].min(axis=0) >= size // 2
        return _centred(size) & fits.reshape(-1, 1)

    return covered


def _never(line):
    """Return patches that leave out a row and the column of the same number."""
    place = np.arange(28) != line
    return lambda size: _centred(size) & np.kron(place, place)


def _pushed_inside(both):
    """Return patches that are whole at every edge, or at that where rows and columns begin."""

    def covered(size):
        place, half = np.arange(28), size // 2
        first = np.clip(place - half, 0, 28 - size if both else 28)[:, np.newaxis]
        near = (first <= place) & (place < first + size)
        return np.kron(near, near)

    return covered


def _tiles(size):
    tile = np.arange(28) // size
    same = tile == tile[:, np.newaxis]
    return np.kron(same, same)


def _accumulated(size):
    return np.logical_or.accumulate(_centred(size), axis=0)


def _accumulated_in_rows(size):
    rows = _centred(size).reshape(28, 28, 784)
    return np.logical_or.accumulate(rows, axis=1).reshape(784, 784)


def _where_it_fits(border):
    def change(drop, size):
        half = size // 2
        result = np.full_like(drop, border)
        inside = slice(half, 28 - half)
        result[inside, inside] = drop[inside, inside]
        return result

    return change


def _last_left_out(drop, size):
    result = np.zeros_like(drop)
    result[:-1, :-1] = drop[:-1, :-1]
    return result


def _every(step):
    """Return a change of the map: all but each so manyth row and column stay 0."""

    def change(drop, size):
        result = np.zeros_like(drop)
        seen = slice(None, None, max(1, step(size)))
        result[seen, seen] = drop[seen, seen]
        return result

    return change


def _inside(drop, size):
    return drop[size // 2 : 28 - size // 2, size // 2 : 28 - size // 2]


def _spread(average):
    """Return a change of the map: each drop is added to all pixels of its patch."""

    def change(drop, size):
        covered = _centred(size).astype(drop.dtype)
        return (drop.ravel() @ covered / (covered.sum(axis=0) if average else 1)).reshape(28, 28)

    return change


def _in_place(drops, left):
    """Return the exercise on the given image itself, of which ``left`` times its ink remains."""

    def occlusion_map(predict, image, c, size):
        drop = drops(predict, image, c, size)
        image *= left
        return drop

    return occlusion_map


_IMAGE = np.random.default_rng(8).uniform(0.2, 1, (28, 28))
_VOTES = np.random.default_rng(9).normal(0, 0.12, (784, 3))


def three_classes(X):
    """Probabilities of a softmax on fixed weights, (m, 784) -> (m, 3)."""
    return softmax(X @ _VOTES)


def one_pixel(X):
    """Probabilities of two classes, as the pixel in row 3 and column 1 has it."""
    p = X[:, 3 * 28 + 1]
    return np.stack([1 - p, p], axis=1)


def _log(P):
    return np.log(np.maximum(P, 1e-12))


def _log_odds(before, after, c):
    return (_log(before) - _log(1 - before))[c] - (_log(after) - _log(1 - after))[:, c]


def _of_all(predict, image, size):
    classes = predict(image.reshape(1, -1)).shape[1]
    return [occlusion_map(predict, image, c, size) for c in range(classes)]


class OcclusionMap(Exercise):
    reference = occlusion_map
    loops_are_slow = False  # those over patches cost little beside the network
    on_error = {
        "out of bounds": "`predict` takes rows of 784 pixels, and an image is 28 × 28. If that is "
        "in order: is an index beyond the edge of the image?"
    }
    probes = [
        Probe("a network that looks at one pixel", (one_pixel, _IMAGE, 1, 5)),
        Probe("three classes", (three_classes, _IMAGE, 1, 3)),
        Probe("another class", (three_classes, _IMAGE, 2, 7)),
        Probe("read-only float32", float32(one_pixel, _IMAGE, 1, 3), read_only=True),
    ]

    patched_with_another_grey = mistake(
        _patched_with(_centred, lambda image: 1),
        _patched_with(_centred, np.mean),
        _patched_with(_centred, lambda image: 0.5),
        _patched_with(_centred, lambda image: 0.1),
        _patched_with(_centred, lambda image: -1),
        says="The patch is not empty but has a grey of its own, which is ink where there was none."
        " Set its pixels to 0.",
    )
    still_seen = mistake(
        _patched_with(_centred, lambda image: 1 - image.ravel()),
        _patched_with(_centred, lambda image: -image.ravel()),
        *(_patched_with(_centred, lambda image, k=k: image.ravel() * k) for k in (0.5, 0.1, 0.2)),
        says="What is under the patch is inverted or dimmed, and so it still has a part in the "
        "answer. Set its pixels to 0.",
    )
    part_of_the_square = mistake(
        _patched_with(_line(rows=True)),
        _patched_with(_line(rows=False)),
        _patched_with(lambda size: _line(True)(size) | _line(False)(size)),
        _patched_with(_disc(lambda size: size // 2)),
        _patched_with(_disc(lambda size: size / 2)),
        _patched_with(_disc(lambda size: size // 2, diamond=True)),
        says="The patch is a line, a cross or a disc; it should be a whole square, as high as it "
        "is wide.",
    )
    not_centred = mistake(
        _patched_with(_from_to(lambda size: 0, lambda size: size - 1)),
        _patched_with(_from_to(lambda size: 1 - size, lambda size: 0)),
        says="The patch begins or ends at its pixel; the pixel should be its middle, with size // "
        "2 on every side.",
    )
    shifted = mistake(
        _patched_with(_from_to(lambda size: 1 - size // 2, lambda size: size // 2 + 1)),
        _patched_with(_from_to(lambda size: -(size // 2) - 1, lambda size: size // 2 - 1)),
        says="The patch has the right size, but lies a pixel beside its place. The pixel should be "
        "its middle.",
    )
    on_one_side = mistake(
        _patched_with(_from_to(lambda size: 0, lambda size: size // 2)),
        _patched_with(_from_to(lambda size: -(size // 2), lambda size: 0)),
        _patched_with(_from_to(lambda size: -(size // 2), lambda size: -1)),
        _patched_with(_from_to(lambda size: 0, lambda size: size - 2)),
        says="The patch lies on one side of its pixel only, and is too small. The pixel should be "
        "its middle, with size // 2 on every side.",
    )
    too_small = mistake(
        _with_size(lambda size: 2 * (size // 4) + 1),
        _with_size(lambda size: size - 2),
        says="The patch is too small: size // 2 pixels should lie on every side of the middle.",
    )
    one_too_small = mistake(
        _patched_with(_from_to(lambda size: -(size // 2), lambda size: size // 2 - 1)),
        _patched_with(_from_to(lambda size: 1 - size // 2, lambda size: size // 2)),
        says="The patch lacks a row and a column: size // 2 pixels should lie on every side of the "
        "middle, and a slice ends before its second number.",
    )
    one_too_large = mistake(
        _patched_with(_from_to(lambda size: -(size // 2), lambda size: size // 2 + 1)),
        _patched_with(_from_to(lambda size: -(size // 2) - 1, lambda size: size // 2)),
        _with_size(lambda size: size + 2),
        says="The patch is too wide: size // 2 on every side of the middle makes it as wide as "
        "`size`.",
    )
    size_as_radius = mistake(
        _with_size(lambda size: 2 * size + 1),
        _patched_with(_from_to(lambda size: -size, lambda size: size - 1)),
        _patched_with(_from_to(lambda size: 0, lambda size: size)),
        says="The patch reaches `size` pixels away from its pixel; that is how wide it should be "
        "in all.",
    )
    size_ignored = mistake(
        *(_with_size(lambda size, other=other: other) for other in (1, 3, 5, 7)),
        says="The patch has the same size whatever is asked for. Use `size`.",
    )
    wraps_around = mistake(
        _patched_with(_wrapping),
        says="What leaves the image on one side comes in on the other, as with a negative index or"
        " np.roll. Cut the patch off at the edge.",
    )
    lost_at_the_edge = mistake(
        _patched_with(_empty_beyond([0, 1])),
        _patched_with(_empty_beyond([0])),
        _patched_with(_empty_beyond([1])),
        says="Near the top or the left edge there is no patch at all: a slice from a negative "
        "number counts from the other end, and is empty. max(0, …) starts it at the edge.",
    )
    edge_never_covered = mistake(
        _patched_with(_never(27)),
        _patched_with(_never(0)),
        says="The first or the last row and column of the image are never covered. Rows count from "
        "0 to 27, and a slice ends before its second number.",
    )
    pushed_inside = mistake(
        _patched_with(_pushed_inside(both=True)),
        _patched_with(_pushed_inside(both=False)),
        says="At an edge the patch keeps its full size, and its pixel is no longer its middle. It "
        "should be cut off there.",
    )
    edge_left_out = mistake(
        _of_map(_last_left_out),
        _of_map(_where_it_fits(0)),
        _of_map(_where_it_fits(np.nan)),
        _of_map(_inside),
        says="Pixels near the edge are left out. There the patch is cut off, and the rest counts.",
    )
    tiles = mistake(
        _patched_with(_tiles),
        _of_map(_every(lambda size: size)),
        _of_map(_every(lambda size: size // 2)),
        _of_map(_every(lambda size: 2)),
        says="The patch jumps from tile to tile; it should be centred at every single pixel.",
    )
    patches_accumulate = mistake(
        _patched_with(_accumulated),
        _patched_with(_accumulated_in_rows),
        _in_place(_patched_with(_accumulated), left=0),
        says="One patch stays while the next is laid, and less and less is left. Take a fresh copy "
        "of the image for every pixel.",
    )
    inverted = mistake(
        _patched_with(lambda size: ~_centred(size)),
        says="It keeps the patch and sets all the rest to 0; it should be the other way round.",
    )
    wrong_sign = mistake(
        _of_map(lambda drop, size: -drop),
        says="It subtracts before from after, so that a loss becomes negative. The drop is before "
        "minus after.",
    )
    probability_after = mistake(
        _of_probabilities(lambda before, after, c: after[:, c]),
        _of_probabilities(lambda before, after, c: 1 - after[:, c]),
        says="It looks only at the probability with the patch; asked for is how much it has "
        "dropped.",
    )
    relative = mistake(
        _of_probabilities(lambda before, after, c: (before - after)[:, c] / before[c]),
        _of_probabilities(lambda before, after, c: after[:, c] / before[c]),
        says="It divides by the probability before; the drop is a plain difference.",
    )
    logarithms = mistake(
        _of_probabilities(lambda before, after, c: _log(before)[c] - _log(after)[:, c]),
        _of_probabilities(lambda before, after, c: np.log(before)[c] - np.log(after)[:, c]),
        _of_probabilities(lambda before, after, c: _log_odds(before, after, c)),
        says="It compares logarithms of probabilities, as if they were logits; the drop is one of "
        "probability.",
    )
    only_positive = mistake(
        _of_map(lambda drop, size: np.maximum(drop, 0)),
        _of_map(lambda drop, size: np.abs(drop)),
        says="Where a patch helps the class, the drop is negative: keep that sign.",
    )
    wrong_class = mistake(
        _of_probabilities(lambda before, after, c: (before - after)[:, before.argmax()]),
        _of_probabilities(lambda before, after, c: before.max() - after.max(axis=1)),
        _of_probabilities(lambda before, after, c: (before - after)[:, 0]),
        _of_probabilities(lambda before, after, c: (before - after)[:, 1]),
        _of_probabilities(lambda before, after, c: before[c] - after.max(axis=1)),
        says="It follows another class than c.",
    )
    nothing_drops = mistake(
        _of_probabilities(lambda before, after, c: (before - after).sum(axis=1)),
        says="All drops are 0. Is `before` that of an image with a patch, are the drops of all "
        "classes added up, which cancel, or can the map hold whole numbers only?",
    )
    all_classes = mistake(
        _of_probabilities(lambda before, after, c: np.abs(before - after).sum(axis=1)),
        says="It adds up the drops of all classes, and what one loses, others gain. Take class c.",
    )
    verdict = mistake(
        _of_probabilities(lambda before, after, c: after.argmax(axis=1) != before.argmax()),
        _of_probabilities(lambda before, after, c: after.argmax(axis=1) != c),
        says="It only says whether the prediction changes; asked for is by how much the "
        "probability drops.",
    )

    first_row_only = mistake(
        _of_map(lambda drop, size: drop * (np.arange(28)[:, np.newaxis] == 0)),
        says="Only the first row of the map is filled. Does it return from inside the loop?",
    )
    every_class = mistake(
        lambda predict, image, c, size: np.stack(_of_all(predict, image, size), axis=-1),
        lambda predict, image, c, size: np.stack(_of_all(predict, image, size)),
        says="It returns the drops of all classes; asked for is class c alone.",
    )
    not_folded = mistake(
        _of_map(lambda drop, size: drop.ravel()),
        says="The drops stand in a row; fold them back into an image, (28, 28).",
    )
    mirrored = mistake(
        _of_map(lambda drop, size: drop[::-1]),
        _of_map(lambda drop, size: drop[:, ::-1]),
        says="The map stands on its head, or is mirrored.",
    )
    squared = mistake(
        _of_map(lambda drop, size: drop**2),
        says="The drops are squared; they should keep their size and their sign.",
    )
    thresholded = mistake(
        *(_of_map(lambda drop, size, t=t: drop > t) for t in (0.1, 0, 0.5)),
        says="It only says where the drop is above a limit; asked for is the drop.",
    )
    rounded = mistake(
        *(_of_map(lambda drop, size, d=d: np.round(drop, d)) for d in (2, 3, 4)),
        says="It is rounded. Keep all digits; format them where you print.",
    )
    one_number = mistake(
        _of_map(lambda drop, size: drop.mean()),
        _of_map(lambda drop, size: drop.max()),
        says="It makes one number of all pixels; each has a drop of its own.",
    )
    probability_before = mistake(
        _of_probabilities(lambda before, after, c: np.full(784, before[c])),
        says="It looks only at the probability without a patch; asked for is how much it drops.",
    )
    transposed = mistake(
        _of_map(lambda drop, size: drop.T), says="Rows and columns of the map have changed places."
    )
    normalised = mistake(
        _of_map(lambda drop, size: drop / np.abs(drop).max()),
        _of_map(lambda drop, size: drop / drop.max()),
        _of_map(lambda drop, size: (drop - drop.min()) / np.ptp(drop)),
        _of_map(lambda drop, size: drop / size**2),
        _of_map(lambda drop, size: 100 * drop),
        _of_map(lambda drop, size: (drop - drop.mean()) / drop.std()),
        says="The map is scaled afterwards; leave it in units of probability.",
    )
    spread_out = mistake(
        _of_map(_spread(average=False)),
        _of_map(_spread(average=True)),
        says="Each drop is written to all pixels of its patch; it belongs to the one in the "
        "middle.",
    )
    changes_its_input = mistake(
        _in_place(occlusion_map, left=1),
        says="It lays the patch on the `image` itself, which it should only read, even if it takes "
        "it off again. Work on a copy.",
    )

    hints = (
        "For every pixel: copy the image, set the square around the pixel to 0, ask predict, and "
        "compare with the probability before.",
        "size // 2 pixels lie on every side of the middle, so the rows go from i - size // 2 to i"
        " + size // 2. At the edge max(0, …) keeps a slice from starting below 0.",
        "predict takes rows of 784 pixels: patched.reshape(1, -1) for one image, and its answer "
        "has a column for each class.",
    )
    insight = "It asks about images of a kind that the network has never seen: with a hole."
    explanation = (
        "`occluded`, of course_lib.interpretation as well, makes all 784 patched images "
        "at once, one a row. A double loop over i and j does: in a copy of the image, "
        "set the rows from max(0, i - size // 2) to i + size // 2 to 0, in the columns "
        "from max(0, j - size // 2) to j + size // 2."
    )
