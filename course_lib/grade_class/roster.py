"""The list of a class, as Moodle, Canvas or a spreadsheet writes it: who is missing."""

import csv
import itertools
import json
import re
import unicodedata
from collections import Counter

from course_lib.grade_class.report import Student
from course_lib.grade_class.submission import in_letters

# What a column is called, in small letters; Moodle writes it in the language of the site.
HEADS = {
    "full": "student|students|name|full name|student name|student's name|student/in|display name|"
    "learner|learner name|participant|participants|participant name|studierende|studierender|"
    "teilnehmer|teilnehmerin|teilnehmende|teilnehmer/in|vollständiger name|nom complet|étudiant|"
    "étudiante|nombre completo|estudiante|alumno|alumna|nome completo|studente|volledige naam|naam|"
    "姓名|氏名|名前",
    "first": "first name|firstname|given name|vorname|prénom|nombre|nombre(s)|nome|"
    "voornaam|имя|imię",
    "last": "last name|surname|lastname|family name|nachname|familienname|nom|nom de famille|"
    "apellido|apellidos|apellido(s)|cognome|sobrenome|achternaam|фамилия|nazwisko",
    "also": "username|user name|user id|login|id number|sis login id|sis user id|id|identifier|"
    "student id|student number|orgdefinedid|anmeldename|benutzername|matrikelnummer|matrikelnr|"
    "学号|学籍番号",
}
KINDS = {head: kind for kind, heads in HEADS.items() for head in heads.split("|")}
MAIL = re.compile("e-?mail|courriel|correo", re.IGNORECASE)
# Lines that platforms and spreadsheets put among the students.
NOBODY = re.compile(
    r"(points possible|student, test|((date|points|total|sum|average|mean|median)\b[\W\d]*$))",
    re.IGNORECASE,
)
ABOVE = 10  # lines at most that stand above the heading: a title, a date
NO_TEXT = (
    (b"PK", "is a workbook; expected CSV. Save it as CSV (UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "is a workbook of an old Excel; expected CSV. Save it as CSV (UTF-8)."),
    (b"<", "is a web page, whatever its name says; expected CSV. Save it as CSV (UTF-8)."),
)
# Letters that are not a plain one with a sign, and how files' names spell them.
STROKES = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def read(path):
    """Read a class list: a column with names, or first and last names, under any usual heading.

    Returns
    -------
    list of (str, set of str)
        Each name, and all that a file of that student may be called.
    """
    rows = _rows(path)
    heads = [*map(_heads, rows[:ABOVE])]
    kinds = max(heads, key=lambda kinds: len(kinds) - kinds.count(None))
    if any(kinds):
        rows = rows[heads.index(kinds) + 1 :]
    else:  # no heading that is known: what is no address and no number is part of a name
        kinds = list(map(_kind, rows[-1]))
        rows = rows[kinds != list(map(_kind, rows[0])) :]
        if not any(kinds):  # numbers alone
            kinds = ["also"] * len(kinds)
    students = [_student(kinds, row) for row in rows]
    # Who stands in two lines with one number is one student.
    students = dict.fromkeys(
        (name, frozenset(others) or i)
        for i, (name, others) in enumerate(students)
        if name and not NOBODY.match(name)
    )
    if not students:
        raise ValueError(f"'{path}' has a heading and no names beneath it.")
    return [
        (name, set().union(*map(_keys, [name, *(others if isinstance(others, frozenset) else ())])))
        for name, others in students
    ]


def _student(kinds, row):
    """Return the name in a row, and what else tells that student."""
    told = {}
    for kind, cell in zip(kinds, row, strict=False):
        if cell:
            told.setdefault(kind, []).append(cell)
    first, last, full = (told.get(kind, [])[:1] for kind in ("first", "last", "full"))
    names = told.get("part") or first + last
    if full and not (first and last):  # "Name" beside "Vorname" is the other one, or the whole
        names = full if all(part in full[0] for part in names) else first + full + last
    others = []
    for cell in told.get("also", []):
        others.append(cell.partition("@")[0])
        others += re.findall(r"[ /]\D*(\d+)$", cell)  # Participant 123
    name = re.sub(r" *<[^>]*@[^>]*>", "", " ".join(names))
    return name or (others or [""])[0], others


def _heads(row):
    """Tell what the columns are, as a heading says; of a student's row, nothing."""
    return [_head(" ".join(re.sub(r"[_*:]", " ", cell).split()).casefold()) for cell in row]


def _head(words):
    if MAIL.search(words) and "@" not in words:
        return "also"
    return KINDS.get(words) or KINDS.get(re.sub(r" *\(.*\)$|\.| *#$", "", words))


def _kind(cell):
    mail = "@" in cell and "<" not in cell
    return "also" if mail else None if cell.isdigit() else "part"


def _rows(path):
    """Return the rows that are not empty, of stripped cells."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no class list '{path}'. Is it spelt right?")
    data = path.read_bytes()
    for begins, what in NO_TEXT:
        if data.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(begins):
            raise ValueError(f"'{path}' {what}")
    try:
        text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError:  # an older spreadsheet's
        text = in_letters(data)
    if "\0" in text:
        raise ValueError(f"'{path}' is no text; expected CSV. Save it as CSV (UTF-8).")
    lines = [line for line in text.splitlines() if line.strip(",;\t| ")]
    told = re.match(r"sep=(.)$", "".join(lines[:1]))
    lines = lines[1:] if told else lines
    # A quotation mark that nothing closes would swallow everybody after it.
    rows = csv.reader(lines, delimiter=told[1] if told else _comma(lines), strict=True)
    try:
        rows = [[_plain(cell) for cell in row] for row in rows]
    except csv.Error as error:
        raise ValueError(
            f"'{path}' cannot be read up to row {rows.line_num}: {error}. Is there a quotation "
            "mark that nothing closes?"
        ) from None
    if not rows:
        raise ValueError(f"'{path}' is empty; expected a list of names.")
    return rows


def _plain(cell):
    """Return a cell without what cannot be seen, and without the ".0" of a spreadsheet's number."""
    cell = "".join(c for c in cell.replace("\xa0", " ") if unicodedata.category(c)[0] != "C")
    return re.sub(r"^(\d+)\.0$", r"\1", cell.strip())


def compare(whole, expected):
    """Give everybody on the list who handed in nothing a row; say who is not on it.

    Returns
    -------
    list of str
        Who is missing.
    """
    if not expected:
        return []
    left, absent = {student: _keys(student) for student in whole.students}, []
    numbers = {student.number.lstrip("0") for student in whole.students.values()} - {""}
    # Who is known by a number comes first: it tells two of one name apart.
    for name, keys in sorted(expected, key=lambda one: not one[1] & numbers):
        theirs = [s for s in left if whole.students[s].number.lstrip("0") in keys - {""}]
        theirs = theirs or [s for s, called in left.items() if called & keys - {""}]
        for student in theirs:
            left.pop(student)
        if len(theirs) > 1:
            for student in theirs:
                also = ", ".join(s for s in theirs if s != student)
                whole.students[student].remarks.append(f"On the list this may be {also} as well.")
        if not theirs:
            absent.append(name)
    alike = _alike(absent, left)
    for name, student in alike.items():
        left.pop(student)
        whole.students[student].remarks.append(f"Taken for {name} on the list.")
    missing = [name for name in absent if name not in alike]
    for student in left:
        whole.students[student].remarks.append("This name is not on the list.")
    for name in missing:
        others = (f"{name} ({number})" for number in itertools.count(2))
        free = next(s for s in itertools.chain([name], others) if s not in whole.students)
        whole.students[free] = Student(notes=["Nothing was handed in."])
    return missing


def _alike(names, students):
    """Pair names that have all words of one in the other, and of no third: Mia Ann Miller, Mia."""
    listed = [(name, _words(name), _keys(name)) for name in names]
    given = [(student, _words(student)) for student in students]
    pairs = [
        (name, student)
        for name, mine, keys in listed
        for student, theirs in given
        if mine and theirs and (mine <= theirs or theirs <= mine or keys & theirs)
    ]
    of_name, of_student = Counter(n for n, _ in pairs), Counter(s for _, s in pairs)
    return {n: s for n, s in pairs if of_name[n] == of_student[s] == 1}


def _comma(lines):
    """Return what separates cells: what stands in most lines, outside of quotation marks."""
    bare = [re.sub('"[^"]*"', "", line) for line in lines]
    return max(";\t|,", key=lambda sign: sum(sign in line for line in bare))


def _words(name):
    """Return the words of a name in plain letters."""
    return {_undotted(word) for word in re.findall(r"[^\W_]+", name.casefold())}


def _undotted(word):
    word = unicodedata.normalize("NFD", word.translate(STROKES))
    return "".join(letter for letter in word if not unicodedata.combining(letter))


def _keys(name):
    """Return what a name may look like in a file's name: Miller, Mia is millermia is Mia Miller."""
    name = re.sub(r" \(\d+\)$", "", unicodedata.normalize("NFKC", name))
    words = re.findall(r"\w+", name.replace("_", " ").casefold())
    words = [word.lstrip("0") if word.isdigit() else word for word in words]
    plain = [_undotted(word) for word in words]
    spelt = [_undotted(word.translate(UMLAUTS)) for word in words]  # Müller is mueller
    forms = {"".join(some) for w in (words, plain, spelt) for some in (w, w[::-1], sorted(w))}
    return forms | {"".join([*words[1:], *words[:1]]), "".join([*words[-1:], *words[:-1]])}
