"""What students write for `occlusion_map`: right in other forms, and wrong in their own."""

import numpy as np


def occlusion_loop(start=lambda i, h: max(0, i - h), stop=lambda i, h: i + h + 1, fill=0, **more):
    """Return occlusion as a student writes it, with one step another."""
    compare = more.get("compare", lambda before, after, c: before[c] - after[c])
    rows = more.get("rows", lambda size: range(28))

    def occlusion_map(predict, image, c, size):
        h, before = more.get("half", lambda size: size // 2)(size), predict(image.reshape(1, -1))[0]
        drop, patched = np.zeros((28, 28)), image.copy()
        for i in rows(size):
            for j in rows(size):
                if more.get("fresh", True):
                    patched = image.copy() if more.get("copy", True) else image
                patched[start(i, h) : stop(i, h), start(j, h) : stop(j, h)] = fill
                drop[i, j] = compare(before, predict(patched.reshape(1, 784))[0], c)
        return drop

    return occlusion_map


def occlusion_padded(predict, image, c, size):
    h = size // 2
    patches = []
    for i in range(28):
        for j in range(28):
            framed = np.pad(image, h)
            framed[i : i + size, j : j + size] = 0
            patches.append(framed[h : h + 28, h : h + 28].ravel())
    after = predict(np.array(patches))[:, c]
    return np.reshape(predict(image.ravel()[None])[:, c] - after, (28, 28))


def occlusion_masks(predict, image, c, size):
    row, column = np.indices((28, 28))
    p = predict(image[None].reshape(1, -1))[0, c]
    return np.array(
        [
            [
                p - predict(np.where(far, image, 0).reshape(1, -1))[0, c]
                for j in range(28)
                for far in [np.maximum(abs(row - i), abs(column - j)) > size / 2]
            ]
            for i in range(28)
        ]
    )


def occlusion_in_numpy_modulo(predict, image, c, size):
    h, before, drop = size // 2, predict(image.reshape(1, -1))[0, c], np.zeros((28, 28))
    for i, j in np.ndindex(28, 28):
        patched = image.copy()
        patched[np.ix_(np.arange(i - h, i + h + 1) % 28, np.arange(j - h, j + h + 1) % 28)] = 0
        drop[i, j] = before - predict(patched.reshape(1, -1))[0, c]
    return drop


class Occlusion:
    def __call__(self, predict, image, c, size):
        before = predict(image.reshape(1, -1))[0, c]
        return before - predict(np.stack(list(self.patched(image, size // 2))))[:, c].reshape(
            28, 28
        )

    @staticmethod
    def patched(image, h):
        for i in range(28):
            for j in range(28):
                copy = np.array(image)
                copy[max(i - h, 0) : min(i + h, 27) + 1, max(j - h, 0) : min(j + h, 27) + 1] = 0
                yield copy.ravel()


def occlusion_by_rows(predict, image, c, size):
    """One batch for each row of pixels."""
    h, base = size // 2, predict(image.reshape(1, 784))[0, c]
    rows = []
    for i in range(28):
        batch = np.repeat(image[None], 28, axis=0)
        for j in range(28):
            batch[j, max(0, i - h) : i + h + 1, max(0, j - h) : j + h + 1] = 0.0
        rows.append(base - predict(batch.reshape(28, 784))[:, c])
    return np.array(rows)


def occlusion_by_multiplying(predict, image, c, size):
    near = np.abs(np.arange(28)[:, None] - np.arange(28)) <= size // 2
    masks = 1 - np.einsum("ik,jl->ijkl", near, near).reshape(784, 784)
    X = (image.ravel() * masks).astype(image.dtype)
    return (predict(image.reshape(1, -1))[:, c] - predict(X)[:, c]).reshape(28, 28)


def occlusion_of_patches_averaged(predict, image, c, size):
    h, total, count = size // 2, np.zeros((28, 28)), np.zeros((28, 28))
    before = predict(image.reshape(1, -1))[0, c]
    for i in range(28):
        for j in range(28):
            box = slice(max(0, i - h), i + h + 1), slice(max(0, j - h), j + h + 1)
            patched = image.copy()
            patched[box] = 0
            total[box] += before - predict(patched.reshape(1, -1))[0, c]
            count[box] += 1
    return total / count


def right_occ(predict, image, c, size):
    base = predict(image.reshape(1, -1))[0, c]
    half = size // 2
    heat = np.zeros((28, 28))
    for i in range(28):
        for j in range(28):
            masked = image.reshape(28, 28).copy()
            masked[max(0, i - half) : i + half + 1, max(0, j - half) : j + half + 1] = 0
            heat[i, j] = base - predict(masked.reshape(1, -1))[0, c]
    return heat


def keeps_the_patch(predict, image, c, size):
    drop, h = np.zeros((28, 28)), size // 2
    before = predict(image.reshape(1, -1))[0, c]
    for i, j in np.ndindex(28, 28):
        left = np.zeros_like(image).reshape(28, 28)
        near = np.s_[max(0, i - h) : i + h + 1, max(0, j - h) : j + h + 1]
        left[near] = image.reshape(28, 28)[near]
        drop[i, j] = before - predict(left.reshape(1, -1))[0, c]
    return drop


def jumps(predict, image, c, size):
    drop, before = np.zeros((28, 28)), predict(image.reshape(1, -1))[0, c]
    for i in range(0, 28, size):
        for j in range(0, 28, size):
            patched = image.reshape(28, 28).copy()
            patched[i : i + size, j : j + size] = 0
            drop[i : i + size, j : j + size] = before - predict(patched.reshape(1, -1))[0, c]
    return drop


def moves_by_its_size(predict, image, c, size):
    drop, h = np.zeros((28, 28)), size // 2
    before = predict(image.reshape(1, -1))[0, c]
    for i in range(0, 28, size):
        for j in range(0, 28, size):
            patched = image.reshape(28, 28).copy()
            patched[max(0, i - h) : i + h + 1, max(0, j - h) : j + h + 1] = 0
            drop[i, j] = before - predict(patched.reshape(1, -1))[0, c]
    return drop


def for_all_classes(predict, image, c, size):
    drop, h = np.zeros((28, 28, predict(image.reshape(1, -1)).shape[1])), size // 2
    for i, j in np.ndindex(28, 28):
        patched = image.reshape(28, 28).copy()
        patched[max(0, i - h) : i + h + 1, max(0, j - h) : j + h + 1] = 0
        drop[i, j] = predict(image.reshape(1, -1))[0] - predict(patched.reshape(1, -1))[0]
    return drop


def lays_it_and_takes_it_off(predict, image, c, size):
    image, drop, h = image.reshape(28, 28), np.zeros((28, 28)), size // 2
    before, kept = predict(image.reshape(1, -1))[0, c], image.copy()
    for i, j in np.ndindex(28, 28):
        image[max(0, i - h) : i + h + 1, max(0, j - h) : j + h + 1] = 0
        drop[i, j] = before - predict(image.reshape(1, -1))[0, c]
        image[...] = kept
    return drop


def image_as_it_is(predict, image, c, size):
    r = size // 2
    before = predict(image)[0, c]
    out = np.zeros((28, 28))
    for i in range(28):
        for j in range(28):
            im = image.copy()
            im[max(0, i - r) : i + r + 1, max(0, j - r) : j + r + 1] = 0
            out[i, j] = before - predict(im)[0, c]
    return out


RIGHT = [
    occlusion_loop(),
    occlusion_loop(stop=lambda i, h: min(28, i + h + 1)),
    occlusion_padded,
    occlusion_masks,
    Occlusion(),
    occlusion_by_rows,
    occlusion_by_multiplying,
    right_occ,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (occlusion_loop(fill=1), "patched-with-another-grey"),
    (occlusion_loop(start=lambda i, h: i - h), "lost-at-the-edge"),
    (occlusion_loop(stop=lambda i, h: i + h), "one-too-small"),
    (occlusion_loop(stop=lambda i, h: i + h + 2), "one-too-large"),
    (occlusion_loop(lambda i, h: i, lambda i, h: i + 2 * h + 1), "not-centred"),
    (occlusion_loop(half=lambda size: size), "size-as-radius"),
    (occlusion_loop(half=lambda size: 2), "size-ignored"),
    (occlusion_loop(compare=lambda p, q, c: q[c] - p[c]), "wrong-sign"),
    (occlusion_loop(compare=lambda p, q, c: q[c]), "probability-after"),
    (occlusion_loop(compare=lambda p, q, c: abs(p[c] - q[c])), "only-positive"),
    (occlusion_loop(compare=lambda p, q, c: p.max() - q.max()), "wrong-class"),
    (occlusion_loop(compare=lambda p, q, c: np.log(p[c]) - np.log(max(q[c], 1e-12))), "logarithms"),
    (occlusion_loop(fresh=False), "patches-accumulate"),
    (occlusion_loop(copy=False), "patches-accumulate"),
    (occlusion_loop(rows=lambda size: range(size // 2, 28 - size // 2)), "edge-left-out"),
    (occlusion_in_numpy_modulo, "wraps-around"),
    (lambda *a: occlusion_padded(*a).ravel(), "not-folded"),
    (lambda *a: occlusion_padded(*a).T, "transposed"),
    (occlusion_of_patches_averaged, "spread-out"),
    (occlusion_loop(lambda i, h: max(0, i - h + 1), lambda i, h: i + h + 2), "shifted"),
    (occlusion_loop(lambda i, h: max(0, i - h - 1), lambda i, h: max(0, i + h)), "shifted"),
    (occlusion_loop(lambda i, h: max(0, i - h), lambda i, h: i), "on-one-side"),
    (occlusion_loop(lambda i, h: i, lambda i, h: i + h + 1), "on-one-side"),
    (occlusion_loop(lambda i, h: i, lambda i, h: i + 2 * h), "on-one-side"),
    (occlusion_loop(half=lambda size: 0), "size-ignored"),
    (occlusion_loop(half=lambda size: size // 2 + 1), "one-too-large"),
    (occlusion_loop(half=lambda size: size // 4), "too-small"),
    (occlusion_loop(fill=0.5), "patched-with-another-grey"),
    (occlusion_loop(fill=-1), "patched-with-another-grey"),
    (occlusion_loop(fill=0.1), "patched-with-another-grey"),
    (occlusion_loop(compare=lambda p, q, c: q[c] - p[c]), "wrong-sign"),
    (occlusion_loop(compare=lambda p, q, c: (p[c] - q[c]) / p[c]), "relative"),
    (occlusion_loop(compare=lambda p, q, c: q[c] / p[c]), "relative"),
    (occlusion_loop(compare=lambda p, q, c: (p[c] - q[c]) ** 2), "squared"),
    (occlusion_loop(compare=lambda p, q, c: p[0] - q[0]), "wrong-class"),
    (occlusion_loop(compare=lambda p, q, c: np.abs(p - q).sum()), "all-classes"),
    (occlusion_loop(compare=lambda p, q, c: p.argmax() != q.argmax()), "verdict"),
    (occlusion_loop(compare=lambda p, q, c: 100 * (p[c] - q[c])), "normalised"),
    (occlusion_loop(compare=lambda p, q, c: round(p[c] - q[c], 3)), "rounded"),
    (occlusion_loop(compare=lambda p, q, c: p[c]), "probability-before"),
    (lambda *a: occlusion_padded(*a)[::-1], "mirrored"),
    (lambda *a: occlusion_padded(*a) > 0.1, "thresholded"),
    (lambda *a: occlusion_padded(*a).mean(), "one-number"),
    (keeps_the_patch, "inverted"),
    (jumps, "tiles"),
    (moves_by_its_size, "tiles"),
    (for_all_classes, "every-class"),
    (lays_it_and_takes_it_off, "changes-its-input"),
    (image_as_it_is, "raised"),
]


def own_patch(cover, drop=lambda before, after: before - after):
    def occlusion_map(predict, image, c, size):
        pixels, half = np.reshape(image, (28, 28)), size // 2
        before, result = predict(pixels.reshape(1, -1))[0, c], np.zeros((28, 28))
        for i in range(28):
            for j in range(28):
                patched = pixels.copy()
                rows = slice(max(0, i - half), i + half + 1)
                columns = slice(max(0, j - half), j + half + 1)
                cover(patched, i, rows, columns)
                result[i, j] = drop(before, predict(patched.reshape(1, -1))[0, c])
        return result

    return occlusion_map


def inverts(patched, i, rows, columns):
    patched[rows, columns] = 1 - patched[rows, columns]


def one_row(patched, i, rows, columns):
    patched[i, columns] = 0


def grey(patched, i, rows, columns):
    patched[rows, columns] = 0.5


def forgets_a_row(predict, image, c, size):
    drop = own_patch(lambda patched, i, rows, columns: patched.__setitem__((rows, columns), 0))
    result = drop(predict, image, c, size)
    result[3] = 0
    return result


WRONG += [
    (own_patch(inverts), "still-seen"),
    (own_patch(one_row), "part-of-the-square"),
    (own_patch(grey, lambda before, after: 1 - after / before), "patched-with-another-grey"),
    (forgets_a_row, "lines-wrong"),
]


def covering(rows, columns=None):
    """Cover the slices ``rows(i, half, size)`` and ``columns(j, half, size)``."""

    def occlusion_map(predict, image, c, size):
        before, drop = predict(image.reshape(1, -1))[0, c], np.zeros((28, 28))
        for i, j in np.ndindex(28, 28):
            patched = image.copy()
            patched[rows(i, size // 2, size), (columns or rows)(j, size // 2, size)] = 0
            drop[i, j] = before - predict(patched.reshape(1, -1))[0, c]
        return drop

    return occlusion_map


def cut_off(i, half, size):
    return slice(max(0, i - half), i + half + 1)


def from_below_0(i, half, size):
    return slice(i - half, i + half + 1)


def before_of_the_patched(predict, image, c, size):
    drop = np.zeros((28, 28))
    for i, j in np.ndindex(28, 28):
        patched = image.copy()
        patched[cut_off(i, size // 2, size), cut_off(j, size // 2, size)] = 0
        before = predict(patched.reshape(1, -1))[0, c]
        drop[i, j] = before - predict(patched.reshape(1, -1))[0, c]
    return drop


def in_a_map_of_whole_numbers(predict, image, c, size):
    drop = np.zeros((28, 28), dtype=int)
    drop[:] = covering(cut_off)(predict, image, c, size)
    return drop


def copies_once_a_row(predict, image, c, size):
    before, drop = predict(image.reshape(1, -1))[0, c], np.zeros((28, 28))
    for i in range(28):
        patched = image.copy()
        for j in range(28):
            patched[cut_off(i, size // 2, size), cut_off(j, size // 2, size)] = 0
            drop[i, j] = before - predict(patched.reshape(1, -1))[0, c]
    return drop


def returns_after_a_row(predict, image, c, size):
    drop = np.zeros((28, 28))
    for i in range(28):
        drop[i] = covering(cut_off)(predict, image, c, size)[i]
        return drop


def without_the_last(predict, image, c, size):
    drop = np.zeros((28, 28))
    drop[:27, :27] = covering(cut_off)(predict, image, c, size)[:27, :27]
    return drop


WRONG += [
    (covering(cut_off, from_below_0), "lost-at-the-edge"),
    (covering(from_below_0, cut_off), "lost-at-the-edge"),
    (covering(lambda i, h, s: slice(max(0, i - h), min(27, i + h + 1))), "edge-never-covered"),
    (covering(lambda i, h, s: slice(max(1, i - h), i + h + 1)), "edge-never-covered"),
    (covering(lambda i, h, s: slice(f := min(max(0, i - h), 28 - s), f + s)), "pushed-inside"),
    (covering(lambda i, h, s: slice(f := max(0, i - h), f + s)), "pushed-inside"),
    (before_of_the_patched, "nothing-drops"),
    (in_a_map_of_whole_numbers, "nothing-drops"),
    (copies_once_a_row, "patches-accumulate"),
    (returns_after_a_row, "first-row-only"),
    (lambda *a: covering(cut_off)(*a).round(6), "wrong-numbers"),
    (without_the_last, "edge-left-out"),
]
