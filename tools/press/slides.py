"""Decks of slides from the lessons, with notes for whoever speaks."""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import nbformat
from press import LESSONS

NOTES = Path(__file__).parent / "notes"


class Note(NamedTuple):
    """What a speaker has to know for one section."""

    cell: str
    heading: str
    minutes: int
    markdown: str


def notes(lesson):
    """List the speaker's notes of a lesson, one `Note` for each section of the path, in order.

    Parameters: `lesson` is the name of a notebook without its ending, ``"01_neuron"``.
    """
    path = next(path for path in LESSONS if path.stem == lesson)
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    sections = tomllib.loads((NOTES / f"{lesson}.toml").read_text(encoding="utf-8"))["section"]
    return [
        Note(
            section["cell"],
            _heading(cells[section["cell"]]),
            section["minutes"],
            _markdown(section),
        )
        for section in sections
    ]


def _heading(source):
    """Return the first heading of a cell, or its first words."""
    found = re.search(r"^#+ (.*)$", source, re.MULTILINE)
    return found[1] if found else source.split(".")[0]


def _markdown(section):
    """Return what to say, what to ask the room, and what the room may ask, as Markdown."""
    lines = [section["say"].strip()]
    lines += [f"\n**Ask the room.** {prompt}" for prompt in section["discuss"]]
    lines += [
        f"\n**They may ask:** {item['ask']} — {item['answer']}" for item in section["questions"]
    ]
    return "\n".join(lines)
