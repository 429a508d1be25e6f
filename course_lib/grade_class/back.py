"""What goes out again: marks for Moodle and Canvas, comments, and how well each exercise asks."""

from collections import Counter

import numpy as np

from course_lib.exercises import engine
from course_lib.grade_class.handed_in import HELPER
from course_lib.grade_class.report import MISSING, table


def files(path, whole, graded, unused):
    """Return what is to be written beside the marks: for each path its text.

    Parameters
    ----------
    path : Path
        Of the CSV with the marks.
    whole : Class
    graded : list of (Submission, result)
    unused : list of (str, str)
        Places and reasons.
    """
    tables = {
        "items": items(whole),
        "comments": [("student", "comment"), *((n, comment(whole, n)) for n in whole.students)],
        "files": _files(graded, unused),
    }
    platforms = {student.platform for student in whole.students.values()}
    if "Moodle" in platforms:
        tables["moodle"] = moodle(whole)
    if "Canvas" in platforms:
        tables["canvas"] = canvas(whole)
    return {path.with_name(f"{path.stem}_{name}.csv"): table(rows) for name, rows in tables.items()}


def moodle(whole):
    """Return the rows of an assignment's offline grading worksheet, with the columns it needs.

    Those that the importer looks for: https://docs.moodle.org/en/Assignment_settings and
    ``mod/assign/feedback/offline/importgradeslib.php``.
    """
    head = (
        *("Identifier", "Full name", "Grade", "Maximum grade"),
        *("Last modified (grade)", "Feedback comments"),
    )
    most = whole.worth(whole.ids)
    return [head] + [
        (
            f"Participant {student.number}",
            name,
            _sum(whole, student),
            most,
            "",
            comment(whole, name),
        )
        for name, student in whole.students.items()
        if student.platform == "Moodle"
    ]


def canvas(whole):
    """Return the rows of a grade book as Canvas exports and imports it, a column for each lesson.

    Its columns: https://community.canvaslms.com/t5/Instructor-Guide/ta-p/807; it looks for the
    user in ``ID``.
    """
    rows = [("Student", "ID", "SIS User ID", "SIS Login ID", "Section")]
    rows[0] += tuple(f"Lesson {number}" for number in whole.lessons)
    rows.append(("Points Possible", "", "", "", "", *map(whole.worth, whole.lessons.values())))
    for name, student in whole.students.items():
        if student.platform == "Canvas":
            sums = [whole.worth(student.passed(ids)) for ids in whole.lessons.values()]
            rows.append((name, student.number, "", "", "", *sums))
    return rows


def _sum(whole, student):
    return whole.worth(student.passed(whole.ids))


def comment(whole, name):
    """Say to a student what became of each exercise, ready to send."""
    student = whole.students[name]
    lines = [f"{_sum(whole, student):g} of {whole.worth(whole.ids):g} points."]
    for exercise in whole.ids:
        verdict = student.verdicts.get(exercise)
        said = "" if verdict is None else verdict["message"]
        tell = said and verdict["status"] not in (engine.PASSED, engine.NOT_ATTEMPTED)
        lines.append(f"{exercise}: {student.status(exercise)}{'. ' + said if tell else ''}")
    return "\n".join([*lines, *student.notes])


def items(whole):
    """Return a row for each exercise: how many tried and passed, and how well it tells them apart.

    The discrimination is the correlation of passing it with how many others were passed; it is
    left out where all passed, or none.
    """
    rows = [("exercise", "handed in", "tried", "passed", "discrimination", "misconceptions")]
    for name in whole.ids:
        students = [s for s in whole.students.values() if s.status(name) != MISSING]
        tried = [s for s in students if s.status(name) != engine.NOT_ATTEMPTED]
        own = np.array([s.status(name) == engine.PASSED for s in students], float)
        rest = np.array([len(s.passed(whole.ids)) for s in students]) - own
        tells = np.ptp(own) > 0 and np.ptp(rest) > 0 if students else False
        slugs = Counter(s.verdicts[name]["misconception"] for s in tried)
        common = [f"{slug} ({n})" for slug, n in slugs.most_common(4) if slug]
        r = f"{np.corrcoef(own, rest)[0, 1]:.2f}" if tells else ""
        rows.append((name, len(students), len(tried), int(own.sum()), r, ", ".join(common)))
    return rows


def _files(graded, unused):
    rows = [("file", "student", "used", "why")]
    for one, result in graded:
        why = [result["problem"]] if "problem" in result else []
        used = "no" if why else "yes"
        rows.append((one.place, one.student, used, " ".join([*one.notes, *why])))
    named = {one.place for one, _ in graded}
    return rows + [
        (place, "", "yes" if why == HELPER else "no", why)
        for place, why in unused
        if place not in named
    ]
