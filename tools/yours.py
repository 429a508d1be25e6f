"""Change a lesson for a class of your own: which sections need which, and a title.

``python tools/yours.py needs notebooks/01_neuron.ipynb`` or
``python tools/yours.py title notebooks/01_neuron.ipynb "One neuron, autumn term"``.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from course_lib.grade_class.submission import statements

HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


def sections(cells):
    """Return the code cells of each section, by its heading; before the first it is "the start"."""
    found, heading = {}, "the start"
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and (title := HEADING.search(source)):
            heading = title[1].strip()
        elif cell["cell_type"] == "code":
            found.setdefault(heading, []).append(source)
    return found


def needs(cells):
    """Return for each section the names that it takes from others: from section to names."""
    bound, found = {}, {}
    for heading, sources in sections(cells).items():
        own, taken = set(), {}
        for statement in statements(sources)[0]:
            for name in statement.uses - own:
                if name in bound:
                    taken.setdefault(bound[name], set()).add(name)
            own |= statement.binds
        bound |= dict.fromkeys(own, heading)
        found[heading] = {other: sorted(names) for other, names in taken.items()}
    return found


def retitle(cells, title):
    """Put a title in place of the lesson's own, the first heading of its first Markdown cell."""
    cell = next(cell for cell in cells if cell["cell_type"] == "markdown")
    source = re.sub(
        r"^# .+$", lambda _: f"# {title}", "".join(cell["source"]), count=1, flags=re.MULTILINE
    )
    cell["source"] = source.splitlines(keepends=True)


def main(arguments=None):
    """Read the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("needs", "title"))
    parser.add_argument("lesson", type=Path)
    parser.add_argument("title", nargs="?")
    options = parser.parse_args(arguments)
    try:
        lesson = json.loads(options.lesson.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"'{options.lesson}' is no lesson that can be read: {error}"
    if options.what == "needs":
        for heading, others in needs(lesson["cells"]).items():
            for other, names in others.items():
                print(f"{heading}\n    needs {other}: {', '.join(names)}")
        return 0
    if not options.title:
        return "Which title? Put it last, in quotes."
    retitle(lesson["cells"], options.title)
    text = json.dumps(lesson, indent=1, ensure_ascii=False) + "\n"
    options.lesson.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
