"""Binder without Docker: what repo2docker would build, and the scripts of binder/ run for real."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import yaml
from browser import TOKEN, clear, free_port, serving, wait_for
from conftest import ROOT

resource = pytest.importorskip("resource", reason="Binder's images are Linux")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Binder's images are Linux")

LESSON = "/lab/tree/notebooks/01_neuron.ipynb"
SCRIPTS = ("postBuild", "start")
BINDERHUB = ("--NotebookApp.default_url=/lab", "--ServerApp.default_url=/lab")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
MEMORY = 2 * 1024**3
# What Run All and an open JupyterLab may take together, so that a student's own ideas fit as well.
MEMORY_WITH_MARGIN = MEMORY * 3 // 4


@pytest.fixture
def repository(tmp_path):
    """Copy what Binder would clone, as far as its build reads it."""
    copy = tmp_path / "repository"
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "node_modules")
    for folder in ("binder", "course_lib", "notebooks", "tools"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignore)
    for file in ("pyproject.toml", "requirements.lock", "environment.yml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, copy)
    return copy


@pytest.fixture
def own(tmp_path):
    """Give an environment in which nothing of this user's is read or written."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER_", "XDG_"))}
    dropped = dict.fromkeys((*THREADS, "COURSE_CACHE", "CGROUP", "IPYTHONDIR"))
    return {k: v for k, v in kept.items() if k not in dropped} | {"HOME": str(home)}


# --- What Binder makes of it ---------------------------------------------------------------------


def test_repo2docker_builds_what_is_locked(repository):
    """The Dockerfile has our Python, and runs both scripts, of which one installs the lock."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    answer = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    (python,) = re.findall(r"^Building conda environment for python=(.*)$", answer.stderr, re.M)
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert f"python={python}" in environment["dependencies"]
    lines = answer.stdout.splitlines()
    steps = [
        "COPY --chown=0:0 src/ ${REPO_DIR}/",  # the lock is there when postBuild asks for it
        "RUN ./binder/postBuild",
        'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"',
    ]
    assert [line for line in lines if line in steps] == steps
    others = [line for line in lines if re.search("env update|pip install", line)]
    assert not others, "conda or pip would install as well"


def test_files_are_where_and_what_binder_wants():
    """No second folder, nothing that repo2docker would read by surprise, scripts that run."""
    assert not (ROOT / ".binder").exists()
    assert {path.name for path in (ROOT / "binder").iterdir()} == {
        "jupyter",
        "postBuild",
        "runtime.txt",
        "start",
    }
    for name in SCRIPTS:
        path = ROOT / "binder" / name
        assert os.access(path, os.X_OK), f"{name} has no run bit"
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0] == "#!/usr/bin/env bash"
        assert next(line for line in lines if not line.startswith("#")) == "set -euo pipefail"
    assert lines[-1] == 'exec "$@"'  # of start, the last one
    config = json.loads((ROOT / "binder/jupyter/jupyter_config.json").read_text(encoding="utf-8"))
    assert {settings["default_url"] for settings in config.values()} == {LESSON}
    assert (ROOT / LESSON.removeprefix("/lab/tree/")).is_file()


def test_git_keeps_the_run_bits():
    """The file mode that a clone gets is the one in git's index."""
    command = ["git", "-C", str(ROOT), "ls-files", "--stage", *(f"binder/{n}" for n in SCRIPTS)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        pytest.skip("this copy has no git")
    modes = {line.split("\t")[1]: line.split()[0] for line in answer.stdout.splitlines()}
    assert modes == {f"binder/{name}": "100755" for name in SCRIPTS}


# --- postBuild -----------------------------------------------------------------------------------


@pytest.fixture
def thin_python(tmp_path):
    """Make an environment of its own that borrows the locked packages."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")]
    subprocess.run(command, check=True)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    borrowed = Path(pytest.__file__).parents[1]
    (packages / "borrowed.pth").write_text(str(borrowed), encoding="utf-8")
    return tmp_path / "venv" / "bin" / "python"


def run_post_build(repository, own, python, **more):
    """Run postBuild as the image's build does."""
    env = own | {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"} | more
    # No registry may be asked: there is none at this port.
    dead = "http://127.0.0.1:9"
    env |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), dead)
    return subprocess.run(
        ["./binder/postBuild"], cwd=repository, env=env, capture_output=True, text=True, check=False
    )


def test_post_build_installs_the_course_and_says_which_data(repository, own, thin_python, tmp_path):
    """It needs no registry, the course is importable anywhere, and the data are said."""
    answer = run_post_build(repository, own, thin_python)
    assert answer.returncode == 0, answer.stderr
    real = "COURSE_DATA" in own
    for name in ("MNIST", "Fashion-MNIST"):
        assert (f"{name}, read from" if real else f"standing in for {name}") in answer.stdout
    where = "import course_lib; print(course_lib.__file__)"
    found = subprocess.run(
        [thin_python, "-c", where],
        cwd=tmp_path,
        env=own,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()).is_relative_to(repository)
    assert not (Path(own["HOME"]) / ".cache" / "pip").exists()


@pytest.mark.long
def test_post_build_puts_the_data_into_the_image(repository, own, thin_python):
    """A download ends in the cache, where each session finds it."""
    from course_lib.data import MIRRORS, N_BYTES, TITLES, load_images

    if "MNIST, read from the offline" not in load_images(raw=True).source:
        pytest.skip("no real data at hand that could be served")
    with serving(own["COURSE_DATA"]) as address:
        module = repository / "course_lib" / "data.py"
        text = module.read_text(encoding="utf-8")
        for name, (mirror, *_) in MIRRORS.items():
            text = text.replace(mirror, f"{address}/{name}/")
        module.write_text(text, encoding="utf-8")
        online = {"COURSE_DATA": "", "COURSE_OFFLINE": "0", "no_proxy": "127.0.0.1"}
        answer = run_post_build(repository, own, thin_python, **online)
    cache = Path(own["HOME"], ".cache", "from-one-neuron")
    for name in MIRRORS:
        assert f"{TITLES[name]}, downloaded from 127.0.0.1" in answer.stdout, answer.stderr
        found = {path.name for path in (cache / name).iterdir()}
        packed = {f"{file}.gz" for file in N_BYTES}
        assert packed < found
        # And the images that lessons map, so that none has to be made when a session starts.
        assert sorted(n.split(".")[0] for n in found - packed) == [
            file for file in sorted(N_BYTES) if "images" in file
        ]


@pytest.mark.parametrize(
    ("file", "line", "instead"),
    [
        pytest.param(
            *("pyproject.toml", "[build-system]", "[build-system"), marks=pytest.mark.long
        ),
        ("requirements.lock", "tqdm==", "tqdm==0."),  # another one than what is there
    ],
)
def test_post_build_stops_at_the_first_failure(file, line, instead, repository, own, thin_python):
    """Without what is locked, or a course that can be installed, there is no image."""
    text = (repository / file).read_text(encoding="utf-8")
    assert text.count(line) == 1
    (repository / file).write_text(text.replace(line, instead), encoding="utf-8")
    answer = run_post_build(repository, own, thin_python, PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert answer.returncode != 0
    assert "MNIST" not in answer.stdout


# --- start ---------------------------------------------------------------------------------------


def threads(own, cgroup, cores=None):
    """Return the thread variables that a program under start sees."""
    answer = subprocess.run(
        [ROOT / "binder" / "start", "env"],
        env=own | {"CGROUP": str(cgroup)},
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=confined(cores),
    )
    seen = dict(line.partition("=")[::2] for line in answer.stdout.splitlines())
    (number,) = {seen[name] for name in THREADS}
    return int(number)


@pytest.mark.parametrize(
    ("quota", "most"),
    [
        ("max 100000", None),
        ("100000 100000", 1),
        ("1000 100000", 1),
        ("150000 100000", 1),
        ("200000 100000", 2),
        ("6400000 100000", None),
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_threads_are_the_cores_really_there(quota, most, version, own, tmp_path):
    """The container's quota counts where it is less than what the processor has."""
    if version == 2:
        (tmp_path / "cpu.max").write_text(f"{quota}\n", encoding="utf-8")
    else:
        (tmp_path / "cpu").mkdir()
        for name, value in zip(
            ("quota", "period"), quota.replace("max", "-1").split(), strict=True
        ):
            (tmp_path / "cpu" / f"cpu.cfs_{name}_us").write_text(f"{value}\n", encoding="utf-8")
    here = len(os.sched_getaffinity(0))
    # What a program above set for itself is not what is there.
    assert threads(own | {"OMP_NUM_THREADS": "1"}, tmp_path) == min(most or here, here)


@pytest.mark.parametrize("written", ["", "\n", "100000", "max", "100000 0\n", "nonsense here\n"])
def test_a_quota_that_says_nothing_is_none(written, own, tmp_path):
    """The file may be empty, or of a form that nobody knows: the server starts all the same."""
    (tmp_path / "cpu.max").write_text(written, encoding="utf-8")
    assert threads(own, tmp_path) == len(os.sched_getaffinity(0))


def test_threads_follow_the_affinity(own, tmp_path):
    """One core is one thread, without any cgroup."""
    assert threads(own, tmp_path / "none", cores={min(os.sched_getaffinity(0))}) == 1


def test_start_hands_over(own, tmp_path):
    """The server's exit is start's, and what it was asked comes through as it was."""
    start = ROOT / "binder" / "start"
    asked = ["a b", "*", "", "--ServerApp.default_url=/lab/x"]
    code = "import sys; print(sys.argv[1:]); sys.exit(7)"
    answer = subprocess.run(
        [start, sys.executable, "-c", code, *asked], env=own, capture_output=True, text=True
    )
    assert answer.returncode == 7
    assert answer.stdout.strip() == str(asked)
    process = subprocess.Popen([start, "sleep", "60"], env=own)
    try:
        wait_for("exec", lambda: psutil.Process(process.pid).name() == "sleep")
    finally:
        process.kill()
        process.wait()


def confined(cores=None, limit=None):
    """Return what a child does before it starts: keep to these cores, and to this memory."""

    def before():
        if cores:
            os.sched_setaffinity(0, cores)
        if limit:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    return before


@contextmanager
def served(own, repository, *command, before=None):
    """Run a server under start as Binder does; give its process, and a function that asks it."""
    port = free_port()
    options = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
    options += [f"--IdentityProvider.token={TOKEN}", "--ServerApp.base_url=/user/x/"]
    if os.geteuid() == 0:
        options.append("--allow-root")
    log = Path(own["HOME"]) / "server.log"
    with log.open("wb") as stream:
        process = psutil.Popen(
            [repository / "binder" / "start", sys.executable, "-m", *command, *options],
            cwd=repository,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            preexec_fn=before,
        )

    def ask(path):
        """Return the address that it leads to, and the page there."""
        address = f"http://127.0.0.1:{port}/user/x{path}"
        request = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=300) as page:
            where = page.url.partition("?")[0].removeprefix(f"http://127.0.0.1:{port}/user/x")
            return where, page.read().decode()

    def answers():
        if process.poll() is not None:
            pytest.fail(f"The server ended at once:\n{log.read_text()}")
        try:
            return ask("/api/status")
        except OSError:
            return None

    try:
        wait_for("server answers", answers)
        yield process, ask
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.parametrize(
    "command",
    [
        ["notebook"],  # what the image runs of its own accord
        *(
            pytest.param(command, marks=pytest.mark.long)
            for command in (
                # What BinderHub asks for where a link names no notebook.
                ["jupyterlab", *BINDERHUB],
                ["jupyterlab"],
                ["jupyter_server"],
                ["notebook", *BINDERHUB],
                ["jupyter_server", *BINDERHUB],
            )
        ),
    ],
    ids=" ".join,
)
def test_the_first_lesson_opens(command, own, repository):
    """The way in leads to lesson 1, without a news prompt; any other address stays what it is."""
    with served(own, repository, *command) as (_, ask):
        where, page = ask("/")
        assert where == LESSON
        config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
        disabled = json.loads(config[1])["disabledExtensions"]
        assert "@jupyterlab/apputils-extension:announcements" in disabled
        # As a badge's urlpath asks for.
        assert ask("/lab/tree/README.md")[0] == "/lab/tree/README.md"


# --- Two gigabytes and one core ------------------------------------------------------------------


def memory(processes):
    """Add up what processes and their children hold; pages they share count once (PSS)."""
    total = 0
    for process in processes:
        for one in (process, *process.children(recursive=True)):
            try:
                total += one.memory_full_info().pss
            except psutil.NoSuchProcess:
                continue
    return total


@pytest.mark.long
@pytest.mark.parametrize(
    "names", [("01", "05"), pytest.param((), marks=pytest.mark.whole)], ids=["two", "all"]
)
def test_run_all_within_binders_limits(names, own, repository, record_property):
    """An open JupyterLab and Run All of lessons, on one core, take less than 1.5 of 2 GB.

    RLIMIT_DATA bounds every process at 2 GB as a container bounds all of them together; the sum,
    which a limit of a process cannot bound, is measured instead, ten times a second.
    """
    for path in (repository / "notebooks").glob("*.ipynb"):
        clear(path)
    before = confined({min(os.sched_getaffinity(0))}, MEMORY)
    with served(own, repository, "jupyterlab", before=before) as (server, ask):
        ask("/lab")
        start, peak = time.monotonic(), 0
        with psutil.Popen(
            [
                repository / "binder/start",
                sys.executable,
                repository / "tools/lessons.py",
                "run",
                *names,
            ],
            env=own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=before,
        ) as run:
            while run.poll() is None:
                peak = max(peak, memory([server, run]))
                time.sleep(0.1)
            seconds, table = time.monotonic() - start, run.stdout.read()
    measured = f"{seconds:.0f} s; server and kernels {peak / 1e6:.0f} MB\n{table.rstrip()}"
    record_property("all on one core", measured)
    assert run.returncode == 0, table
    assert peak > 100e6, "the measurement saw nothing"
    assert peak < MEMORY_WITH_MARGIN
