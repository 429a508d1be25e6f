"""python -m course_lib.grade_class folder/ --csv marks.csv."""

import argparse
import sys
from datetime import datetime, time

from course_lib.grade_class import capstone, grade_class
from course_lib.grade_class.process import Broken


def main(arguments=None):
    """Read the command line and grade; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m course_lib.grade_class", description=ABOUT)
    parser.add_argument("folder", help="what was handed in, or a ZIP file of it")
    parser.add_argument("--csv", default="marks.csv", help="where the marks go (marks.csv)")
    parser.add_argument("--roster", help="a CSV with everybody's name: who is missing is said")
    parser.add_argument(
        "--points",
        nargs="+",
        default=[],
        metavar="EXERCISE=POINTS",
        type=_points,
        help="of exercises that count more or less than 1",
    )
    parser.add_argument("--capstone", action="store_true", help="a folder of networks, compared")
    parser.add_argument("--seed", type=int, help="of the capstone's images; by default drawn, kept")
    parser.add_argument("--show-names", action="store_true", help="on the capstone's board, too")
    parser.add_argument(
        "--name",
        metavar="PATTERN",
        help="how names of files or folders are made, such as 'hw1_{name}_{id}.ipynb'",
    )
    parser.add_argument(
        "--deadline",
        metavar="DATE",
        type=_date,
        help="whose file is younger is noted: 2026-11-30T18:00, 2026-11-30 for the end of that "
        "day, or with a time zone 2026-11-30T18:00+01:00",
    )
    parser.add_argument("--pages", metavar="FOLDER", help="a page for each student, to give back")
    options = parser.parse_args(arguments)
    more = dict(name=options.name, deadline=options.deadline, pages=options.pages)
    try:
        if options.capstone:
            print(capstone.judge(options.folder, options.csv, options.seed, options.show_names))
            return 0
        print(
            grade_class(options.folder, options.csv, options.roster, dict(options.points), **more)
        )
    except PermissionError as error:
        return f"No marks were written: {error}"
    except (OSError, ValueError) as error:
        return f"Nothing was graded: {error}"
    except Broken as error:
        return f"Stopped, and no mark was written. {error}"
    except KeyboardInterrupt:
        return "Interrupted. What was graded is kept: the same command goes on from there."
    return 0


def _points(words):
    name, _, number = words.partition("=")
    try:
        return name, float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{words}'; expected such as sigmoid=2") from None


def _date(words):
    try:
        date = datetime.fromisoformat(words)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{words}'; expected such as 2026-11-30T18:00") from None
    return datetime.combine(date, time.max) if len(words) <= len("2026-11-30") else date


ABOUT = """Grade the exercises of a class: marks as CSV, a page with plots, and what to revisit.
Each notebook runs in a process of its own, and the page says what keeps it in."""

if __name__ == "__main__":
    sys.exit(main())
