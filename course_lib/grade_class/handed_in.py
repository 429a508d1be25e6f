"""Find what was handed in, and tell whose it is.

A folder or ZIP file of Moodle or Canvas, a folder with a notebook or a folder for each student, or
such folders for each lesson: every file is somebody's or is named with the reason why it is not.
"""

import itertools
import os
import re
import stat
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from course_lib.exercises import LESSONS
from course_lib.grade_class.files import HIDDEN, NOTEBOOK, TOO_LARGE, below, inside, order
from course_lib.grade_class.messages import Unreadable
from course_lib.grade_class.submission import MODULES

OTHER_FORMS = (".py", ".html", ".htm", ".pdf", ".docx", ".md", ".json")  # of a notebook
PACKED = ".7z", ".rar", ".tar", ".gz", ".tgz"
NOBODYS = "index.html", "readme.md"  # a platform, or the course, has put it there
# Mia Miller_123_assignsubmission_file_, a folder, or the beginning of a file's name
MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_[a-z]+(_|$)(?P<late>)")
# millermia_LATE_12345_678910_01_neuron-1.ipynb: of the two numbers the first is the student's
CANVAS_FIRST = re.compile(r"(?P<name>[^\W_][^_/]*)_(?P<late>LATE_)?(?P<id>\d+)_\d+_")
CANVAS = re.compile(rf"{CANVAS_FIRST.pattern}.+\.\w+$")
# 12345-678910 - Mia Miller - Nov 30, 2026 1159 PM, a folder, or the beginning of a file's name
BRIGHTSPACE = re.compile(
    r"\d+-\d+ - (?P<name>.+?) ?- (?P<when>\w+\.? \d+, \d{4} \d{3,4}( ?[AP]M)?)( - |$)",
    re.IGNORECASE,
)
# Lesson 1_mmiller_attempt_2026-11-30-18-00-00_01_neuron.ipynb
BLACKBOARD = re.compile(r".+_(?P<name>[^_]+)_attempt_(?P<when>\d{4}(-\d\d){5})(_|(?=\.)|$)")
WHEN = "%b %d %Y %I%M %p", "%B %d %Y %I%M %p", "%b %d %Y %H%M", "%Y-%m-%d-%H-%M-%S"
FORMS = (
    ("Moodle", MOODLE),
    ("Canvas", CANVAS),
    ("Brightspace", BRIGHTSPACE),
    ("Blackboard", BLACKBOARD),
)
# mia (1), mia-Copy1, Copy of mia
AGAIN = re.compile(
    r"^(copy of|kopie von|kopie van|copie de|copia de|copia di) "
    r"|( ?\(\d+\)|[ _-]+(copy|kopie|copie|copia) ?\d*)$",
    re.IGNORECASE,
)
WORDS = "lesson notebook untitled solution answer submission exercise homework assignment final"
LESSON = re.compile(
    "|".join(
        [
            rf"(?:^|[\W_])({'|'.join(LESSONS)})(?!\d)",
            *(module.__name__.rpartition(".")[2].replace("_", ".?") for module in LESSONS.values()),
            *WORDS.split(),
        ]
    ),
    re.IGNORECASE,
)
FILES = "|".join(f"{number}_{m.__name__.rpartition('.')[2]}" for number, m in LESSONS.items())
OWN_NAME = re.compile(rf"(?:^|[\W_]+)(?:{FILES})(?:$|(?=[\W_])[^\w(]*_*)", re.IGNORECASE)
A_COPY = re.compile(r"copy of|[\W\d_]*(copy|kopie|copie|copia)?[\W\d_]*", re.IGNORECASE)
GROUP = re.compile(
    r"(lesson|week|unit|assignment|exercise|homework|sheet|task|lab|session|submission|class|"
    r"section|course|handed.?in|woche|blatt|aufgabe|übung|abgabe|semaine|devoir|exercice|"
    r"semana|tarea|ejercicio|settimana|compito)n?s?\W*\w{0,3}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Submission:
    """A file of a student; `place` is its path below the folder, or what stands for it.

    `number` is what Moodle (of a participant) or Canvas (of a user) has in the file's name.
    """

    student: str
    place: str
    path: Path
    platform: str = ""
    number: str = ""
    notes: tuple = ()
    reason: str = ""  # why it cannot be read
    helpers: tuple = ()  # of the modules that it may import: utils/helpers, and the file
    when: datetime | None = None  # it was handed in, as its platform says

    def read_helpers(self):
        """Return the source of each module that it may import, by its path."""
        sources = {}
        for name, path in self.helpers:
            with suppress(OSError):
                if stat.S_ISREG(os.lstat(path).st_mode):
                    sources[name] = path.read_bytes()[: MODULES[1]].decode("utf-8", "replace")
        return sources

    def with_its_time(self, deadline):
        """Return it with a note where it is younger than the deadline.

        In the deadline's own time zone, where it names one; a platform's time is taken as it is.
        """
        if deadline is None or self.reason or self.path.is_symlink() or not self.path.is_file():
            return self
        if self.when:
            written, what = self.when.replace(tzinfo=deadline.tzinfo), "it was handed in"
        else:
            seconds = self.path.stat().st_mtime
            written, what = datetime.fromtimestamp(seconds, deadline.tzinfo), "its file is of"
        if written <= deadline:
            return self
        late = f"Late: {what} {written:%Y-%m-%d %H:%M}, after {deadline:%Y-%m-%d %H:%M}."
        return replace(self, notes=(*self.notes, late))

    def read(self):
        """Return the bytes of the file; nothing but a regular file is opened."""
        if self.reason:
            raise Unreadable(self.reason)
        try:
            about = os.lstat(self.path)
            if stat.S_ISLNK(about.st_mode):
                raise Unreadable("It is a link; only files that lie in the folder are read.")
            if stat.S_ISDIR(about.st_mode):
                raise Unreadable("There is no notebook in this folder.")
            if not stat.S_ISREG(about.st_mode):
                raise Unreadable("It is no ordinary file.")
            if about.st_size > TOO_LARGE:
                size = f"{about.st_size / 1e6:.0f} MB"
                raise Unreadable(f"It has {size}; more than {TOO_LARGE // 10**6} MB are not read.")
            return self.path.read_bytes()
        except OSError as error:
            raise Unreadable(f"It cannot be read: {error.strerror}.") from None

    @property
    def renamed(self):
        """Whether it is read under another name than its own."""
        return any(note.startswith("It") for note in self.notes)  # Its name, It counts

    @property
    def lesson(self):
        """The lesson that the file's name tells, or None; its content has the last word."""
        numbers = re.findall(r"(?<!\d)\d\d(?!\d)", self.place.rpartition("/")[2])
        return next((number for number in numbers if number in LESSONS), None)


def find(folder, scratch, name=None, ours=()):
    """List what was handed in, and every other file with the reason why it is not used.

    Parameters
    ----------
    folder : Path
        A folder, or a ZIP file.
    scratch : Path
        An empty folder, for what is in ZIP files.
    name : str, optional
        How names are made, with ``{name}``, ``{id}`` and ``*``.
    ours : collection of Path, optional
        What an earlier run has written, which nobody handed in.

    Returns
    -------
    list of Submission
        Sorted; at least one for each student, and nothing from a file that is not used.
    list of (str, str)
    """
    listed = inside(folder, scratch) if folder.is_file() else below(folder, scratch)
    files = [replace(f, reason=OURS) if _is_one_of(ours, f.path) else f for f in listed]
    groups, forms = _groups(files), _forms(name)
    found, unused = [], []
    for file in files:
        if file.reason in (HIDDEN, OURS):
            unused.append((file, file.reason))
            continue
        one = _whose(file, groups, forms)
        if file.is_notebook or file.path.is_symlink() or file.reason:
            found.append(one)
        elif file.is_export:
            found.append(replace(one, notes=(*one.notes, AS_SCRIPT)))
        else:
            unused.append((file, PACKED_SO if _is_packed(file) else NO_FORM))
    # Who handed in no notebook has a row as well: scripts, a folder, or one file in another form.
    known = {one.student for one in found}
    scripts = [(file, one) for file, _ in unused if file.script
               and (one := _whose(file, groups, forms)).student not in known]  # fmt: skip
    found += [replace(one, notes=(*one.notes, AS_SCRIPT)) for _, one in scripts]
    known |= {one.student for _, one in scripts}
    read = {file for file, _ in scripts}
    unused = [(file, reason) for file, reason in unused if file not in read]
    for file, reason in unused:
        one = _whose(file, groups, forms)
        name, alone = file.parts[-1].lower(), file.parts[:-1] in groups
        loose = alone and not name.endswith((*OTHER_FORMS, *PACKED)) and not file.path.is_dir()
        if one.student in known or reason in (HIDDEN, OURS) or (alone and name in NOBODYS):
            continue
        if one.platform or not loose:
            known.add(one.student)
            empty = len(file.parts) > 1 or file.path.is_dir()
            found.append(replace(one, reason=f"{NO_NOTEBOOK} {reason}" if empty else reason))
    found, said = _with_helpers(found, files, groups, forms)
    found = _apart(_together(found))
    return sorted(found, key=lambda one: order(one.place)), [
        ("/".join(file.parts), said.get(file, reason)) for file, reason in unused
    ]


def _with_helpers(found, files, groups, forms):
    """Give each notebook the same student's modules: what lies beside it, and packages.

    Also return what is to be said of each of these files.
    """
    helpers, said = {}, {}
    for file in files:
        module = _bare(file.parts[-1], forms)
        if module.endswith(".py") and module[:-3].isidentifier() and file.is_small:
            student = _whose(file, groups, forms).student
            helpers.setdefault(student, []).append((module[:-3], file))
    with_them = []
    for one in found:
        near = []
        for module, file in helpers.get(one.student, ()):
            # From the folder on that they share: a notebook beside `utils` looks there with `..`
            folders = file.parts[len(_shared(file.parts[:-1], one.place.split("/")[:-1])) : -1]
            if file.path != one.path and all(map(str.isidentifier, folders)):
                near.append((len(folders), "/".join((*folders, module)), file))
        near.sort(key=lambda it: it[:2])
        said |= {file: TOO_MANY for _, _, file in near[MODULES[0] :] if file not in said}
        near = near[: MODULES[0]]
        said |= {file: HELPER for _, _, file in near}
        with_them.append(replace(one, helpers=tuple((name, file.path) for _, name, file in near)))
    return with_them, said


def _shared(folders, others):
    """Return the folders that two ways have in common."""
    pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(folders, others, strict=False))
    return [name for name, _ in pairs]


def _bare(name, forms):
    """Return a file's own name, without what a platform has put before it."""
    for platform, pattern in forms:
        if platform and (match := pattern.match(name)):
            name = CANVAS_FIRST.sub("", name) if platform == "Canvas" else name[match.end() :]
    return name


def _forms(name):
    """Return platforms and the patterns of their names; the instructor's own comes first."""
    if name is None:
        return FORMS
    parts = {"{name}": r"(?P<name>.+?)", "{id}": r"(?P<id>\w+?)", "*": ".*"}
    if "{name}" not in name and "{id}" not in name:
        raise ValueError(f"name is '{name}'; expected {{name}} or {{id}} in it.")
    written = "".join(
        parts.get(part) or re.escape(part) for part in re.split(r"(\{name\}|\{id\}|\*)", name)
    )
    return (("", re.compile(f"{written}$", re.IGNORECASE)), *FORMS)


TOO_MANY = f"No more than {MODULES[0]} modules of a student are taken along."
HELPER = "A notebook of the same student may import it."
AS_SCRIPT = "A script (.py), read cell by cell."
OURS = "An earlier run of the grader has written it."
NO_LOSS = HELPER, OURS
NO_NOTEBOOK = "There is no notebook in this folder."
NO_FORM = "It is no notebook (.ipynb): what it holds is not used."
PACKED_SO = "It is packed in a form that is not read. Pack what is in it as a ZIP file."


def _is_one_of(ours, path):
    return bool(ours) and any(one in ours for one in (path.absolute(), *path.absolute().parents))


def _is_packed(file):
    return file.parts[-1].lower().endswith(PACKED)


def _groups(files):
    """Tell which folders (the names on the way to them) hold the work of several students."""
    stems, inner = {}, {}
    for file in files:
        for i in range(len(file.parts)):
            if file.reason not in (HIDDEN, OURS):
                inner.setdefault(file.parts[:i], set()).add(file.parts[i])
        if file.is_notebook or file.is_export:
            stems.setdefault(file.parts[:-1], set()).add(_stem(file.parts[-1]))

    def several(folder):
        direct, within = stems.get(folder, set()), [(*folder, name) for name in inner[folder]]
        if direct:
            return len(direct) > 1 and not any(map(LESSON.search, direct))
        if len(within) == 1:
            return within[0] in inner and several(within[0])
        named = [GROUP.match(name[-1]) for name in within]
        return named.count(None) > 1 or all(one in inner and several(one) for one in within)

    groups = {()}
    for folder in sorted(inner, key=len):
        if folder and folder[:-1] in groups:
            direct, alone = stems.get(folder, set()), len(inner[folder[:-1]]) == 1
            if GROUP.match(_stem(folder[-1])):
                is_group = not direct or not all(map(LESSON.search, direct))
            else:
                is_group = (direct or alone) and several(folder)
            groups |= {folder} if is_group else set()
    return groups


def _whose(file, groups, forms):
    """Return the file as a submission of the student whom its place tells."""
    place = "/".join(file.parts)
    for part in file.parts:
        for platform, pattern in forms:
            if match := pattern.match(part):
                told = match.groupdict()
                late = ("Canvas says that it was late.",) if told.get("late") else ()
                number = told.get("id", "")
                student = unicodedata.normalize("NFC", told.get("name", number)).strip()
                one = Submission(student, place, file.path, platform, number, late, file.reason)
                return replace(one, when=_when(told.get("when", "")))
    depth = next(i for i in range(len(file.parts)) if file.parts[: i + 1] not in groups)
    return Submission(_named(file.parts[depth]), place, file.path, reason=file.reason)


def _when(told):
    """Read the time in a platform's name, or return None."""
    told = re.sub(r"\b(\d{3})\b", r"0\1", re.sub("[.,]", "", told))  # 300 PM
    for form in WHEN:
        with suppress(ValueError):
            return datetime.strptime(told, form)
    return None


def _named(name):
    """Return who is named beside the lesson's own name: 01_neuron_mia is mia's."""
    stem = _stem(name)
    beside = [part for part in OWN_NAME.split(stem) if part]
    if len(beside) != 1 or LESSON.search(beside[0]) or A_COPY.fullmatch(beside[0]):
        return stem
    return beside[0]


def _together(found):
    """Put two downloads of one student together, mia.ipynb and mia (1).ipynb; say what is odd."""
    names = {}  # the first of those that differ in capitals alone
    for name in sorted((one.student for one in found), key=str.isupper):
        names.setdefault(name.casefold(), name)
    said = []
    for one in found:
        student = names[one.student.casefold()]
        student = names.get(AGAIN.sub("", student).casefold(), student)
        file = one.place.rpartition("/")[2]
        notes = one.notes
        if (match := NOTEBOOK.search(file)) and match[1]:
            notes += (f"Its name ends in {match[1].strip()}; it was read as a notebook.",)
        place = unicodedata.normalize("NFC", one.place)
        if student != one.student or (student not in place and not one.platform):
            notes += (f"It counts as {student}'s, whose name it does not quite bear.",)
        said.append(replace(one, student=student, notes=notes))
    return said


def _apart(found):
    """Keep two students of one name apart, whom the platform numbers differently."""
    numbers = {}
    for one in found:
        parent = one.place.partition(one.student)[0]
        numbers.setdefault((parent, one.student), set()).add(one.number)
    doubled = {student for (_, student), several in numbers.items() if len(several - {""}) > 1}
    return [
        replace(one, student=f"{one.student} ({one.number})") if one.student in doubled else one
        for one in found
    ]


def _stem(name):
    while name.lower().endswith((".zip", ".txt", *OTHER_FORMS, *PACKED)):
        name = name.rpartition(".")[0]
    return unicodedata.normalize("NFC", NOTEBOOK.sub("", name)).strip()
