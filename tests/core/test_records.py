"""The stored records are those of the recipes that stand there, and the lesson quotes them."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def records(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return __import__("bench_records")


def test_each_stored_record_is_of_the_recipe_that_stands_there(records):
    assert records.stored()
    for row in records.stored():
        assert int(row["epochs"]) == records.RECIPES[row["data"]]["epochs"]
        assert int(row["seed"]) in records.SEEDS and 0 < int(row["errors"]) < 1000


def test_lesson_4_and_the_readme_quote_the_worst_seed(records):
    cells = json.loads((ROOT / "notebooks/04_mini_batch.ipynb").read_text(encoding="utf-8"))[
        "cells"
    ]
    lesson = "".join(next(cell["source"] for cell in cells if cell["id"] == "record-after"))
    worst = max(int(row["errors"]) for row in records.stored() if row["data"] == "mnist")
    for prose in (lesson, (ROOT / "README.md").read_text(encoding="utf-8")):
        assert f"**{100 - worst / 100:.2f} %**" in prose
