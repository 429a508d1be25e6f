"""The stored records are those of the recipes that stand there, and the lesson quotes them."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def records(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return __import__("bench_records")


def worst(records, data):
    return max(int(row["errors"]) for row in records.stored() if row["data"] == data)


def test_each_stored_record_is_of_the_recipe_that_stands_there(records):
    assert records.stored()
    for row in records.stored():
        assert int(row["epochs"]) == records.RECIPES[row["data"]]["epochs"]
        assert int(row["seed"]) in records.SEEDS and 0 < int(row["errors"]) < 1000


def test_lesson_4_quotes_the_worst_seed(records):
    cells = json.loads((ROOT / "notebooks/04_mini_batch.ipynb").read_text(encoding="utf-8"))[
        "cells"
    ]
    prose = "".join(next(cell["source"] for cell in cells if cell["id"] == "record-after"))
    quoted = re.search(r"\*\*([\d.]+) %\*\*", prose)[1]
    assert quoted == f"{100 - worst(records, 'mnist') / 100:.2f}"
