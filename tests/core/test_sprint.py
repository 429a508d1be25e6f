"""The sprint: what the clock counts, and what a board believes."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from reference import says

from course_lib import schedules, sprint
from course_lib.network import Network

SETTINGS = dict(units=32, batch_size=10, rate=0.02, epochs=4)
LINE = dict(
    sprint=1, name="Ada", units=256, batch_size=256, rate=0.004, schedule="cosine", epochs=6,
    images=50_000, epochs_to_goal=6, seconds=3.5, accuracy=0.982,
)  # fmt: skip


@pytest.fixture(scope="module")
def images():
    """Ten kinds of image that differ in one bright pixel, and so are easily told apart."""
    rng = np.random.default_rng(0)
    y = np.arange(240) % 10
    X = 0.1 * rng.random((240, 784), np.float32)
    X[np.arange(240), 40 * y] = 5
    return SimpleNamespace(X_train=X, y_train=y)


def line(**changes):
    return json.dumps(LINE | changes)


def test_a_line_says_when_held_out_images_were_known_and_by_which_settings(images):
    said = json.loads(sprint.sprint(images, " Ada ", schedule=schedules.cosine, **SETTINGS))
    assert said["name"] == "Ada" and said["schedule"] == "cosine"
    assert {name: said[name] for name in SETTINGS} == SETTINGS
    assert said["images"] == 200 and said["accuracy"] == 1
    assert 1 <= said["epochs_to_goal"] <= 4 and said["seconds"] > 0
    assert sprint.read_line(json.dumps(said)) == said


def test_the_images_that_judge_are_none_of_those_learned_from(images, monkeypatch):
    learned, judged = [], []
    train, predict = sprint.train, Network.predict
    monkeypatch.setattr(
        sprint, "train", lambda n, X, y, **k: learned.append(X) or train(n, X, y, **k)
    )
    monkeypatch.setattr(Network, "predict", lambda net, X: judged.append(X) or predict(net, X))
    sprint.sprint(images, "Ada", **SETTINGS)
    assert len(learned) == sprint.SEEDS and len(judged) == sprint.SEEDS * SETTINGS["epochs"]
    assert all((X == images.X_train[:200]).all() for X in learned)
    assert all((X == images.X_train[200:]).all() for X in judged)


def test_the_clock_stands_still_while_the_network_is_judged(images, monkeypatch):
    now, predict = [0.0], Network.predict

    def slow(network, X):
        now[0] += 1000
        return predict(network, X)

    def clock():
        now[0] += 1
        return now[0]

    monkeypatch.setattr(sprint, "perf_counter", clock)
    monkeypatch.setattr(Network, "predict", slow)
    said = json.loads(sprint.sprint(images, "Ada", **SETTINGS))
    assert said["seconds"] == said["epochs_to_goal"] >= 1  # a tick from each start to the next stop


def test_the_slowest_of_three_networks_counts(images, monkeypatch):
    runs = iter([(2, 5.0, 0.99), (3, 9.0, 0.981), (1, 4.0, 0.985)])
    monkeypatch.setattr(sprint, "_run", lambda *arguments: next(runs))
    said = json.loads(sprint.sprint(images, "Ada"))
    assert (said["epochs_to_goal"], said["seconds"], said["accuracy"]) == (3, 9.0, 0.981)


def test_a_network_that_does_not_get_there_gives_a_line_without_seconds(images):
    hopeless = SETTINGS | dict(rate=1e-9, epochs=1)
    said = json.loads(
        sprint.sprint(images, "Ada", schedule=lambda *_: lambda step: 1e-9, **hopeless)
    )
    assert said["seconds"] is None and said["epochs_to_goal"] is None
    assert said["schedule"] == "own" and said["accuracy"] < 0.98
    assert "| – | – | – |" in sprint.board(json.dumps(said))


def test_a_network_that_blows_up_gives_a_line_too(images):
    said = json.loads(sprint.sprint(images, "Ada", **(SETTINGS | dict(rate=1e30))))
    assert said["seconds"] is None and sprint.read_line(json.dumps(said)) == said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": ""}, "name is ''; expected yours, or your team's"),
        ({"name": "a\nb"}, "up to 40 characters"),
        ({"name": 7}, "name is 7"),
        ({"units": 0}, "units is 0; expected a whole number"),
        ({"rate": -1}, "rate is -1"),
        ({"epochs": 2.5}, "epochs is 2.5"),
        ({"batch_size": 0}, "batch_size is 0"),
    ],
)
def test_settings_that_are_none_are_refused(images, arguments, words):
    with pytest.raises(ValueError) as refusal:
        sprint.sprint(images, **({"name": "Ada"} | arguments))
    says(refusal, words)


def test_the_board_puts_the_fastest_first_and_keeps_the_best_of_each_name():
    lines = [
        line(name="Ben", seconds=4.2), line(seconds=5.0), "", line(name="ada", seconds=3.0),
        line(name="Cem", seconds=None, epochs_to_goal=None, accuracy=0.97),
        line(name="Dia|na", seconds=3.5),
    ]  # fmt: skip
    rows = sprint.board("\n".join(lines)).splitlines()[2:]
    names = [row.split(" | ")[1] for row in rows]
    assert names == ["ada", "Dia\\|na", "Ben", "Cem"]
    assert "3.00 | 6 |" in rows[0] and "256 units, batch 256, rate 0.004, cosine" in rows[0]


def test_work_counts_the_products_of_a_step():
    # X W1, A W2; their gradients; and what the last layer hands down.
    m, u = 7, 5
    shapes = [(m, 784, u), (m, u, 10), (784, m, u), (u, m, 10), (m, 10, u)]
    expected = sum(a * b * c for a, b, c in shapes)
    assert sprint.work(dict(epochs_to_goal=1, images=m, units=u)) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I got 3.1 seconds!", "no line of a sprint"),
        (line()[:-4], "Was it cut off"),
        ("[" * 100_000, "no line of a sprint"),
        ("[1, 2]", "other fields"),
        (json.dumps({"sprint": 1}), "other fields"),
        (line(sprint=2), "another version"),
        (line(extra=1), "other fields"),
        (line(name="x" * 41), "up to 40 characters"),
        (line(name="\x1b[2J"), "name is"),
        (line(units="256"), "units is '256'"),
        (line(units=10**400), "units is beyond belief"),
        (line(seconds=float("nan")), "seconds is None"),
        (line(seconds=-3), "seconds is -3"),
        (line(seconds=0.001), "no machine is so fast"),
        (line(epochs_to_goal=7), "at most the 6 epochs"),
        (line(epochs_to_goal=None), "epochs_to_goal is None"),
        (line(accuracy=98.2), "accuracy is 98.2; expected a share from 0 to 1"),
        (line(accuracy=float("inf")), "accuracy is None"),
        (line(schedule="<b>"), "schedule is '<b>'"),
    ],
)
def test_nonsense_is_named_with_its_line_and_does_not_stop_the_board(text, words):
    board = sprint.board(f"{line(name='Ben')}\n{text}\n{line(name='Cem')}")
    assert "| Ben |" in board and "| Cem |" in board
    assert board.count("- line") == 1 and "- line 2: " in board
    assert words in board


def test_the_command_reads_files_and_refuses_what_is_too_long(tmp_path, capsys):
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text(line(name="Ben"), encoding="utf-8")
    second.write_text(line(name="Zoë", seconds=2.0) + "\n", encoding="utf-8")
    assert sprint.main([str(first), str(second)]) == 0
    out = capsys.readouterr().out
    assert out.index("Zoë") < out.index("Ben")
    second.write_text("x" * (sprint.LONGEST + 1))
    assert "longer than the lines of any class" in sprint.main([str(second)])
    assert "No board" in sprint.main([str(tmp_path / "none.txt")])
    assert "Say for example" in sprint.main([])
