"""What passes between the judge's process and the grader's, and what ``marks.jsonl`` keeps of it.

The judge writes lines of JSON: a `Problem`, or else an `About` and an `Answer` for each exercise.
Each line carries the secret as well.
"""

from typing import TypedDict


class Problem(TypedDict):
    """A submission that cannot be graded, and why."""

    problem: str


class About(TypedDict):
    """Which lesson it is, and what the instructor has to know besides."""

    lesson: str
    notes: list[str]


class Verdict(TypedDict):
    """What became of an exercise; `status` is one of `process.STATUSES`."""

    status: str
    misconception: str | None
    message: str
    code: str


class Answer(Verdict):
    """A verdict, with the exercise's id."""

    id: str


class Graded(About):
    """A submission that was graded: its verdicts by the exercises' ids."""

    verdicts: dict[str, Verdict]


class Entry(TypedDict):
    """A line of ``marks.jsonl``; the SHA-256 is that of the submission and the course."""

    sha256: str
    result: Problem | Graded
