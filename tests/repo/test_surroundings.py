"""Lessons in surroundings of a user's own: Python's switches, locales, styles, folders, proxies."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import ROOT
from samples import sampled

# What lesson 1 imports, a picture, an exercise, a quiz and a demo.
LESSON = """
import matplotlib; matplotlib.use("agg")
import matplotlib.pyplot as plt, numpy as np
from course_lib import demos, plots
from course_lib.data import load_images
from course_lib.exercises import check, hint, mine, progress, quiz
figure, ax = plt.subplots()
plots.image_grid(load_images("digits").X_train[:4], ax, captions="abcd")
ax.set_title("Four")
figure.canvas.draw()
assert figure.get_facecolor() == ax.get_facecolor() == (1, 1, 1, 1), "paper"
assert ax.title.get_color() == "black", "ink"
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
print(check("sigmoid", sigmoid), hint("sigmoid"), progress(), quiz("01"))
mine("sigmoid")(np.array([-1000.0, 1000.0]))
quiz("01").widget()
print(demos.neuron(), len(demos.neuron()._repr_mimebundle_()["image/png"]))
print("to the end")
"""


def lesson(tmp_path, *switches, before="", **settings):
    """Run it in a process of its own; return what it printed and what went wrong."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    env = kept | {"PYTHONPATH": str(ROOT), "HOME": str(home), "USERPROFILE": str(home)}
    env |= {"COURSE_OFFLINE": "1", "MPLCONFIGDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    env = {name: value for name, value in (env | settings).items() if value is not None}
    command = [sys.executable, *switches, "-c", before + LESSON]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True)
    out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    return out, err


NO_ROOM = """
import os, sys
from course_lib.data import load_images
from course_lib.exercises import check, mine, progress
print(load_images(offline=True))
def relu(z):
    return z * (z > 0)
check("relu", relu)
print(progress(), mine("relu") is relu)
"""


@pytest.mark.skipif(os.name != "posix", reason="the folder below a device")
@pytest.mark.parametrize("home", sampled(["read-only", "none"], test=2))
def test_where_nothing_can_be_written_lessons_run_and_name_the_setting(tmp_path, home):
    """For that kernel answers count; what would keep them is said."""
    before = "import platformdirs\ndef lost(*a, **k): raise RuntimeError('no home')\n"
    before += "platformdirs.user_cache_path = platformdirs.user_data_path = lost\n"
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("COURSE", "XDG"))
    }
    env |= {"HOME": os.devnull, "MPLCONFIGDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    code = (before if home == "none" else "") + NO_ROOM
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.stdout.rstrip().endswith("True"), done.stderr
    assert "The setting COURSE_STATE names another folder" in done.stdout
    assert "1 of " in done.stdout and not [*tmp_path.glob("*/from-one-neuron")]


DARK = "import matplotlib.pyplot as plt; plt.style.use('dark_background')\n"
SURROUNDINGS = {
    "warnings are errors": ({"PYTHONWARNINGS": "error"}, "", ()),
    "without assertions": ({}, "", ("-O",)),
    "a C locale": ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "", ()),
    "cp1252": ({"PYTHONIOENCODING": "cp1252"}, "", ()),
    "a dark style": ({}, DARK, ()),
    "arithmetic that raises": ({}, "import numpy; numpy.seterr(all='raise')\n", ()),
    "no home": ({"HOME": None, "USERPROFILE": None}, "", ()),
}
SURROUNDINGS["a C locale"][0]["PYTHONIOENCODING"] = None


@pytest.mark.parametrize("what", sampled(SURROUNDINGS, test=7))
def test_a_lesson_runs_in_surroundings_of_ones_own(what, tmp_path):
    settings, before, switches = SURROUNDINGS[what]
    settings = {"COURSE_STATE": str(tmp_path), "COURSE_CACHE": str(tmp_path)} | settings
    out, err = lesson(tmp_path, *switches, before=before, **settings)
    assert "to the end" in out, out[-500:] + err[-1500:]
    assert "sigmoid: passed" in out
    assert ("np.seterr" in out) == ("seterr" in before)


COLAB = """
import sys, types
output = types.ModuleType("google.colab.output")
output._widgets = types.SimpleNamespace(_installed_url=None)
def enable():
    output._widgets._installed_url = "https://ssl.gstatic.com/its-manager.js"
    print("manager enabled")
output.enable_custom_widget_manager = enable
sys.modules["google.colab.output"] = output
"""


def test_colab_is_told_where_the_scripts_of_demos_and_quizzes_come_from():
    """Its notebook shows a widget of others only with this in the output's metadata."""
    code = """
from course_lib import demos
from course_lib.exercises import quiz
from IPython.core.formatters import DisplayFormatter
for thing in (demos.neuron(), quiz("01")):
    data, metadata = DisplayFormatter().format(thing)
    print(sorted(data), metadata)
"""
    done = subprocess.run(
        [sys.executable, "-c", COLAB + code], capture_output=True, text=True, check=True
    )
    view = "application/vnd.jupyter.widget-view+json"
    url = {"url": "https://ssl.gstatic.com/its-manager.js"}
    metadata = {view: {"colab": {"custom_widget_manager": url}}}
    assert done.stdout.splitlines() == [
        "manager enabled",
        f"{[view, 'image/png', 'text/plain']} {metadata}",
        f"{[view, 'text/plain']} {metadata}",
    ]


@pytest.mark.slow
def test_a_style_of_ones_own_leaves_demos_as_they_are(tmp_path):
    code = """
import matplotlib.pyplot as plt
from course_lib import demos
for style in ("default", "dark_background"):
    plt.style.use(style)
    demo = demos.neuron()
    data = demo._repr_mimebundle_()
    print(hash((data["image/png"], demo.stage.background)))
"""
    env = os.environ | {"PYTHONHASHSEED": "0", "COURSE_STATE": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    usual, dark = done.stdout.split()
    assert usual == dark


@pytest.mark.slow
def test_the_users_style_stays_and_pictures_of_the_course_keep_their_own(tmp_path):
    """Importing changes no setting; a figure of one's own has one's own style, before and after."""
    code = """
import matplotlib; matplotlib.use("agg")
import io, hashlib
import matplotlib.pyplot as plt, numpy as np
from matplotlib.colors import to_rgba

def pictures():
    for draw in (lambda ax: plots.curves(np.arange(3), {"a": [1, 2, 3], "b": [3, 2, 1]}, ax),
                 lambda ax: plots.matrix_values(np.eye(2), ax, rows="ab", columns="cd"),
                 lambda ax: plots.neuron_diagram("ab", (1, 2), 3, "p", ax)):
        figure, ax = plt.subplots(figsize=(4, 3), dpi=80)
        draw(ax)
        ax.set(title="A title", xlabel="across", ylabel="up")
        file = io.BytesIO()
        figure.savefig(file, facecolor=figure.get_facecolor())
        ticks = (tick.label1.get_color() for tick in ax.xaxis.get_major_ticks())
        words = ax.title, ax.xaxis.label, ax.yaxis.label
        inks = {*ticks, *(text.get_color() for text in words)}
        assert (inks, ax.get_facecolor()) == ({"black"}, (1, 1, 1, 1)) and figure.get_facecolor()[0]
        yield hashlib.sha256(file.getvalue()).hexdigest()

mine = ["dark_background", {"lines.linewidth": 5, "axes.grid": True, "font.size": 17}]
from course_lib import plots
usual = list(pictures())
for style in (mine, "ggplot", "seaborn-v0_8-darkgrid", "dark_background"):
    plt.style.use("default")
    plt.style.use(style)
    before = dict(plt.rcParams)
    same = [*map(str.__eq__, pictures(), usual)]
    assert all(same) or style != "dark_background", same  # others have letters of another size
    assert dict(plt.rcParams) == before
    figure, ax = plt.subplots()
    assert figure.get_facecolor() == to_rgba(plt.rcParams["figure.facecolor"])
    assert ax.plot([1, 2])[0].get_linewidth() == plt.rcParams["lines.linewidth"]
print("same")
"""
    for before in ("", DARK + "plt.rcParams['lines.linewidth'] = 7\n"):
        after = "import matplotlib.pyplot as plt\nfrom course_lib import demos, plots, exercises\n"
        after += f"assert plt.rcParams['lines.linewidth'] == {7 if before else 1.5}\n"
        lines = before + after + ("" if before else code) + "print('same')"
        done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True)
        assert "same" in done.stdout, done.stderr


def test_python_without_docstrings_is_refused_in_a_sentence():
    command = [sys.executable, "-OO", "-c", "import course_lib.exercises"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert "-OO" in done.stderr.splitlines()[-1] and "Leave it out" in done.stderr


REFUSED = {
    "ALL_PROXY": ("socks5://127.0.0.1:9", "ALL_PROXY names a SOCKS proxy"),
    "HTTPS_PROXY": ("http://127.0.0.1:9", "the proxy that HTTPS_PROXY names does not work"),
    "REQUESTS_CA_BUNDLE": ("/nowhere/ca.pem", "REQUESTS_CA_BUNDLE names a file of certificates"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_setting_that_no_download_gets_through_is_named(name, tmp_path):
    value, says = REFUSED[name]
    off = ("COURSE_DATA", "COURSE_OFFLINE", *REFUSED, *map(str.lower, REFUSED), "no_proxy")
    env = {k: v for k, v in os.environ.items() if k not in (*off, "NO_PROXY")}
    env |= {"COURSE_CACHE": str(tmp_path), "PYTHONIOENCODING": "utf-8", name: value}
    command = [sys.executable, "-c", "from course_lib.data import load_images; load_images()"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert says in done.stdout, done.stdout + done.stderr[-800:]
    assert done.stdout.count(says) == 2  # for each mirror


ENVIRONMENT = r"$env:LOCALAPPDATA\neuron"  # where README.md puts it on Windows
README = (ROOT / "README.md").read_text(encoding="utf-8")


def added_by_lab():
    """Yield the paths below the course's folder: its own, caches, a student's copies of lessons."""
    for path in subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines():
        folder, _, name = path.rpartition("/")
        yield path
        if name.endswith(".py"):
            yield f"{folder}/__pycache__/{name[:-3]}.cpython-313.pyc"
        if folder == "notebooks":
            yield f"my_notebooks/{name}"
            yield f"my_notebooks/.ipynb_checkpoints/{name[:-6]}_old10-checkpoint.ipynb"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git lists the files")
def test_what_lab_adds_to_the_folder_stays_short():
    """On Windows, where the packages are elsewhere; so there is room for a path before it."""
    longest = max(map(len, added_by_lab()))
    assert longest < 140
    room, end = map(int, (re.search(r"(\d+) characters at most", README)[1],
                          re.search(r"ends a path at (\d+)", README)[1]))  # fmt: skip
    assert end == 259  # MAX_PATH is 260, with the zero that ends a string
    assert room + len("\\") + longest <= end


def test_what_is_installed_fits_into_a_path_of_windows():
    """Beside the user's name, which Windows keeps to 20 letters."""
    assert f"py -3.13 -m venv {ENVIRONMENT}" in README
    place = ENVIRONMENT.replace("$env:LOCALAPPDATA", f"C:\\Users\\{'x' * 20}\\AppData\\Local")
    packages, shared = Path(sysconfig.get_path("purelib")), Path(sys.prefix, "share", "jupyter")
    names = [
        Path(place, *below, Path(folder, name).relative_to(root))
        for root, below in ((packages, ("Lib", "site-packages")), (shared, ("share", "jupyter")))
        for folder, _, names in os.walk(root)
        for name in names
    ]
    assert max(len(str(name)) for name in names) <= 259
