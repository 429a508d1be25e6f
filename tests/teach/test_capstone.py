"""The capstone: networks that are handed in, read with distrust and compared fairly."""

import io
import json
import zipfile

import numpy as np
import pytest
from scipy import stats

from course_lib import capstone
from course_lib.data import Images
from course_lib.grade_class import capstone as judging
from course_lib.grade_class.__main__ import main
from course_lib.layers import Dense, ReLU
from course_lib.network import Network


def network(units=20, seed=0, n_in=784, n_out=10):
    rng = np.random.default_rng(seed)
    return Network([Dense(n_in, units, rng=rng), ReLU(), Dense(units, n_out, rng=rng)])


@pytest.fixture
def images(monkeypatch):
    rng = np.random.default_rng(1)
    X, y = rng.random((600, 784)).astype(np.float32), rng.integers(0, 10, 600)
    fashion = Images(X, y, X, y, tuple(map(str, range(10))), (28, 28), "a test")
    monkeypatch.setattr(judging, "load_images", lambda name: fashion)
    return fashion


def test_a_network_comes_back_as_it_was_saved(tmp_path):
    one = network()
    said = capstone.save(one, tmp_path / "anna.npz")
    back = capstone.load(tmp_path / "anna.npz")
    assert said.startswith("anna.npz: 15,910 parameters, code ")
    assert said.endswith(capstone.code((tmp_path / "anna.npz").read_bytes()))
    assert capstone.parameters(back) == 784 * 20 + 20 + 20 * 10 + 10
    X = np.random.default_rng(0).random((5, 784)).astype(np.float32)
    np.testing.assert_allclose(back.forward(X), one.forward(X), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (network(units=126), "100,180 parameters; the budget is 100,000"),
        (network(n_in=100), "from 100 inputs to 10 outputs"),
        (network(n_out=3), "784 inputs to 3 outputs"),
        ("a text", "type str; expected a Network"),
    ],
    ids=["large", "inputs", "classes", "text"],
)
def test_what_cannot_take_part_is_refused_before_it_is_written(tmp_path, wrong, said):
    with pytest.raises(ValueError, match=said):
        capstone.save(wrong, tmp_path / "x.npz")
    assert not list(tmp_path.iterdir())


def test_weights_that_are_no_numbers_are_refused(tmp_path):
    one = network()
    one.layers[0].params["W"][0, 0] = np.nan
    with pytest.raises(ValueError, match="diverge"):
        capstone.save(one, tmp_path / "x.npz")
    one.save(tmp_path / "x.npz")
    with pytest.raises(ValueError, match="diverge"):
        capstone.load(tmp_path / "x.npz")


def archive(path, parts, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in parts.items():
            file.writestr(name, data)


def array(value, **options):
    file = io.BytesIO()
    np.save(file, value, **options)
    return file.getvalue()


def head(shape, dtype="<f4"):
    file = io.BytesIO()
    said = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, said)
    return file.getvalue()


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was run",))


HOSTILE = {
    "pickle": lambda p: archive(p, {"0.W.npy": array(np.array([Bomb()]), allow_pickle=True)}),
    "huge": lambda p: archive(p, {"0.W.npy": head((10**9, 10**9))}),
    "negative": lambda p: archive(p, {"0.W.npy": head((-1, -(10**9)))}),
    "inflating": lambda p: archive(p, {"0.W.npy": bytes(10**7)}, zipfile.ZIP_DEFLATED),
    "many": lambda p: archive(p, {f"{i}.npy": b"" for i in range(500)}),
    "text": lambda p: p.write_text("hello"),
    "empty": lambda p: p.write_bytes(b""),
    "large": lambda p: p.write_bytes(bytes(capstone.LARGEST + 1)),
    "cut off": lambda p: (network().save(p), p.write_bytes(p.read_bytes()[:5000])),
    "folder": lambda p: p.mkdir(),
    "link": lambda p: p.symlink_to("/dev/zero"),
    "no layers": lambda p: archive(p, {"layers.npy": array(np.array(json.dumps([])))}),
    "odd layers": lambda p: archive(p, {"layers.npy": array(np.array(json.dumps(["eval"])))}),
    "deep": lambda p: Network(
        [*network().layers[:1], *[ReLU() for _ in range(60)], *network().layers[2:]]
    ).save(p),
    "over budget": lambda p: network(units=200).save(p),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(tmp_path, kind):
    path = tmp_path / "x.npz"
    HOSTILE[kind](path)
    with pytest.raises(ValueError, match=r"[A-Z].*[.?]"):
        capstone.load(path)


def test_a_hostile_file_costs_nobody_else_anything(tmp_path, images, capsys):
    folder = tmp_path / "networks"
    folder.mkdir()
    capstone.save(network(), folder / "anna.npz")
    for kind, make in HOSTILE.items():
        make(folder / f"{kind}.npz")
    assert main([str(folder), "--capstone", "--csv", str(tmp_path / "b.csv"), "--seed", "3"]) == 0
    lines = (tmp_path / "b.csv").read_text().splitlines()
    assert len(lines) == 2 + len(HOSTILE) and lines[1].startswith("1,")
    assert f"{len(HOSTILE)} of them refused" in capsys.readouterr().out


def test_the_board_names_nobody_unless_asked(tmp_path, images):
    folder = tmp_path / "networks"
    folder.mkdir()
    said = capstone.save(network(), folder / "anna<b>.npz")
    judging.judge(folder, tmp_path / "b.csv", seed=3)
    text = (tmp_path / "b.csv").read_text() + (tmp_path / "b.html").read_text()
    assert "anna" not in text and text.count(said.split()[-1]) == 2
    judging.judge(folder, tmp_path / "b.csv", seed=3, names=True)
    assert "anna<b>" in (tmp_path / "b.csv").read_text()
    assert "anna&lt;b&gt;" in (tmp_path / "b.html").read_text()


def test_the_seed_is_kept_and_decides_the_images(tmp_path, images):
    folder = tmp_path / "networks"
    folder.mkdir()
    capstone.save(network(), folder / "anna.npz")
    judging.judge(folder, tmp_path / "b.csv")
    seed, first = (tmp_path / "b.seed").read_text(), (tmp_path / "b.csv").read_text()
    judging.judge(folder, tmp_path / "b.csv")
    assert (tmp_path / "b.seed").read_text() == seed and (tmp_path / "b.csv").read_text() == first
    assert seed.strip() not in first + (tmp_path / "b.html").read_text()
    one, same, other = (judging.unseen(images, s)[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).mean() > 0.01 < np.abs(one - images.X_test).mean()


def test_the_interval_is_wilsons():
    for right, m in ((0, 50), (45, 50), (8700, 10_000)):
        ours = judging.interval(right / m, m)
        theirs = stats.binomtest(right, m).proportion_ci(method="wilson")
        assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-5)


def test_a_tie_is_said_as_a_tie_and_a_difference_as_one():
    rng = np.random.default_rng(0)
    good = rng.random(10_000) < 0.87
    level = good.copy()
    level[:30] = ~level[:30]  # other images, as many of them right or nearly so
    bad = good & (rng.random(10_000) < 0.95)
    verdicts = {
        name: {"code": name, "right": right, "parameters": 1, "problem": ""}
        for name, right in (("a", good), ("b", level), ("c", bad))
    }
    rows = {row["code"]: row["place"] for row in judging.board(verdicts, names=False)}
    assert abs(int(good.sum()) - int(level.sum())) <= 30
    assert rows["c"] == "3"
    better = judging.clearly_better(good, level) or judging.clearly_better(level, good)
    assert (rows["a"] == rows["b"] == "1 to 2") != better


@pytest.mark.parametrize("chance", [0.5, 0.52, 0.6])
def test_what_is_clearly_better_agrees_with_the_exact_test(chance):
    rng = np.random.default_rng(3)
    differ = rng.random(1000) < chance
    a, b = differ, ~differ
    exact = stats.binomtest(int(a.sum()), 1000).pvalue < 0.05
    assert judging.clearly_better(a, b) == (exact and a.sum() > 500)


def test_what_is_missing_is_said(tmp_path, capsys):
    assert "no folder" in main([str(tmp_path / "none"), "--capstone"])
    assert "0 networks" in main([str(tmp_path), "--capstone"])
    assert "ends in .csv" in main([str(tmp_path), "--capstone", "--csv", "x.txt"])
