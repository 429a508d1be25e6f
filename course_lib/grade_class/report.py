"""What the instructor reads: marks, misconceptions and what to revisit, as CSV and as one page.

Names, code and messages come from students: in the page all of it is escaped, and in the CSV
nothing begins as a formula does.
"""

import base64
import csv
import html
import io
import json
import re
import statistics
from collections import Counter
from dataclasses import dataclass, field

from course_lib.exercises import LESSONS, LOOKS, engine
from course_lib.grade_class.messages import Verdict
from course_lib.grade_class.process import CRASHED, STATUSES

MISSING = "not handed in"
# Sign in the table; colour and hatching of the bar.
SIGNS = {status: sign for status, (sign, _) in LOOKS.items()} | {CRASHED: "‼", MISSING: "–"}
BARS = {
    engine.PASSED: ("#0072B2", ""),
    engine.WRONG: ("#D55E00", "///"),
    engine.RAISED: ("#E69F00", "\\\\\\"),
    CRASHED: ("#000000", ""),
    engine.UNDECIDED: ("#BBBBBB", "xx"),
    engine.NOT_ATTEMPTED: ("#BBBBBB", "..."),
    MISSING: ("#FFFFFF", ""),
}
# Spreadsheets take a cell for a formula that begins so, some of them in wide characters too:
# https://owasp.org/www-community/attacks/CSV_Injection
# Where another sign separates, as ; does in much of Europe, a cell begins after it.
FORMULA = re.compile(r"^[ \"]*(?=[=+\-@\t\r\n＝＋－＠])|[;\t\r\n][ \"]*(?=[=+\-@＝＋－＠])")
# Names that no file of Windows can have.
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass
class Student:
    """A student's verdicts, from an exercise's id to a verdict, and what is to be said besides."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # for the instructor alone
    platform: str = ""
    number: str = ""  # what the platform knows the student by

    def status(self, name):
        """Tell what became of an exercise."""
        return self.verdicts[name]["status"] if name in self.verdicts else MISSING

    def passed(self, names):
        """List those of the exercises that are passed."""
        return [name for name in names if self.status(name) == engine.PASSED]


@dataclass
class Class:
    """All students by name, and the lessons handed in: from number to the exercises' ids."""

    students: dict[str, Student]
    lessons: dict[str, list[str]]
    points: dict[str, float] = field(default_factory=dict)  # of those that do not count 1
    fences: str = ""  # what kept the submissions in

    def worth(self, names):
        """Add up the points of exercises."""
        total = sum(self.points.get(name, 1) for name in names)
        return int(total) if total == int(total) else total  # 5 and no 5.0

    def sums(self):
        """List the points of each student."""
        return [self.worth(student.passed(self.ids)) for student in self.students.values()]

    def identical(self):
        """List (lesson, students) whose answers are the same but for spaces and comments.

        Three answers at least, and all that they gave: short ones are the same by themselves.
        """
        groups = {}
        for name, student in self.students.items():
            for lesson, ids in self.lessons.items():
                codes = {i: student.verdicts[i]["code"] for i in ids if i in student.verdicts}
                codes = {i: re.sub(r"#.*|\s+", "", code) for i, code in codes.items()}
                given = tuple(
                    (i, code) for i, code in codes.items() if code and _is_tried(student, i)
                )
                if len(given) >= 3:
                    groups.setdefault((lesson, given), []).append(name)
        return [(lesson, names) for (lesson, _), names in groups.items() if len(names) > 1]

    @property
    def ids(self):
        """The ids of all exercises of these lessons."""
        return [name for names in self.lessons.values() for name in names]

    def misconceptions(self):
        """List (exercise, slug, number of students, sentence), the most common first."""
        count, said = Counter(), {}
        for student in self.students.values():
            for name, verdict in student.verdicts.items():
                if slug := verdict["misconception"]:
                    count[name, slug] += 1
                    first = verdict["message"].partition("\n")[0]
                    said.setdefault((name, slug), Counter())[first] += 1
        known = {
            (exercise.id, mistake.slug): mistake.sentence
            for module in LESSONS.values()
            for exercise in module.EXERCISES
            for mistake in exercise.misconceptions
        }
        place = {name: i for i, name in enumerate(self.ids)}
        order = sorted(count, key=lambda key: (-count[key], place[key[0]], key[1]))
        return [
            (*key, count[key], known.get(key) or said[key].most_common(1)[0][0]) for key in order
        ]


def _is_tried(student, name):
    return student.status(name) not in (engine.NOT_ATTEMPTED, MISSING)


def files(path, whole):
    """Return what is to be written: for each path its text.

    Parameters
    ----------
    path : Path
        Of the CSV with the marks.
    whole : Class
    """
    return {
        path: table(marks(whole)),
        path.with_name(f"{path.stem}_misconceptions.csv"): table(
            [
                ("exercise", "misconception", "students", "sentence"),
                *whole.misconceptions(),
            ]
        ),
        path.with_suffix(".html"): page(whole),
    }


def gather(graded, points=None):
    """Put each student's submissions together; of two answers the better one counts."""
    students, lessons, seen = {}, set(), set()
    for one, result in graded:
        student = students.setdefault(one.student, Student())
        notes = [result["problem"]] if "problem" in result else result["notes"]
        notes = [*one.notes, *notes]
        again = one.student, result.get("lesson")
        if again in seen and again[1]:
            notes.append(f"Lesson {again[1]} once more: of each exercise the better answer counts.")
        seen.add(again)
        if _is_no_text(json.dumps(result, ensure_ascii=False)):
            notes.append(
                "It holds half characters, which no file can: they are written as \\udc00."
            )
        student.platform, student.number = one.platform, one.number
        student.notes += [f"{one.place}: {note}" for note in notes]
        lessons |= {result["lesson"]} if "lesson" in result else set()
        for name, verdict in result.get("verdicts", {}).items():
            known = student.verdicts.setdefault(name, verdict)
            student.verdicts[name] = min(
                known, verdict, key=lambda verdict: STATUSES.index(verdict["status"])
            )
    ids = {
        number: [exercise.id for exercise in module.EXERCISES]
        for number, module in LESSONS.items()
        if number in lessons
    }
    return Class(students, ids, points or {})


def _is_no_text(words):
    return any("\ud800" <= letter <= "\udfff" for letter in words)


def marks(whole):
    """Return the rows of the CSV: a heading, and a row for each student."""
    heads = [f"lesson {n} (of {whole.worth(ids):g})" for n, ids in whole.lessons.items()]
    total = f"total (of {whole.worth(whole.ids):g})"
    rows = [["student", *heads, total, *whole.ids, "misconceptions", "notes"]]
    for name, student in whole.students.items():
        slugs = [
            f"{exercise}: {student.verdicts[exercise]['misconception']}"
            for exercise in whole.ids
            if exercise in student.verdicts and student.verdicts[exercise]["misconception"]
        ]
        sums = [whole.worth(student.passed(i)) for i in (*whole.lessons.values(), whole.ids)]
        statuses = [student.status(exercise) for exercise in whole.ids]
        rows.append(
            [name, *sums, *statuses, "; ".join(slugs), "; ".join(student.notes + student.remarks)]
        )
    return rows


def table(rows):
    """Write rows as CSV in which nothing is a formula, whatever separates cells."""
    stream = io.StringIO()
    stream.write("\ufeff")  # without it Excel takes UTF-8 for something else
    csv.writer(stream).writerows([[_defused(cell) for cell in row] for row in rows])
    return stream.getvalue()


def _defused(cell):
    return FORMULA.sub(r"\g<0>'", shown(cell)) if isinstance(cell, str) else cell


def shown(words):
    """Spell out the signs that turn the direction of writing, and so what a reader sees."""
    return TURNS.sub(lambda match: f"\\u{ord(match[0]):04x}", words)


# --- The page ------------------------------------------------------------------------------------


def page(whole):
    """Write the page: two plots, what to revisit, marks, and each student's answers."""
    from course_lib.plots import paper

    students, lessons = len(whole.students), ", ".join(whole.lessons)
    common = whole.misconceptions()
    shown, rest = common[:10], common[10:]
    more = (
        f"<details><summary>{len(rest)} more</summary>{_revisit(rest, students)}</details>"
        if rest
        else ""
    )
    answers = "".join(
        _answers(i, name, student) for i, (name, student) in enumerate(whole.students.items())
    )
    sums = whole.sums()
    middle = f"mean {statistics.mean(sums):.3g}, median {statistics.median(sums):g}" if sums else ""
    with paper():
        plots = f"{_bars(whole)}{_sums(whole)}" if whole.ids else ""
    legend = ", ".join(f"{sign} {status}" for status, sign in SIGNS.items())
    return f"""{_head("Marks of the class")}
<p>{students} students; lessons: {lessons or "none that could be read"}. A mark counts exercises
that passed every check; it says what the code does, not who wrote it.
Points of {whole.worth(whole.ids):g}: {middle}.</p>
<p>What kept the submissions in: {_escaped(whole.fences)}.</p>
{plots}
<h2>What to revisit</h2>
{_revisit(shown, students) if shown else "<p>No misconception was recognised.</p>"}{more}
<h2>Marks</h2><p>{legend}</p>
{_marks(whole)}
<h2>Answers that did not pass</h2>
{answers or "<p>There are none.</p>"}
{_side_by_side(whole)}
</main></body></html>
"""


def _head(title):
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{_escaped(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>{STYLE}</style></head><body><main>
<h1>{_escaped(title)}</h1>"""


def _side_by_side(whole):
    rows = [(lesson, "<br>".join(map(_escaped, names))) for lesson, names in whole.identical()]
    if not rows:
        return ""
    table = _table(("lesson", "students"), rows, "Answers that are the same")
    return f"""<h2>Answers that are the same</h2>
<p>All answers that these students gave in a lesson are the same, but for spaces and comments.
That may have many reasons, and says nothing about who wrote them.</p>{table}"""


def pages(folder, whole):
    """Return a page for each student, to give back: its path and its text."""
    written, taken = {}, set()
    for i, name in enumerate(whole.students):
        plain = re.sub(r"[^\w .-]", "_", name).strip(". ")[:60] or "student"
        plain = f"_{plain}" if DEVICE.match(plain) else plain
        plain = plain if plain.casefold() not in taken else f"{plain} {i + 1}"
        taken.add(plain.casefold())
        written[folder / f"{plain}.html"] = own_page(whole, name)
    return written


def own_page(whole, name):
    """Write the page of one student, without a word about the others."""
    student = whole.students[name]
    rows = [
        (
            exercise,
            f'<span class="{student.status(exercise).replace(" ", "-")}">'
            f"{SIGNS[student.status(exercise)]} {student.status(exercise)}</span>",
        )
        for exercise in whole.ids
    ]
    notes = "".join(f'<p class="said">{_escaped(note)}</p>' for note in student.notes)
    earned = whole.worth(student.passed(whole.ids))
    return f"""{_head(name)}
<p>{earned:g} of {whole.worth(whole.ids):g} points.</p>{notes}
{_table(("exercise", "what became of it"), rows, "Exercises") if rows else ""}
{"".join(_of_answers(student, head="h2"))}
</main></body></html>
"""


def _escaped(words):
    return html.escape(shown(words))


def _table(head, rows, label):
    # What scrolls must be reached by keyboard as well.
    head = "".join(f'<th scope="col">{_escaped(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{_escaped(first)}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>\n"
        for first, *cells in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{_escaped(label)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>"
    )


def _revisit(common, students):
    rows = [
        (
            slug,
            f"<code>{name}</code>",
            f"{count} of {students}",
            f'<div class="sentence">{_escaped(sentence)}</div>',
        )
        for name, slug, count, sentence in common
    ]
    head = ("misconception", "exercise", "students", "what it says")
    return _table(head, rows, f"Misconceptions, from {common[0][1]} on")


def _marks(whole):
    head, *rows = marks(whole)
    sums = len(whole.lessons) + 1
    cells = [
        (
            row[0],
            *row[1 : 1 + sums],
            *(
                _sign(status, f"a{i}-{name}")
                for name, status in zip(whole.ids, row[1 + sums : -2], strict=True)
            ),
        )
        for i, row in enumerate(rows)
    ]
    return _table(head[:-2], cells, "Marks of all students")


def _sign(status, anchor):
    said = (
        f'<span class="{status.replace(" ", "-")}" title="{status}">{SIGNS[status]}'
        f'<span class="read"> {status}</span></span>'
    )
    shown = status not in (engine.PASSED, engine.NOT_ATTEMPTED, MISSING)
    return f'<a href="#{anchor}">{said}</a>' if shown else said


def _of_answers(student, start="a-", head="h3"):
    return [
        f'<{head} id="{start}{exercise}"><code>{exercise}</code>: {verdict["status"]}</{head}>'
        f'<p class="said">{_escaped(verdict["message"])}</p>'
        + (f'<pre tabindex="0">{_escaped(verdict["code"])}</pre>' if verdict["code"] else "")
        for exercise, verdict in student.verdicts.items()
        if verdict["status"] not in (engine.PASSED, engine.NOT_ATTEMPTED)
    ]


def _answers(i, name, student):
    answers = _of_answers(student, f"a{i}-")
    notes = [f'<p class="said">{_escaped(note)}</p>' for note in student.notes + student.remarks]
    if not answers + notes:
        return ""
    counts = (len(answers), "answer"), (len(notes), "note")
    about = ", ".join(f"{n} {what}{'s' * (n > 1)}" for n, what in counts if n)
    return (
        f"<details><summary>{_escaped(name)}: {about}</summary>"
        f"{''.join(notes + answers)}</details>\n"
    )


# --- Plots ---------------------------------------------------------------------------------------


def _bars(whole):
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    count = {
        name: Counter(student.status(name) for student in whole.students.values())
        for name in whole.ids
    }
    figure = Figure(figsize=(8, 1.2 + 0.28 * len(count)), layout="constrained")
    ax = figure.subplots()
    left = dict.fromkeys(count, 0)
    for status, (colour, hatch) in BARS.items():
        widths = [count[name][status] for name in count]
        if any(widths):
            look = dict(color=colour, hatch=hatch, edgecolor="#444444", linewidth=0.5)
            ax.barh(list(count), widths, left=list(left.values()), label=status, **look)
        left = {name: left[name] + count[name][status] for name in count}
    ax.invert_yaxis()
    ax.margins(y=0.01)
    ax.set(xlabel="students", xlim=(0, len(whole.students)))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    said = "; ".join(
        f"{name}: " + ", ".join(f"{n} {status}" for status, n in count[name].most_common())
        for name in count
    )
    return _picture(figure, "What became of each exercise", f"One bar for each exercise. {said}.")


def _sums(whole):
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    count = Counter(len(student.passed(whole.ids)) for student in whole.students.values())
    figure = Figure(figsize=(8, 2.6), layout="constrained")
    ax = figure.subplots()
    ax.bar(list(count), list(count.values()), color="#0072B2")
    ax.set(xlabel="exercises passed", ylabel="students", xlim=(-0.6, len(whole.ids) + 0.6))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    said = ", ".join(f"{count[n]} with {n}" for n in sorted(count))
    return _picture(figure, "How many exercises the students passed", f"Students: {said}.")


def _picture(figure, caption, alt):
    from matplotlib import rc_context

    stream = io.BytesIO()
    with rc_context({"svg.hashsalt": caption}):  # with no date: the same marks, the same bytes
        figure.savefig(stream, format="svg", metadata={"Date": None})
    data = base64.b64encode(stream.getvalue()).decode()
    return (
        f'<figure><div class="wide" tabindex="0" role="group" aria-label="{_escaped(caption)}">'
        f'<img src="data:image/svg+xml;base64,{data}" alt="{_escaped(alt)}"></div>'
        f"<figcaption>{_escaped(caption)}</figcaption></figure>\n"
    )


STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #c8c8c8; --soft: #f3f3f3;
  --good: #00568a; --bad: #a34000 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181c; --line: #4a4d55;
  --soft: #22252b; --good: #6cc3f5; --bad: #ffa066 } }
body { margin: 0; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 64rem; margin: auto; padding: 1rem }
h1, h2, h3 { line-height: 1.2; overflow-wrap: anywhere }
h2 { margin-top: 2.5rem }
figure { margin: 1rem 0; padding: .5rem; background: #fff; color: #1b1b1b; border-radius: 6px }
.wide { overflow: auto }
.wide img { display: block; width: 100%; min-width: 34rem; height: auto }
figcaption { text-align: center; font-size: .9rem }
.scroll { position: relative; overflow: auto; max-height: 80vh; border: 1px solid var(--line) }
table { border-collapse: collapse; font-size: .9rem }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left }
thead th { position: sticky; top: 0; z-index: 1; background: var(--soft) }
tbody th { position: sticky; left: 0; background: var(--paper);
  min-width: 7rem; max-width: min(18rem, 45vw); overflow-wrap: break-word }
.sentence { min-width: 12rem }
.passed { color: var(--good) }
.wrong, .raised, .crashed { color: var(--bad); font-weight: bold }
a:has(> span) { text-decoration: none }
.read { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap }
summary { cursor: pointer; padding: .3rem 0; overflow-wrap: anywhere }
.said { white-space: pre-wrap; overflow-wrap: anywhere }
pre { overflow: auto; padding: .6rem; background: var(--soft); border: 1px solid var(--line) }
"""
