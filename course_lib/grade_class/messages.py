"""What is said of a submission, and what ``marks.jsonl`` keeps of it."""

from typing import TypedDict


class Unreadable(ValueError):
    """A file that is no notebook; the message says why, for the instructor."""


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


class Graded(About):
    """A submission that was graded: its verdicts by the exercises' ids."""

    verdicts: dict[str, Verdict]


class Entry(TypedDict):
    """A line of ``marks.jsonl``; the SHA-256 is that of the submission and the course.

    The seal is made with a key that no submission can read, so that none can write a line.
    """

    sha256: str
    seal: str
    result: Problem | Graded
