"""What to say, to ask and to answer: notes on each section of a lesson's 45 minutes.

``NN_name.toml`` beside this file has for each section the cell where it begins, its `minutes`, what
to `say`, prompts to `discuss`, and `questions` that are likely to come, with answers; and a `title`
where that cell has no heading. A section that is `optional` is what to leave out when late; `more`
minutes are its share of a path of 90, where a section of 0 minutes has its only place. What stands
on the slides is there, too: `press.words`.
"""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class Note(NamedTuple):
    """What a speaker has to know for one section; `markdown` is all but the time."""

    cell: str
    heading: str
    minutes: int
    markdown: str
    more: int = 0  # minutes in a path of 90
    optional: bool = False
    say: str = ""
    discuss: tuple = ()
    questions: tuple = ()
    begins: int = 0  # of one path: the minute, and
    takes: int = 0  # how many minutes it has there


def notes(name, notebook):
    """List the notes on a lesson, in order; an empty list where there are none.

    `name` is that of the notebook's file without its ending, ``"01_neuron"``.
    """
    path = FOLDER / f"{name}.toml"
    if not path.exists():
        return []
    sources, found = {cell.id: cell.source for cell in notebook.cells}, []
    for one in tomllib.loads(path.read_text(encoding="utf-8"))["section"]:
        if one["cell"] not in sources:
            raise ValueError(
                f"{path.name} has notes for the cell {one['cell']!r}, which {name} has not. "
                "Was the cell renamed?"
            )
        heading = re.sub("[*`]", "", one.get("title") or heading_of(sources[one["cell"]]))
        rest = {
            key: one[key]
            for key in ("more", "optional", "say", "discuss", "questions")
            if key in one
        }
        found.append(Note(one["cell"], heading, one["minutes"], _markdown(one), **rest))
    return found


def heading_of(source):
    """Return the first heading of a cell, or its first sentence."""
    found = re.search(r"^#+ (.*)$", source, re.MULTILINE)
    return found[1] if found else source.split(". ")[0]


def _markdown(section):
    parts = [section.get("say", "").strip()]
    parts += [f"**Ask the room.** {prompt}" for prompt in section.get("discuss", ())]
    parts += [
        f"**If they ask:** *{question['ask']}* {question['answer']}"
        for question in section.get("questions", ())
    ]
    return "\n\n".join(parts)
