"""benchmarks/bench_hub.py: a class on a real hub, small; and what is said of the large one."""

import importlib.util
import json
import os
import re
import struct
import sys

import psutil
import pytest
from conftest import ROOT

sys.path.append(str(ROOT / "benchmarks"))
import bench_hub

ROWS = json.loads((ROOT / "benchmarks" / "results" / "hub.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "tools" / "press" / "website" / "teaching.md").read_text(encoding="utf-8")


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is shared")


@pytest.fixture(scope="module")
def row():
    """Let three students work, all of them in a second notebook too, as it is the ten's lesson."""
    if not (importlib.util.find_spec("jupyterhub") and bench_hub.PROXY.exists()):
        pytest.skip("JupyterHub and its proxy are not installed: make .venv/.hub (needs npm)")
    before = set(psutil.pids())
    data = os.environ.get("COURSE_DATA")
    yield bench_hub.measure(3, data, heavy=bench_hub.LESSON) | {"machine": bench_hub.machine()}
    # Other tests may have kernels of their own beside these: a hub's are told by its variables.
    assert not [p for p in psutil.process_iter() if p.pid not in before and of_a_hub(p)]


def of_a_hub(process):
    """Tell whether a process is a hub, or a server or kernel that a hub started."""
    try:
        variables, command = process.environ(), " ".join(process.cmdline())
    except psutil.Error:  # another user's, or gone by now
        return False
    return "JUPYTERHUB_USER" in variables or "-m jupyterhub" in command


@linux
@pytest.mark.long
def test_all_students_of_a_small_class_come_to_the_end(row):
    """Each lesson 1 and, in a kernel of its own, the second one; nobody fails."""
    assert row["failures"] == []
    assert (row["ended"], row["ended heavy"]) == (3, 3)


@linux
@pytest.mark.long
def test_memory_of_a_small_class_adds_up(row):
    """Six kernels with NumPy and Matplotlib, four servers, hub and proxy; each kind is there."""
    megabytes = row["megabytes"]
    assert megabytes["kernels"] > 7 * row["kernel"] > 7 * 10
    assert megabytes["servers"] > 2 * row["server"] > 2 * 40
    assert megabytes["hub and proxy"] > 50
    assert 0 < megabytes["files"] < bench_hub.total(megabytes)


@linux
@pytest.mark.long
def test_a_small_class_makes_a_row_of_the_table(row):
    """With something measured in each of its columns but the one that needs a slower lesson."""
    head, _, cells = bench_hub.table([row]).splitlines()
    cells = [cell.strip() for cell in cells.strip("|").split("|")]
    assert len(cells) == head.count("|") - 1
    assert cells[:2] == ["3", "0"]
    assert cells.count("–") <= 1


@linux
def test_memory_is_what_the_system_counts():
    """Of this process, which is neither a server nor a kernel; no file of its counts twice."""
    process = psutil.Process()
    found = bench_hub.memory([process])
    assert found["servers"] == found["kernels"] == 0
    expected = process.memory_full_info().pss / 1e6
    assert found["hub and proxy"] == pytest.approx(expected, rel=0.05)


def test_a_message_with_parts_is_read():
    """Kernels send pictures of demos as bytes behind the message itself."""
    text = json.dumps({"content": {"a": 1}}).encode()
    begins = (12, 12 + len(text))
    frame = struct.pack("!3I", 2, *begins) + text + b"\x89PNG"

    class Channels:
        def settimeout(self, seconds):
            pass

        def recv(self):
            return frame

    kernel = bench_hub.Kernel("", "", [])
    kernel.channels, kernel.end = Channels(), float("inf")
    assert kernel.receive()["content"] == {"a": 1}


@pytest.mark.parametrize("state", ["restarting", "autorestarting", "dead"])
def test_a_kernel_that_was_killed_is_noticed(state):
    """The server says so; the student would wait for ever."""

    class Channels:
        def settimeout(self, seconds):
            pass

        def recv(self):
            return json.dumps({"content": {"execution_state": state}})

    kernel = bench_hub.Kernel("", "", [])
    kernel.channels, kernel.end = Channels(), float("inf")
    with pytest.raises(bench_hub.Lost, match="killed"):
        kernel.receive()


def test_the_page_for_teachers_has_the_measured_table():
    """Row by row as measured, and the sentence on idle students."""
    for line in bench_hub.table(ROWS).splitlines()[2:]:
        assert line in PAGE
    assert bench_hub.idle(ROWS) in PAGE.replace("\n", " ")


def test_what_a_server_takes_is_said_alike_everywhere():
    """In the sum on the page, and in the README, it is the server of the table."""
    (server,) = re.findall(r"server takes (\d+) MB", bench_hub.idle(ROWS))
    assert f"JupyterLab itself comes on top: {server} MB" in PAGE
    (own, total) = re.search(rf"(\d+) \+ {server} = (\d+) MB", PAGE).groups()
    assert int(own) + int(server) == int(total)
    servers = [row["server"] for row in ROWS]  # of the old locks, and of those without a package
    assert f"takes {max(servers) - min(servers):.0f} MB less" in PAGE
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"lesson 5 has {own} MB of its own" in readme and f"JupyterLab {server} MB" in readme


def test_the_stored_table_is_that_of_the_stored_rows():
    """Nobody mended one of them by hand."""
    text = (bench_hub.RESULTS / "hub.md").read_text(encoding="utf-8")
    assert bench_hub.table(ROWS) in text
    assert bench_hub.idle(ROWS) in text
