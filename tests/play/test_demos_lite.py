"""The demos in JupyterLite: the list and the steps of the tests in JupyterLab."""

import os

import pytest
from browser import Watch, browser, serving
from demo_pages import InLite, by_keyboard, every_control_moves, sample
from press import lite

# Puts a notebook with two empty cells among those that the browser keeps.
PUT = """() => jupyterapp.serviceManager.contents.save("demos.ipynb", {
    type: "notebook", format: "json",
    content: {
        nbformat: 4, nbformat_minor: 5,
        metadata: { kernelspec: { name: "python", display_name: "Python (Pyodide)" } },
        cells: ["demo", "below"].map((id) => ({
            cell_type: "code", id, source: "", metadata: {}, outputs: [], execution_count: null,
        })),
    },
}).then(() => null)"""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Build JupyterLite, and open a notebook for all demos."""
    if not lite.ready():
        pytest.skip("JupyterLite is not installed: make .venv/.press (needs npm)")
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    folder = tmp_path_factory.mktemp("demos")
    lite.make(folder / "site" / "lite")
    with serving(folder / "site") as address, browser(folder, height=1200, seconds=300) as context:
        watch, page = Watch(context), context.new_page()
        page.goto(f"{address}/lite/lab/index.html")
        page.wait_for_function("window.jupyterapp?.restored?.then(() => true)")
        page.evaluate(PUT)
        page.goto(f"{address}/lite/lab/index.html?path=demos.ipynb")
        page.get_by_text("Python (Pyodide) | Idle").wait_for()
        yield page, watch


@pytest.mark.long
@pytest.mark.parametrize("name", sample())
def test_every_control_moves_the_picture_and_the_state(name, room):
    """And nothing else; no request leaves this machine."""
    page, watch = room
    demo = InLite(page, name)
    demo.show()
    every_control_moves(demo, by_keyboard)
    # What is slow to draw may still have a touch to answer.
    demo.wait("its code", lambda: demo.run("print(demo.link())") == demo.look()["link"])
    # JupyterLite asks for lists of files in new folders, too.
    assert [fault for fault in watch.faults() if "404" not in fault] == []
