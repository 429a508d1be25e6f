"""The list of a class, as Moodle, Canvas or a spreadsheet writes it: who is missing."""

import csv
import re
import unicodedata

from course_lib.grade_class.report import Student

# What may tell who it is, in small letters.
FULL = ("student", "name", "full name", "student name")
FIRST, LAST = ("first name", "firstname"), ("last name", "surname", "lastname")
ALSO = ("email address", "email", "username", "id number", "sis login id", "id", "identifier")


def read(path):
    """Read a class list: a column with names, or first and last names, under any usual heading.

    Returns
    -------
    list of (str, set of str)
        Each name, and all that a file of that student may be called.
    """
    text = path.read_bytes().decode("utf-8-sig", "replace")
    first = text.partition("\n")[0]
    rows = [row for row in csv.reader(text.splitlines(), delimiter=_comma(first)) if any(row)]
    if not rows:
        raise ValueError(f"'{path}' is empty; expected a list of names.")
    heads = [head.strip().casefold() for head in rows[0]]
    if not {*FULL, *FIRST, *LAST, *ALSO} & set(heads):
        rows.insert(0, ["name"])  # without a heading the names stand in the first column
        heads = ["name"]
    students = []
    for row in rows[1:]:
        cells = dict(zip(heads, map(str.strip, row), strict=False))
        given = [
            next((cells[head] for head in kind if cells.get(head)), "") for kind in (FIRST, LAST)
        ]
        name = next((cells[head] for head in FULL if cells.get(head)), " ".join(given).strip())
        others = [cells[head].partition("@")[0] for head in ALSO if cells.get(head)]
        name = name or (others or [""])[0]
        if name and "points possible" not in name.casefold():
            students.append((name, set().union(*map(_keys, [name, *others]))))
    return students


def compare(whole, expected):
    """Give everybody on the list who handed in nothing a row; say who is not on it.

    Returns
    -------
    list of str
        Who is missing.
    """
    if not expected:
        return []
    left, missing = dict.fromkeys(whole.students), []
    for name, keys in expected:
        theirs = [s for s in left if (_keys(s) | {whole.students[s].number}) & keys - {""}]
        for student in theirs:
            left.pop(student)
        if len(theirs) > 1:
            for student in theirs:
                also = ", ".join(s for s in theirs if s != student)
                whole.students[student].remarks.append(f"On the list this may be {also} as well.")
        if not theirs:
            missing.append(name)
    for student in left:
        whole.students[student].remarks.append("This name is not on the list.")
    for name in missing:
        whole.students.setdefault(name, Student()).notes.append("Nothing was handed in.")
    return missing


def _comma(line):
    return max(",;\t", key=line.count)


def _keys(name):
    """Return what a name may look like in a file's name: Miller, Mia is millermia is Mia Miller."""
    name = re.sub(r" \(\d+\)$", "", unicodedata.normalize("NFKC", name))
    words = re.findall(r"\w+", name.replace("_", " ").casefold())
    plain = [
        "".join(c for c in unicodedata.normalize("NFD", w) if not unicodedata.combining(c))
        for w in words
    ]
    forms = {"".join(some) for w in (words, plain) for some in (w, w[::-1], sorted(w))}
    return forms | {"".join([*words[1:], *words[:1]]), "".join([*words[-1:], *words[:-1]])}
