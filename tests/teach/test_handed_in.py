"""What students and platforms really hand in: odd ZIP files, odd names, odd lists, late files."""

import csv
import io
import itertools
import json
import os
import stat
import struct
import sys
import time
import warnings
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from conftest import ROOT

from course_lib.grade_class import files, grade_class, handed_in, process, reader, report, roster
from course_lib.grade_class.__main__ import main
from course_lib.grade_class.messages import Unreadable

SIGMOID = "import numpy as np\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))  # Müller, Weiß"
CELL = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": SIGMOID}


def notebook(*cells, **more):
    """Return a notebook, as a dictionary."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more


NB = json.dumps(notebook(CELL)).encode()


def put(path, data):
    """Write bytes, with the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def zipped(*entries, **more):
    """Return the bytes of a ZIP file of (name or ZipInfo, bytes)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **more) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two files of one name
        for name, data in entries:
            archive.writestr(name, data)
    return stream.getvalue()


def with_bytes(data, sign, offset, *values):
    """Change bytes of a ZIP file, counted from the first such sign."""
    data, start = bytearray(data), data.index(sign) + offset
    data[start : start + len(values)] = values
    return bytes(data)


def found_in(room, handed):
    """Find what was handed in among files; return (place, student) → what is said, and the rest."""
    (room / "scratch").mkdir(parents=True)
    for name, data in handed.items():
        put(room / "in" / name, data)
    found, unused = handed_in.find(room / "in", room / "scratch")
    said = {one.place: " ".join((*one.notes, one.reason)).strip() for one in found}
    return {one.place: one.student for one in found}, said, dict(unused)


# --- ZIP files -----------------------------------------------------------------------------------

LINK = zipfile.ZipInfo("mia/01_neuron.ipynb")
LINK.create_system, LINK.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
PLAIN = zipped(("mia.ipynb", NB), ("ben.ipynb", NB))
ENTRY, DIRECTORY = b"PK\3\4", b"PK\1\2"  # what stands before a file, and before its row
LOCKED = with_bytes(with_bytes(PLAIN, ENTRY, 6, 1), DIRECTORY, 8, 1)
DEEP = zipped(("mia.ipynb", NB))
for level in range(4):
    DEEP = zipped((f"{level}.zip", DEEP))
UNDERSCORES = zipped(("J_rg/01_neuron.ipynb", NB), ("ben/01_neuron.ipynb", NB))
BOTH = {"class.zip/mia.ipynb": "mia", "class.zip/ben.ipynb": "ben"}
ZIPS = {
    "ways of Windows": (
        zipped(("all\\mia\\01_neuron.ipynb", NB), ("all\\ben\\01_neuron.ipynb", NB)),
        {"class.zip/all/mia/01_neuron.ipynb": "mia", "class.zip/all/ben/01_neuron.ipynb": "ben"},
        {},
    ),
    "a link": (zipped((LINK, "/etc/passwd")), {"class.zip/mia/01_neuron.ipynb": "mia"},
               {"class.zip/mia/01_neuron.ipynb": "It is a link"}),
    "one of two is locked": (LOCKED, BOTH, {"class.zip/mia.ipynb": "locked with a password"}),
    "one of two is damaged": (with_bytes(PLAIN, DIRECTORY, 16, 1, 2, 3, 4), BOTH,
                              {"class.zip/mia.ipynb": "damaged in its ZIP file"}),
    "packed in an unknown way": (with_bytes(with_bytes(PLAIN, ENTRY, 8, 99), DIRECTORY, 10, 99),
                                 BOTH, {"class.zip/mia.ipynb": "damaged in its ZIP file"}),
    "a way to pack with errors of its own": (
        with_bytes(zipped(("mia.ipynb", NB), compression=zipfile.ZIP_BZIP2), b"BZh", 4, *bytes(9)),
        {"class.zip/mia.ipynb": "mia"}, {"class.zip/mia.ipynb": "damaged in its ZIP file"},
    ),
    "nothing but folders": (zipped(("a/", b""), ("a/b/", b"")), {"class.zip": "class"},
                            {"class.zip": "nothing in this ZIP file"}),
    "nothing but what a Mac adds": (zipped(("__MACOSX/._a.ipynb", b"")), {"class.zip": "class"},
                                    {"class.zip": "nothing in this ZIP file"}),
    "deeper than anyone packs": (DEEP, {"class.zip/3.zip/2.zip/1.zip": "3"},
                                 {"class.zip/3.zip/2.zip/1.zip": "3 deep, no deeper"}),
    "names in the letters of Windows": (
        UNDERSCORES.replace(b"J_rg", "Jörg".encode("cp1252")),
        {"class.zip/Jörg/01_neuron.ipynb": "Jörg", "class.zip/ben/01_neuron.ipynb": "ben"}, {},
    ),
    "names in the letters of DOS": (
        UNDERSCORES.replace(b"J_rg", "Jörg".encode("cp437")),
        {"class.zip/Jörg/01_neuron.ipynb": "Jörg", "class.zip/ben/01_neuron.ipynb": "ben"}, {},
    ),
    "an ending of 3,000 letters": (
        zipped(("mia.ipynb", NB), ("liz.ipynb", NB), (f"x.{'y' * 3000}", b"")),
        {"class.zip/mia.ipynb": "mia", "class.zip/liz.ipynb": "liz"}, {},
    ),
    "two files of one name": (zipped(("mia.ipynb", NB), ("mia.ipynb", b"{}"), ("ben.ipynb", NB)),
                              BOTH, {}),
}  # fmt: skip


@pytest.mark.parametrize("kind", ZIPS)
def test_an_odd_zip_file_costs_nobody_but_its_own(tmp_path, kind):
    """One row a student, whatever lies beside it in the ZIP file; what is odd is said."""
    data, whose, says = ZIPS[kind]
    found, said, _ = found_in(tmp_path, {"class.zip": data, "tom.ipynb": NB})
    assert found == whose | {"tom.ipynb": "tom"}
    for place in said:
        assert (says[place] in said[place]) if place in says else not said[place]


def test_a_zip_file_does_not_fill_the_disk(tmp_path, monkeypatch):
    """What one ZIP file unpacks to ends somewhere, also where it is thousands of empty files."""
    monkeypatch.setattr(files, "ROOM", 1_000_000)
    large = zipped(
        *((f"{k}.txt", bytes(400_000)) for k in range(9)), compression=zipfile.ZIP_DEFLATED
    )
    many = zipped(*((f"{k}.txt", b"") for k in range(300)), ("mia.ipynb", NB))
    handed = {"liz.zip": large, "mia.zip": many, "ben.zip": zipped(("01_neuron.ipynb", NB))}
    found, said, _ = found_in(tmp_path, handed)
    assert {"ben", "liz", "mia"} == set(found.values())
    assert "too much" in said["mia.zip/mia.ipynb"]
    assert sum("too much" in why for why in said.values()) == 7 + 201
    assert not said["ben.zip/01_neuron.ipynb"]
    written = [path.stat().st_size for path in (tmp_path / "scratch").iterdir()]
    assert len(written) == 2 + 100 + 1 and sum(written) < 1_000_000


NAMES = {
    "what browsers and editors add": (
        "mia.ipynb.txt|ben.ipynb (1)|liz.ipynb.crdownload|tom.ipynb_|ann.ipynb.ipynb|"
        "joe.ipynb.json.txt|kim.ipynb~",
        ["ann", "ben", "joe", "kim", "liz", "mia", "tom"],
    ),
    "no ending that tells anything": ("mia.txt|ben.json|liz", ["ben", "liz", "mia"]),
    "capitals": ("lesson1/mia.ipynb|lesson2/Mia.ipynb|lesson2/ben.ipynb", ["ben", "mia"]),
    "capitals alone": ("MIA.ipynb|Mia.ipynb", ["Mia"]),
    "copies in other languages": ("mia.ipynb|Kopie von mia.ipynb|Copia de mia.ipynb", ["mia"]),
    "Moodle's, of all kinds of letters": (
        "Zoë O'Brien-Smith_13_assignsubmission_file_/a.ipynb|"
        "Miller, Mia_14_assignsubmission_file_/b.ipynb|Ли_15_assignsubmission_file_/c.ipynb",
        ["Miller, Mia", "Zoë O'Brien-Smith", "Ли"],
    ),
    "Moodle's, whose name nobody is to see": (
        "Participant_12_assignsubmission_file_/a.ipynb|"
        "Participant_13_assignsubmission_file_/a.ipynb",
        ["Participant (12)", "Participant (13)"],
    ),
    "Canvas's, of all kinds of letters": (
        "o'brienliz_1_2_01_neuron.ipynb|müllerjörg_3_4_01_neuron-1.ipynb|"
        "müllerjörg_3_5_01_neuron-2.ipynb",
        ["müllerjörg", "o'brienliz"],
    ),
    "the whole course": (
        "mia/course/notebooks/01_neuron.ipynb|mia/course/my_notebooks/01_neuron.ipynb|"
        "ben/my_notebooks/01_neuron.ipynb",
        ["ben", "mia"],
    ),
}


@pytest.mark.parametrize("kind", NAMES)
def test_names_as_platforms_and_computers_make_them(tmp_path, kind):
    """Each notebook is somebody's; nothing is left out."""
    names, students = NAMES[kind]
    found, said, unused = found_in(tmp_path, dict.fromkeys(names.split("|"), NB))
    assert (sorted(set(found.values())), unused) == (students, {})
    assert len(found) == len(names.split("|"))
    for place, student in found.items():  # who is merged is told
        alone = student in place or student.partition(" (")[0] in place
        assert alone or f"counts as {student}'s" in said[place]


def test_a_zip_file_under_a_notebooks_name_is_unpacked(tmp_path):
    packed = zipped(("01_neuron.ipynb", NB))
    handed = {"mia.ipynb": packed, "ben": packed, "all.zip": zipped(("liz.ipynb", packed))}
    found, _, _ = found_in(tmp_path, handed)
    assert found == {
        "mia.ipynb/01_neuron.ipynb": "mia",
        "ben/01_neuron.ipynb": "ben",
        "all.zip/liz.ipynb/01_neuron.ipynb": "all",
    }


def test_a_folder_with_nothing_but_older_copies_is_a_student(tmp_path):
    found, said, unused = found_in(
        tmp_path, {"mia/.ipynb_checkpoints/a.ipynb": NB, "ben/01_neuron.ipynb": NB}
    )
    assert found == {"mia": "mia", "ben/01_neuron.ipynb": "ben"}
    assert "no notebook in this folder" in said["mia"]
    assert unused == {"mia/.ipynb_checkpoints": handed_in.HIDDEN}


# --- Bytes that are no notebook, or an odd one ---------------------------------------------------

TEXT = json.dumps(notebook(CELL), ensure_ascii=False)
NO_NOTEBOOK = {
    "a web page": (b"\n<!DOCTYPE html>\n<script>\nx = 1\ndef sigmoid(", "web page.*Raw"),
    "a PDF": (b"%PDF-1.7", "a PDF"),
    "a word processor's": (rb"{\rtf1 \ansi}", "RTF"),
    "an office's": (b"PK\3\4word", "a document of an office"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "git LFS"),
    "two versions": (
        NB.replace(b'"metadata"', b'\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> his\n"metadata"', 1),
        "conflict in git",
    ),
    "nothing but zeros": (bytes(1000), "It is empty"),
    "cut off": (NB[:-9], "not JSON"),
    "no cells": (json.dumps(notebook()).encode(), "without cells"),
    "JSON of another kind": (b'{"format": 1, "passed": {}}', "JSON, but not a notebook"),
    "a list": (b"[1, 2]", "JSON, but not a notebook"),
    "cells that are no list": (json.dumps(notebook() | {"cells": {"a": CELL}}).encode(),
                               "JSON, but not a notebook"),
    "nothing but pictures": (
        json.dumps(notebook({"cell_type": "markdown", "attachments": {"a.png": {}}})).encode(),
        "no exercise of this course",
    ),
    "a language that is not Python": (
        json.dumps(notebook(CELL | {"source": "sigmoid <- function(z) 1"})).encode(),
        "no exercise of this course",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_NOTEBOOK)
def test_what_is_no_notebook_is_called_what_it_is(kind):
    data, why = NO_NOTEBOOK[kind]
    with pytest.raises(Unreadable, match=why):
        reader.read(data, process.IDS)


READ = {
    "an older editor's, on Windows": TEXT.encode("cp1252"),
    "an older editor's, on a Mac": TEXT.encode("mac_roman"),
    "with a mark of its order of bytes": TEXT.encode("utf-8-sig"),
    "of two bytes a letter": TEXT.encode("utf-16"),
    "of a format to come": json.dumps(notebook(CELL, nbformat=5)).encode(),
    "of format 3": json.dumps({
        "nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": SIGMOID}]}],
    }).encode(),
    "with pictures and cells that are none": json.dumps(
        notebook({"cell_type": "markdown", "attachments": {"a": {}}}, None, 5, CELL)
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_an_odd_notebook_is_read(kind):
    """With its umlauts, where the bytes have them."""
    (program,) = reader.read(READ[kind], process.IDS)["programs"]["sigmoid"]
    assert program["text"] == SIGMOID.partition("\n")[2]


# --- Late ----------------------------------------------------------------------------------------


@pytest.fixture
def in_berlin(monkeypatch):
    """Be in a time zone with a summer time, whatever the machine's."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change the time zone of a process")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def late(path, deadline, **more):
    """Return what is said of a file after a deadline."""
    one = handed_in.Submission("mia", "mia.ipynb", path, **more)
    return one.with_its_time(datetime.fromisoformat(deadline)).notes


def test_a_deadline_with_a_time_zone(tmp_path, in_berlin):
    """Noon in universal time is one o'clock here, in the deadline's own zone something else."""
    put(tmp_path / "a", NB)
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
    os.utime(tmp_path / "a", (noon, noon))
    assert not late(tmp_path / "a", "2026-11-30T13:00")
    assert (
        "of 2026-11-30 13:00, after 2026-11-30 12:59" in late(tmp_path / "a", "2026-11-30T12:59")[0]
    )
    assert not late(tmp_path / "a", "2026-11-30T12:00Z")
    assert not late(tmp_path / "a", "2026-11-30T04:00-08:00")
    (note,) = late(tmp_path / "a", "2026-11-30T03:59-08:00")
    assert note == "Late: its file is of 2026-11-30 04:00, after 2026-11-30 03:59."
    (tmp_path / "folder").mkdir()  # only a file has a time that tells something
    assert not late(tmp_path / "folder", "2026-01-01T12:00")


def test_a_date_alone_is_the_end_of_that_day(tmp_path, monkeypatch, capsys):
    given = []
    monkeypatch.setattr("course_lib.grade_class.__main__.grade_class",
                        lambda *a, **more: given.append(more["deadline"]))  # fmt: skip
    main([str(tmp_path), "--deadline", "2026-11-30"])
    assert given == [datetime(2026, 11, 30, 23, 59, 59, 999999)]
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--deadline", "30.11.2026"])
    assert "'30.11.2026'; expected such as 2026-11-30T18:00" in capsys.readouterr().err


def test_a_zip_files_own_universal_time(tmp_path, in_berlin):
    """Its local time is that of whoever packed it, Honolulu say; the other one counts."""
    noon = int(datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp())
    told, bare = (zipfile.ZipInfo(f"{name}.ipynb", (2026, 11, 30, 2, 0, 0)) for name in "ab")
    told.extra = struct.pack("<HHBi", 0x5455, 5, 1, noon)
    found, _, _ = found_in(tmp_path, {"class.zip": zipped((told, NB), (bare, NB))})
    times = sorted(path.stat().st_mtime for path in (tmp_path / "scratch").iterdir())
    assert len(found) == 2 and times == [noon - 11 * 3600, noon]


WHEN = {
    "12-34 - Mia Miller - Nov 30, 2026 601 PM/01_neuron.ipynb": "2026-11-30 18:01",
    "12-34 - Mia Miller - Nov 30, 2026 105 PM/01_neuron.ipynb": None,
    "12-34 - Mia Miller - 1 Nov, 2026 601 PM/01_neuron.ipynb": None,
    "12-34 - Mia Miller - December 1, 2026 1200 AM - 01_neuron.ipynb": "2026-12-01 00:00",
    "Lesson 1_mmiller_attempt_2026-11-30-18-00-01_01_neuron.ipynb": "2026-11-30 18:00",
    "Lesson 1_mmiller_attempt_2026-11-30-18-00-00_01_neuron.ipynb": None,
}


@pytest.mark.parametrize("name", WHEN)
def test_the_time_that_a_platform_writes_into_names(tmp_path, name):
    """It is when the file was handed in; the file itself may be of the day of the download."""
    put(tmp_path / "in" / name, NB)
    (tmp_path / "scratch").mkdir()
    os.utime(tmp_path / "in" / name, (0, 0))
    (one,), _ = handed_in.find(tmp_path / "in", tmp_path / "scratch")
    notes = one.with_its_time(datetime(2026, 11, 30, 18)).notes
    assert (f"Late: it was handed in {WHEN[name]}" in "".join(notes)) if WHEN[name] else not notes
    zone = timezone(timedelta(hours=-8))  # a platform's clock is taken for the deadline's
    again = one.with_its_time(datetime(2026, 11, 30, 18, tzinfo=zone)).notes
    assert again == notes


# --- The list of the class -----------------------------------------------------------------------

TWO = "Mia Miller,1\nBen Katz,2\n"
LISTS = {
    "a title above the heading": f"Machine Learning\n\nName,ID\n{TWO}",
    "a title that is nearly one": "Name:,ML\nID,Name,Mail\n1,Mia Miller,m@x\n2,Ben Katz,b@x\n",
    "a title above columns": "Course: ML;;\nName;Vorname;Mail\nMiller;Mia;m@x\nKatz;Ben;b@x\n",
    "a comment": f"# of 2026-11-30\nname,id\n{TWO}",
    "a Mac's line ends": "name\rMia Miller\rBen Katz\r",
    "two bytes a letter": "name\r\nMia Miller\r\nBen Katz\r\n".encode("utf-16-le"),
    "bars": "name|id\nMia Miller|1\nBen Katz|2\n",
    "commas in names, semicolons between": "Name, Vorname;Nr\nMiller, Mia;12\nKatz, Ben;13\n",
    "a heading of two lines": '"Last\nName","First\nName"\nMiller,Mia\nKatz,Ben\n',
    "columns of other systems": "#,Display name,Role\n1,Mia Miller,Student\n2,Ben Katz,Student\n",
    "Google's": "Last Name,First Name,Email Address,A\nDate,,,1\nPoints,,,9\nMiller,Mia,m@x,\n"
                "Katz,Ben,b@x,\n",
    "a word on the order": '"Student Name (Last, First)",ID\n"Miller, Mia",1\n"Katz, Ben",2\n',
    "Name and Surname": "Name,Surname\nMia,Miller\nBen,Katz\n",
    "a whole name beside the first": "Full name,First name\nMia Miller,Mia\nBen Katz,Ben\n",
    "addresses in angles": "name\nMia Miller <mia@x.org>\nBen Katz <b@x.org>\n",
    "a row of sums": f"name,id\n{TWO}Total: 2,\n",
    "one of them twice": f"name,id\n{TWO}Mia Miller,1\n",
    "spaces that cannot be seen": "name\nMia\u00a0Miller\u200b\nBen Katz\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_as_platforms_and_spreadsheets_write_it(tmp_path, kind):
    """Mia has handed in and Ben has not; nobody else is on the list."""
    data = LISTS[kind]
    put(tmp_path / "list.csv", data if isinstance(data, bytes) else data.encode())
    whole = report.Class({"Mia Miller": report.Student()}, {})
    (missing,) = roster.compare(whole, roster.read(tmp_path / "list.csv"))
    assert missing in ("Ben Katz", "Katz, Ben")
    assert not whole.students["Mia Miller"].remarks


@pytest.mark.parametrize(
    ("listed", "handed", "absent"),
    [
        ("Identifier,Full name\nParticipant 123,Mia Miller\nParticipant 124,Mia Miller\n",
         {"Mia Miller (123)": "123", "Mia Miller (124)": "124"}, []),
        ("Identifier,Full name\nTeilnehmer/in123,Mia Miller\nTeilnehmer/in124,Mia Miller\n",
         {"Mia Miller (124)": "124"}, ["Mia Miller"]),
        ("Identifier\nParticipant 123\nParticipant 124\n",
         {"Participant (123)": "123"}, ["Participant 124"]),
        ("姓名,学号\n王伟,2026001\n李娜,2026002\n", {"王伟": "", "2026002": ""}, []),
    ],
)  # fmt: skip
def test_numbers_tell_students_apart(tmp_path, listed, handed, absent):
    put(tmp_path / "list.csv", listed.encode())
    whole = report.Class({name: report.Student(number=n) for name, n in handed.items()}, {})
    assert roster.compare(whole, roster.read(tmp_path / "list.csv")) == absent
    assert not any(student.remarks for student in whole.students.values())


SAME = {  # on the list, and as a file is called
    "Jörg Müller": "mueller_joerg",
    "Søren Ærø": "soeren aeroe",
    "Łukasz Żak": "lukasz-zak",
    "Liz O’Brien": "obrienliz",
    "Zoë Weiß": "Weiss, Zoe",
    "0012345": "12345",
    "12345.0": "12345",
}  # fmt: skip


@pytest.mark.parametrize("listed", SAME)
def test_a_name_as_a_file_spells_it(tmp_path, listed):
    put(tmp_path / "list.csv", f"{'id' if listed[0].isdigit() else 'name'}\n{listed}\n".encode())
    whole = report.Class({SAME[listed]: report.Student()}, {})
    if listed == "Søren Ærø":
        whole = report.Class({"soren aero": report.Student()}, {})
    assert roster.compare(whole, roster.read(tmp_path / "list.csv")) == []
    assert not any(student.remarks for student in whole.students.values())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *(("cp1250", "Łukasz Żak"), ("mac_roman", "Zoë Weiß"), ("mac_roman", "André Müller")),
        *(("cp1252", "Zoë Weiß"), ("cp1252", "Liz O’Brien"), ("cp1252", "Sørina Muñoz")),
    ],
)
def test_a_list_of_an_older_spreadsheet(tmp_path, code, name):
    put(tmp_path / "list.csv", f"name;id\n{name};1\n".encode(code))
    assert [name for name, _ in roster.read(tmp_path / "list.csv")] == [name]


def test_a_name_that_is_nearly_the_same_is_taken_and_said(tmp_path):
    """Where it can be one student only: of two it is left to the instructor."""
    listed = ["Mia Anna Miller", "Ben Katz", "Eva Lee", "Eva Roth", "Tom May", "Tom May"]
    put(tmp_path / "list.csv", "\n".join(["name", *listed]).encode())
    given = ["Mia Miller", "01-neuron-benkatz", "Group A-Eva Roth", "eva", "tom"]
    whole = report.Class({name: report.Student() for name in given}, {})
    missing = roster.compare(whole, roster.read(tmp_path / "list.csv"))
    assert missing == ["Eva Lee", "Eva Roth", "Tom May", "Tom May"]
    said = {name: " ".join(student.remarks) for name, student in whole.students.items()}
    assert said["Mia Miller"] == "Taken for Mia Anna Miller on the list."
    assert said["01-neuron-benkatz"] == "Taken for Ben Katz on the list."
    for name in given[2:]:
        assert said[name] == "This name is not on the list."


NO_LIST = {
    "a workbook": (b"PK\3\4", "a workbook; expected CSV"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "workbook of an old Excel"),
    "a web page": (b"\xef\xbb\xbf\n<table><tr><td>Mia", "a web page"),
    "no text": (b"name\nMia\0\0\n", "no text"),
    "a heading alone": (b"name,id\n", "a heading and no names"),
    "nothing": (b"\n;;\n", "is empty"),
    "an open quotation mark": (b'name,id\n"Mia Miller,1\nBen Katz,2\n', "a quotation mark"),
    "a cell that never ends": (b'name\n"' + b"x" * 200_000, "up to row 2"),
    "nowhere": (None, "There is no class list"),
}


@pytest.mark.parametrize("kind", NO_LIST)
def test_what_is_no_list_gets_a_sentence(tmp_path, kind):
    """Before anything is graded."""
    data, why = NO_LIST[kind]
    put(tmp_path / "in" / "mia.ipynb", NB)
    if data is not None:
        put(tmp_path / "list.csv", data)
    line = [str(tmp_path / "in"), "--csv", str(tmp_path / "marks.csv")]
    said = main([*line, "--roster", str(tmp_path / "list.csv")])
    assert said.startswith("Nothing was graded: ") and why in said
    assert not list(tmp_path.glob("marks*"))


# --- Where it goes -------------------------------------------------------------------------------


@pytest.fixture
def read_alone(monkeypatch):
    """Grade nothing: of each notebook say that it was seen, and list those."""
    seen = []
    monkeypatch.setattr(process, "try_out", lambda: None)
    monkeypatch.setattr(process, "grade", lambda *a: seen.append(a) or {"problem": "Seen."})
    return seen


@pytest.mark.parametrize("taken", ["marks.csv", "marks.html", "marks.jsonl", "marks_files.csv"])
def test_marks_that_are_a_folder_are_said_before_an_hour_of_grading(tmp_path, read_alone, taken):
    put(tmp_path / "in" / "mia.ipynb", NB)
    (tmp_path / taken).mkdir()
    said = main([str(tmp_path / "in"), "--csv", str(tmp_path / "marks.csv")])
    assert f"{taken}' is a folder" in said and not read_alone


@pytest.mark.skipif(sys.platform != "linux", reason="a place where nobody can write")
@pytest.mark.parametrize("option", ["--csv", "--pages"])
def test_a_folder_that_cannot_be_written_to_is_said_first(tmp_path, read_alone, option):
    """Of Linux's kernel, where root may write no file either."""
    put(tmp_path / "in" / "mia.ipynb", NB)
    where = {"--csv": str(tmp_path / "marks.csv")} | {option: "/proc/self/fdinfo"}
    where["--csv"] = where["--csv"].replace("fdinfo", "fdinfo/marks.csv")
    said = main([str(tmp_path / "in"), *itertools.chain(*where.items())])
    assert "'/proc/self/fdinfo' cannot be written to" in said and not read_alone


def test_what_the_grader_wrote_is_nobodys_work(tmp_path, read_alone):
    """Marks and pages may lie among what was handed in, in every run."""
    put(tmp_path / "mia.ipynb", NB)
    put(tmp_path / "ben.ipynb", NB + b" ")
    for _ in range(2):
        grade_class(tmp_path, tmp_path / "marks.csv", pages=tmp_path / "back" / "pages")
        with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
            assert [row["student"] for row in csv.DictReader(file)] == ["ben", "mia"]
    assert len(read_alone) == 2
    with (tmp_path / "marks_files.csv").open(encoding="utf-8-sig", newline="") as file:
        why = {row["file"]: row["why"] for row in csv.DictReader(file)}
    assert why["marks.html"] == why["back/pages/mia.html"] == handed_in.OURS


def test_what_the_grader_wrote_is_no_file_that_was_skipped(tmp_path, read_alone):
    put(tmp_path / "mia.ipynb", NB)
    put(tmp_path / "notes.docx", b"")
    for _ in range(2):
        assert "skipped: 1," in grade_class(tmp_path, tmp_path / "marks.csv")


def test_a_letter_in_two_parts_is_no_other_name(tmp_path):
    """As a Mac stores it; nothing has to be said."""
    found, said, _ = found_in(tmp_path, {"zoe\u0308.ipynb": NB})
    assert (list(found.values()), list(said.values())) == (["zo\u00eb"], [""])


def test_each_student_has_a_page_on_every_system(tmp_path):
    """Whatever the name: two that differ in signs alone, none at all, and one of a device."""
    names = ["Con", "nul.x", "Conny", "a/b", "a:b", "A_B", "...", "x" * 90, "x" * 91, "Ли"]
    whole = report.Class({name: report.Student() for name in names}, {})
    written = [path.name for path in report.pages(tmp_path, whole)]
    assert len({name.casefold() for name in written}) == len(names)
    assert written[:3] == ["_Con.html", "_nul.x.html", "Conny.html"] and written[-1] == "Ли.html"
    assert max(map(len, written)) < 80


@pytest.mark.parametrize(
    ("points", "why"),
    [("sigmoid=-1", "expected 0 or more"), ("sigmoid=nan", "expected 0 or more")],
)
def test_points_are_a_number_that_can_be_added(tmp_path, points, why):
    put(tmp_path / "mia.ipynb", NB)
    assert why in main([str(tmp_path), "--csv", str(tmp_path / "a.csv"), "--points", points])


def test_points_without_a_number_show_how(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--points", "sigmoid"])
    assert "'sigmoid'; expected such as sigmoid=2" in capsys.readouterr().err


def test_readme_of_the_grader_names_what_it_takes():
    """What an instructor reads says the same."""
    said = (ROOT / "tools/press/website/teaching.md").read_text(encoding="utf-8")
    assert "`--deadline 2026-11-30T18:00+01:00`" in said and "Taken for" in said
