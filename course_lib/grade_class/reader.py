"""The process that reads a notebook: ``python -m course_lib.grade_class.reader``; it runs nothing.

Reading may take a lot of memory, or end the process: it is not the grader's.
"""

import base64
import gc
import itertools
import marshal
import os
import re

from course_lib.grade_class import confined, patients, submission
from course_lib.grade_class.channel import open_channel
from course_lib.grade_class.messages import Unreadable

TRIES = 5  # of an answer that stands in several cells


def main():
    """Answer with the lesson, the programs that give its answers, and what is to be said."""
    request, say = open_channel()
    confined.within(4 * confined.WORK_SECONDS)
    confined.watch()
    gc.disable()  # it would look through the trees of many statements again and again
    try:
        told = [request[name] for name in ("lessons", "hint", "modules")]
        say(read(base64.b64decode(request["notebook"]), *told))
    except Unreadable as error:
        say({"problem": str(error)})


def read(data, lessons, hint=None, modules=None):
    """Return what a notebook holds of the lesson's exercises.

    Parameters
    ----------
    data : bytes
    lessons : dict
        From each lesson's number to the ids of its exercises.
    hint : str, optional
        The lesson that the file's name tells.
    modules : dict, optional
        Its own modules, from path to source.
    """
    every = submission.cells(data)
    code = [cell.source for cell in every if cell.kind == "code"]
    found, broken, other = submission.statements(code)
    written = submission.written(code)
    submission.open_stars(found, (modules or {}) | written)
    ids = {cell.id for cell in every}
    lesson = submission.lesson_of(lessons, found, broken | other, ids, hint)
    names, notes = submission.other_names(found, every, lessons[lesson])
    # Only what hides an answer is worth a word.
    notes += [
        why for cell, why in other.items() if any(f"def {n}(" in cell for n in lessons[lesson])
    ]
    unread = {
        name: [why, source[:2000]]
        for name in lessons[lesson]
        for source, why in broken.items()
        if re.search(rf"def {name}\b", source)
    }
    programs = {n: programs_of(found, names.get(n, n)) for n in lessons[lesson]}
    notes = [*broken.values(), *notes][:20]
    whole = {"lesson": lesson, "notes": notes, "unread": unread, "programs": programs}
    return whole | {"patients": patients.named(found), "written": written}


def programs_of(found, name):
    """Return what to run for each definition of a name, the last one first."""
    places = [i for i, statement in enumerate(found) if name in statement.answers]
    return [program(found, place, name) for place in reversed(places[-TRIES:])]


def program(found, place, name):
    """Return the statements that a definition needs, cell by cell, compiled."""
    chosen, names = submission.needed(found, place)
    cells = []
    for number, steps in itertools.groupby(chosen, key=lambda statement: statement.cell):
        steps = list(steps)
        cells.append(
            {
                "below": number > found[place].cell,
                "binds": sorted(set().union(*(step.binds for step in steps)) & names),
                "steps": [
                    {
                        "code": base64.b64encode(marshal.dumps(step.compiled())).decode(),
                        "imports": sorted(step.binds) if step.imports else [],
                        "answers": step is found[place],
                    }
                    for step in steps
                ],
            }
        )
    files = {step.file: step.source for step in chosen}
    text = found[place].text[:2000]
    value = not found[place].defines  # x = 3
    return {"name": name, "text": text, "value": value, "files": files, "cells": cells}


if __name__ == "__main__":
    try:
        main()
    finally:
        os._exit(0)
