"""`make lab` as a student meets it: the real server, and where there is one, a real browser.

Everything happens in a copy of the lessons, so that my_notebooks/ stays as it is, and on the
stand-in, because the data have tests of their own and a lesson on the stand-in runs in seconds.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browser import (
    ROOT,
    Watch,
    browser,
    clear,
    code_cells,
    open_notebook,
    run_all,
    running_lab,
    wait_for,
)


@pytest.fixture
def course(tmp_path):
    """Copy of the course what the lab needs."""
    course = tmp_path / "course"
    for folder in ("notebooks", "tools"):
        ignore = shutil.ignore_patterns("__pycache__", ".*", "node_modules")
        shutil.copytree(ROOT / folder, course / folder, ignore=ignore)
    for path in (course / "notebooks").glob("*.ipynb"):
        clear(path)
    return course


@pytest.fixture
def lab(course, tmp_path):
    """Start the lab in that copy, and stop it on any outcome."""
    with running_lab(course, tmp_path) as lab:
        yield lab


def test_the_lab_serves_the_first_lesson_with_our_kernel(lab):
    """By HTTP: the lesson is there, and its kernel is this environment's Python."""
    assert lab.ask("api/contents/01_neuron.ipynb")["type"] == "notebook"
    assert lab.ask("api/kernelspecs")["default"] == "python3"
    lab.ask("api/kernels", "POST")
    (kernel,) = wait_for("kernel starts", lab.kernels)
    assert Path(kernel).resolve() == Path(sys.executable).resolve()
    assert Path(kernel).parent == Path(sys.executable).parent, "the Python of another environment"
    log = (lab.folder.parents[1] / "server.log").read_text(encoding="utf-8")
    assert "standing in for MNIST" in log, "without data the student is told so"


@pytest.mark.skipif(sys.platform != "linux", reason="a home where nobody, root neither, can write")
@pytest.mark.long
def test_the_lab_starts_where_nothing_can_be_written_at_home(course, tmp_path):
    """It says where its settings are, and what to set; the kernel runs."""
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    lost = dict.fromkeys((*own, "COURSE_STATE", "COURSE_CACHE", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"))
    (tmp_path / "tmp").mkdir()
    home = lost | {"HOME": "/sys", "TMPDIR": str(tmp_path / "tmp")}
    with running_lab(course, tmp_path, **home) as lab:
        lab.ask("api/kernels", "POST")
        wait_for("kernel starts", lab.kernels)
        log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert "JupyterLab cannot write in your home" in log and "set HOME, or JUPYTER_CONFIG" in log
    assert "Traceback" not in log
    (place,) = (tmp_path / "tmp").glob("from-one-neuron-*")
    assert str(place) in log and (place / "jupyter_runtime_dir").is_dir()


def test_a_course_that_cannot_be_written_to_is_a_sentence(course):
    """Such as one that the instructor has put on a share."""
    (course / "my_notebooks").touch()  # so there can be no such folder
    command = [sys.executable, str(course / "tools" / "lessons.py"), "lab"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "my_notebooks cannot be written to (File exists). Copy the course" in done.stderr


@pytest.mark.long
def test_run_all_in_a_browser(lab, tmp_path):
    """Open the lesson as a student does, Run All: no error, nothing asked of other machines."""
    with browser(tmp_path) as context:
        watch = Watch(context)
        page = context.new_page()
        open_notebook(lab, page, "01_neuron")
        try:
            run_all(lab, page, "01_neuron")
        finally:
            page.screenshot(path=tmp_path / "run_all.png")
        outputs = [output for cell in code_cells(lab, "01_neuron") for output in cell["outputs"]]
        assert outputs
        assert not [output for output in outputs if output.get("name") == "stderr"]
        for kind in ("stderr", "error"):
            shown = f"[data-mime-type='application/vnd.jupyter.{kind}']"
            assert page.locator(shown).count() == 0
        assert page.get_by_text("official Jupyter news").count() == 0
    assert any(url.startswith("ws:") for url in watch.requests), "a kernel talks by web socket"
    assert not watch.faults()
