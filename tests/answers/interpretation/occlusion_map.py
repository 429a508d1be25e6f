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


RIGHT = [
    occlusion_loop(),
    occlusion_loop(stop=lambda i, h: min(28, i + h + 1)),
    occlusion_padded,
    occlusion_masks,
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
]
