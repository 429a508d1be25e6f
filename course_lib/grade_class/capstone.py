"""Judge the networks of a class on images that nobody has seen.

The test images of Fashion-MNIST, each shifted and turned a little: how, a seed decides that the
instructor keeps. All networks see the same images, so two of them are compared where they differ.
"""

import csv as tables
import html
import io
import math
import secrets
from pathlib import Path

import numpy as np

from course_lib import augment, capstone
from course_lib._files import replacing
from course_lib.data import load_images

MOST = 2_000  # files in a folder
SURE = 1.96  # standard errors: 95 %
CHANGES = {"shift": 2.0, "degrees": 10.0, "scale": 0.1}
FIELDS = ("place", "code", "accuracy", "from", "to", "parameters", "problem")


def judge(folder, csv, seed=None, names=False):
    """Judge the networks in a folder; write a table, and a page beside it.

    Parameters
    ----------
    folder : path
        Holds the files that `capstone.save` wrote, such as ``anna.npz``.
    csv : path
        Where the table goes; the page has the same name with ``.html``.
    seed : int, optional
        Decides how the images are moved. Without one it is drawn, and kept beside the table in a
        file that ends in ``.seed``, for the next time: it is not for the class.
    names : bool
        Whether table and page name the files; otherwise they have codes, which `capstone.save` has
        told each student.

    Returns
    -------
    str
        What was judged and written.

    Raises
    ------
    FileNotFoundError, NotADirectoryError, ValueError
        Where there is no such folder, or nothing to judge in it.
    """
    folder, csv = Path(folder), Path(csv)
    if csv.suffix.lower() != ".csv":
        raise ValueError(f"csv is '{csv}'; expected a name that ends in .csv, as board.csv does.")
    if not folder.exists():
        raise FileNotFoundError(f"There is no folder '{folder}'. Is it spelt right?")
    if not folder.is_dir():
        raise NotADirectoryError(f"'{folder}' is a file; expected a folder.")
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".npz")
    if not 0 < len(files) <= MOST:
        raise ValueError(f"'{folder}' holds {len(files)} networks; expected from 1 to {MOST:,}.")
    seed = _seed(csv.with_suffix(".seed")) if seed is None else seed
    X, y = unseen(load_images("fashion-mnist"), seed)
    rows = board({path.name: verdict(path, X, y) for path in files}, names)
    _write(csv, _table(rows))
    _write(csv.with_suffix(".html"), _page(rows, len(y)))
    refused = sum(bool(row["problem"]) for row in rows)
    return (
        f"{len(files)} networks, {refused} of them refused, on {len(y):,} images.\n"
        f"Wrote {csv} and {csv.with_suffix('.html')}."
    )


def unseen(images, seed):
    """Return the test images, each shifted, turned and scaled a little, and their labels."""
    rng = np.random.default_rng(seed)
    return augment.distort(images.X_test, rng, **CHANGES), images.y_test


def verdict(path, X, y):
    """Judge one file; what is wrong with it is said and costs nobody else anything.

    Returns
    -------
    dict
        With `code` and either `right`, which images it names, and `parameters`, or `problem`.
    """
    found = {"code": "", "problem": ""}
    try:
        network = capstone.load(path)
        found |= {"code": capstone.code(path.read_bytes()), "right": network.predict(X) == y}
        found["parameters"] = capstone.parameters(network)
    except Exception as error:  # there is no end to what a stranger's file can set off
        found["problem"] = str(error)[:200] or type(error).__name__
    return found


def interval(share, m):
    """Return from where to where the accuracy may be, with 95 % (Wilson 1927)."""
    z = SURE**2 / m
    middle = (share + z / 2) / (1 + z)
    half = SURE / (1 + z) * math.sqrt(share * (1 - share) / m + z / (4 * m))
    return middle - half, middle + half


def clearly_better(a, b):
    """Tell whether one network names more images than another by more than luck (McNemar 1947).

    Images that both or neither of them names say nothing. Of the others, chance gives half to each.

    Parameters
    ----------
    a, b : ndarray of bool
        Which images each names.
    """
    gained, lost = np.sum(a & ~b), np.sum(b & ~a)
    return bool(gained - lost > SURE * math.sqrt(gained + lost))


def board(verdicts, names):
    """Make rows of verdicts, the best first; places that cannot be told apart are shared."""
    fair = sorted(
        (item for item in verdicts.items() if not item[1]["problem"]),
        key=lambda item: (-item[1]["right"].mean(), item[1]["code"]),
    )
    rows = []
    for name, one in fair:
        others = [other["right"] for _, other in fair if other is not one]
        best = 1 + sum(clearly_better(other, one["right"]) for other in others)
        last = len(fair) - sum(clearly_better(one["right"], other) for other in others)
        low, high = interval(one["right"].mean(), len(one["right"]))
        rows.append(
            {
                "place": str(best) if best == last else f"{best} to {last}",
                "code": name if names else one["code"],
                "accuracy": f"{one['right'].mean():.4f}",
                "from": f"{low:.4f}",
                "to": f"{high:.4f}",
                "parameters": one["parameters"],
                "problem": "",
            }
        )
    for name, one in sorted(verdicts.items()):
        if one["problem"]:
            rows.append(
                dict.fromkeys(FIELDS, "")
                | {"code": name if names else "refused", "problem": one["problem"]}
            )
    return rows


def _seed(path):
    """Return the seed that is kept in a file, drawing it the first time."""
    if not path.exists():
        _write(path, f"{secrets.randbits(64)}\n")
        path.chmod(0o600)
    text = path.read_text(encoding="utf-8").strip()
    if not text.isdecimal():
        raise ValueError(f"'{path}' holds no seed, a whole number. Move it away for a new one.")
    return int(text)


def _write(path, text):
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="")


def _safe(value):
    """Keep a spreadsheet from taking a file's name for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _table(rows):
    text = io.StringIO()
    writer = tables.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({field: _safe(row[field]) for field in FIELDS} for row in rows)
    return text.getvalue()


def _page(rows, m):
    head = "".join(f'<th scope="col">{field}</th>' for field in FIELDS)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(str(row[f]))}</td>" for f in FIELDS) + "</tr>"
        for row in rows
    )
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Capstone</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; }}
table {{ border-collapse: collapse; }}
th, td {{ border-bottom: 1px solid #767676; padding: 0.3rem 0.8rem; text-align: left; }}
</style>
<h1>Capstone</h1>
<p>{m:,} images that nobody has seen: test images of Fashion-MNIST, moved and turned. “From” and
“to” are where the accuracy may be, with 95 %. Networks that the images cannot tell apart share
their places: “1 to 3” is a tie.</p>
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</html>
"""
