"""The list of a class, as Moodle, Canvas or a spreadsheet writes it: who is missing."""

import csv
import itertools
import re
import unicodedata

from course_lib.grade_class.report import Student

# What a column is called, in small letters; Moodle writes it in the language of the site.
HEADS = {
    "full": "student|name|full name|student name|vollständiger name|nom complet|nombre completo|"
    "nome completo|volledige naam|naam|姓名|氏名|名前",
    "first": "first name|firstname|given name|vorname|prénom|nombre|nombre(s)|nome|"
    "voornaam|имя|imię",
    "last": "last name|surname|lastname|family name|nachname|familienname|nom|nom de famille|"
    "apellido|apellidos|apellido(s)|cognome|sobrenome|achternaam|фамилия|nazwisko",
    "also": "username|id number|sis login id|id|identifier|anmeldename|matrikelnummer",
}
KINDS = {head: kind for kind, heads in HEADS.items() for head in heads.split("|")}
MAIL = re.compile("e-?mail|courriel|correo", re.IGNORECASE)
NOBODY = "points possible", "student, test"  # lines of Canvas's own


def read(path):
    """Read a class list: a column with names, or first and last names, under any usual heading.

    Returns
    -------
    list of (str, set of str)
        Each name, and all that a file of that student may be called.
    """
    rows = _rows(path)
    kinds = ["also" if MAIL.search(head) else KINDS.get(head.casefold()) for head in rows[0]]
    if any(kinds):
        rows = rows[1:]
    else:  # no heading that is known: what is no address and no number is part of a name
        kinds = list(map(_kind, rows[-1]))
        rows = rows[kinds != list(map(_kind, rows[0])) :]
    students = []
    for row in rows:
        told = {}
        for kind, cell in zip(kinds, row, strict=False):
            if cell:
                told.setdefault(kind, []).append(cell)
        first, last = told.get("first", []), told.get("last", [])
        full = told.get("full", [])
        if first and not last and first[0] not in full[:1]:  # "Name" beside "Vorname"
            full = first[:1] + full[:1]
        names = told.get("part") or (first[:1] + last[:1] if last else full[:2] or first[:1])
        others = [cell.partition("@")[0] for cell in told.get("also", [])]
        name = " ".join(names) or (others or [""])[0]
        if name and not name.casefold().startswith(NOBODY):
            students.append((name, set().union(*map(_keys, [name, *others]))))
    return students


def _kind(cell):
    return "also" if "@" in cell else None if cell.isdigit() else "part"


def _rows(path):
    """Return the rows that are not empty, of stripped cells."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        raise ValueError(f"'{path}' is a workbook; expected CSV. Save it as CSV (UTF-8).")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what spreadsheets call Unicode text
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:  # an older spreadsheet's, in western Europe
            text = data.decode("cp1252", "replace")
    lines = [line for line in text.splitlines() if line.strip(",;\t ")]
    told = re.match(r"sep=(.)$", "".join(lines[:1]))
    lines = lines[1:] if told else lines
    rows = csv.reader(lines, delimiter=told[1] if told else _comma("".join(lines[:1])))
    rows = [[cell.strip() for cell in row] for row in rows]
    if not rows:
        raise ValueError(f"'{path}' is empty; expected a list of names.")
    return rows


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
    numbers = {student.number for student in whole.students.values()} - {""}
    # Who is known by a number comes first: it tells two of one name apart.
    for name, keys in sorted(expected, key=lambda one: not one[1] & numbers):
        theirs = [s for s in left if whole.students[s].number in keys - {""}]
        theirs = theirs or [s for s in left if _keys(s) & keys - {""}]
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
        others = (f"{name} ({number})" for number in itertools.count(2))
        free = next(s for s in itertools.chain([name], others) if s not in whole.students)
        whole.students[free] = Student(notes=["Nothing was handed in."])
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
