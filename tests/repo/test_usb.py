"""The classroom kit: packages for other systems, whole or not at all, and a real start."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from browser import TOKEN, free_port, wait_for
from conftest import ROOT
from packaging.version import Version
from stick import start, usb

HASH = "--hash=sha256:"

# --- Which packages ------------------------------------------------------------------------------

LOCK = usb.locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
TARGETS = [(p, v) for p in usb.PLATFORMS for v in ("3.11", "3.12", "3.13", "3.14")]


def names(platform, python):
    """Return what the real lock asks for there, as {name: [versions]}."""
    found = {}
    for name, version in usb.needed(LOCK, platform, python):
        found.setdefault(name, []).append(str(version))
    return found


@pytest.mark.parametrize(("platform", "python"), TARGETS)
def test_packages_are_those_of_the_other_system(platform, python):
    """What only one system needs goes there alone, on any system that makes the kit."""
    found = names(platform, python)
    assert ("appnope" in found) == platform.startswith("macos")
    assert ("pywinpty" in found) == ("colorama" in found) == (platform == "windows")
    assert ("pexpect" in found) == ("ptyprocess" in found) == (platform != "windows")
    assert ("overrides" in found) == (python == "3.11")
    assert len(found) > 90
    # A 3.11.4 and a 3.11.9 may sit side by side in a class.
    twice = {name for name, versions in found.items() if len(versions) > 1}
    assert twice == ({"soupsieve"} if python == "3.11" else set())


def test_numpy_is_the_one_for_the_python():
    """The lock has two; the Python that makes the kit does not matter."""
    old, new = names("linux", "3.11")["numpy"], names("linux", "3.12")["numpy"]
    assert len(old) == len(new) == 1
    assert Version(old[0]) < Version(new[0])


@pytest.mark.parametrize(
    ("file", "platform", "fits"),
    [
        ("a-1-py3-none-any", "windows", True),
        ("a-1-cp313-cp313-win_amd64", "windows", True),
        ("a-1-cp313-cp313-win_arm64", "windows", False),
        ("a-1-cp39-abi3-win_amd64", "windows", True),
        ("a-1-cp312-cp312-win_amd64", "windows", False),
        ("a-1-cp313-cp313t-win_amd64", "windows", False),
        ("a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64", "linux", True),
        ("a-1-cp313-cp313-manylinux_2_28_x86_64", "linux", True),
        ("a-1-cp313-cp313-manylinux_2_39_x86_64", "linux", False),
        ("a-1-cp313-cp313-musllinux_1_2_x86_64", "linux", False),
        ("a-1-cp313-cp313-manylinux_2_28_aarch64", "linux", False),
        ("a-1-cp313-cp313-macosx_11_0_arm64", "macos-arm", True),
        ("a-1-cp313-cp313-macosx_14_0_arm64", "macos-arm", False),
        ("a-1-cp313-cp313-macosx_10_13_universal2", "macos-arm", True),
        ("a-1-cp313-cp313-macosx_10_13_universal2", "macos-intel", True),
        ("a-1-cp313-cp313-macosx_10_13_x86_64", "macos-intel", True),
        ("a-1-cp313-cp313-macosx_11_0_arm64", "macos-intel", False),
        ("b-1-py3-none-any", "linux", False),
        ("a-2-py3-none-any", "linux", False),
    ],
)
def test_wheels_fit_or_not(file, platform, fits, tmp_path):
    """By name, version, Python and system; a wrong checksum never fits."""
    path = tmp_path / f"{file}.whl"
    path.write_bytes(b"content")
    for digest, right in ((hashlib.sha256(b"content").hexdigest(), fits), ("0" * 64, False)):
        wanted = {("a", Version("1")): frozenset([digest])}
        chosen, missing = usb.fitting(usb.wheels_in(tmp_path), wanted, platform, "3.13")
        assert list(chosen.values()) == ([path] if right else [])
        assert missing == ([] if right else list(wanted))


def test_the_best_of_two_wheels_is_chosen(tmp_path):
    """As pip would: the one made for this Python before the one for any."""
    for file in ("a-1-py3-none-any", "a-1-cp313-cp313-win_amd64"):
        (tmp_path / f"{file}.whl").write_bytes(b"content")
    wanted = {("a", Version("1")): frozenset([hashlib.sha256(b"content").hexdigest()])}
    chosen, _ = usb.fitting(usb.wheels_in(tmp_path), wanted, "windows", "3.13")
    assert [path.name for path in chosen.values()] == ["a-1-cp313-cp313-win_amd64.whl"]


# --- The kit -------------------------------------------------------------------------------------

WHEELS = {
    "one": ("one-1.0-py3-none-any.whl", b"one", ""),
    "mac": ("mac-1.0-py3-none-any.whl", b"mac", " ; sys_platform == 'darwin'"),
    "fast": ("fast-1.0-cp313-cp313-win_amd64.whl", b"fast", " ; os_name == 'nt'"),
}


class Registry:
    """Stands in for pip: writes the wheels that it is asked for, and remembers."""

    def __init__(self):
        self.asked, self.wheels, self.broken = [], dict(WHEELS), False

    def download(self, folder, wanted, platform, python):
        """Write them, up to where it breaks."""
        self.asked += [name for name, _ in wanted]
        for name, _ in wanted:
            file, content, _ = self.wheels[name]
            (folder / file).write_bytes(content)
            if self.broken:
                raise usb.Refusal("the network went away")


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """Give usb.py a small course of its own, three packages, and data that are there at once."""
    course = tmp_path / "course of its own"
    shutil.copytree(ROOT / "tools" / "stick", course / "tools" / "stick")
    lines = [
        f"{name}==1.0{marker} \\\n    {HASH}{hashlib.sha256(content).hexdigest()}\n    # via x\n"
        for name, (_, content, marker) in WHEELS.items()
    ]
    files = {
        "requirements.lock": "".join(lines),
        "notebooks/01_neuron.ipynb": "{}",
        "notes.txt": "as tracked as the rest",
        ".gitignore": "my_notebooks/\n__pycache__/\n.coverage.*\n",
        "my_notebooks/01_neuron.ipynb": "mine",
        "tools/stick/__pycache__/usb.pyc": "",
        ".coverage.host": "",
    }
    for name, text in files.items():
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text(text, encoding="utf-8")
    registry = Registry()
    monkeypatch.setattr(usb, "ROOT", course)
    monkeypatch.setattr(usb, "download", registry.download)

    def write_data(folder):
        usb.put(folder / "mnist" / "train.gz", b"digits")
        return [folder / "mnist" / "train.gz"]

    monkeypatch.setattr(usb, "write_data", write_data)
    return registry


def kit_of(folder):
    """Read the list of a kit."""
    return json.loads((folder / usb.WHOLE).read_text(encoding="utf-8"))


def make(folder, platforms=("windows", "linux"), pythons=("3.13",)):
    """Make a kit."""
    usb.make(folder, list(platforms), list(pythons))
    return kit_of(folder)


def git(*arguments):
    """Run git in the small course."""
    subprocess.run(["git", "-C", str(usb.ROOT), *arguments], check=True, capture_output=True)


@pytest.mark.parametrize("with_git", [True, False])
def test_layout(with_git, registry, tmp_path):
    """The course as tracked, data, wheels, three files to start with, and the list of it all."""
    if with_git:
        if not shutil.which("git"):
            pytest.skip("no git here")
        git("init", "-q")
        git("add", ".")
        (usb.ROOT / "not tracked.txt").touch()
    kit = make(tmp_path / "kit")
    on_disk = {p.relative_to(tmp_path / "kit").as_posix() for p in (tmp_path / "kit").rglob("*.*")}
    assert {name for name in on_disk if (tmp_path / "kit" / name).is_file()} == {
        *("README.txt", "start.sh", "start.bat", "kit.json", "data/mnist/train.gz"),
        *("course/requirements.lock", "course/notebooks/01_neuron.ipynb", "course/notes.txt"),
        *(f"course/tools/stick/{name}" for name in ("README.txt", "start.sh", "start.bat")),
        *("course/tools/stick/start.py", "course/tools/stick/usb.py", "course/.gitignore"),
        *("wheels/one-1.0-py3-none-any.whl", "wheels/fast-1.0-cp313-cp313-win_amd64.whl"),
    }
    assert kit["packages"] == {
        "windows 3.13": [
            "wheels/fast-1.0-cp313-cp313-win_amd64.whl",
            "wheels/one-1.0-py3-none-any.whl",
        ],
        "linux 3.13": ["wheels/one-1.0-py3-none-any.whl"],
    }
    readme = (tmp_path / "kit" / "README.txt").read_text(encoding="utf-8")
    assert "windows, Python 3.13" in readme
    assert "$" not in readme
    bat = (tmp_path / "kit" / "start.bat").read_bytes()
    assert bat.count(b"\r\n") == bat.count(b"\n") > 20
    assert b"\r" not in (tmp_path / "kit" / "start.sh").read_bytes()


def test_a_second_run_downloads_nothing(registry, tmp_path):
    """And changes nothing, not even a time."""
    kit = make(tmp_path / "kit")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "kit").rglob("*.*")}
    del times[tmp_path / "kit" / usb.WHOLE]
    registry.asked.clear()
    assert make(tmp_path / "kit") == kit
    assert registry.asked == []
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_what_is_damaged_is_mended(registry, tmp_path):
    """A wheel with other bytes is fetched again, a file with other bytes is written again."""
    kit = make(tmp_path / "kit")
    registry.asked.clear()
    (tmp_path / "kit" / "wheels" / "one-1.0-py3-none-any.whl").write_bytes(b"two")
    (tmp_path / "kit" / "course" / "notes.txt").write_text("other", encoding="utf-8")
    assert make(tmp_path / "kit") == kit
    assert registry.asked == ["one"]
    assert (tmp_path / "kit" / "wheels" / "one-1.0-py3-none-any.whl").read_bytes() == b"one"
    assert (tmp_path / "kit/course/notes.txt").read_text(encoding="utf-8").startswith("as tracked")


def test_a_newer_course_replaces_the_older(registry, tmp_path):
    """What is no longer needed goes, what was never ours stays, and the kit has another name."""
    kit = make(tmp_path / "kit")
    (usb.ROOT / "notes.txt").unlink()
    (usb.ROOT / "notebooks" / "01_neuron.ipynb").write_text("[]", encoding="utf-8")
    (tmp_path / "kit" / "python-installer.exe").touch()
    newer = make(tmp_path / "kit", platforms=["linux"])
    assert newer["id"] != kit["id"]
    for name in ("course/notes.txt", "wheels/fast-1.0-cp313-cp313-win_amd64.whl"):
        assert not (tmp_path / "kit" / name).exists()
    assert (tmp_path / "kit" / "python-installer.exe").exists()


def test_half_a_kit_is_no_kit(registry, tmp_path):
    """When it stops, there is no list, and the kit does not start; the next run completes it."""
    make(tmp_path / "kit", platforms=["linux"])
    registry.broken = True
    with pytest.raises(usb.Refusal, match="went away"):
        make(tmp_path / "kit")
    assert not (tmp_path / "kit" / usb.WHOLE).exists()
    answer = started(tmp_path / "kit")
    assert answer.returncode == 1
    assert "unfinished" in answer.stderr
    registry.broken = False
    assert make(tmp_path / "kit")


def test_a_wheel_that_cannot_be_had_is_named(registry, tmp_path):
    """A kit without it would fail in the classroom."""
    registry.wheels["one"] = ("one-1.0-py3-none-any.whl", b"not what is locked", "")
    with pytest.raises(usb.Refusal, match=r"No wheel for windows, Python 3.13: one 1\.0"):
        make(tmp_path / "kit")
    assert not (tmp_path / "kit" / usb.WHOLE).exists()


def test_the_course_is_no_place_for_a_kit(registry):
    """It would copy itself."""
    for folder in (usb.ROOT, usb.ROOT / "kit"):
        with pytest.raises(usb.Refusal, match="inside the course"):
            make(folder)


def test_data_come_verified(tmp_path, monkeypatch):
    """Real data are copied, a damaged copy is replaced; without MNIST there is no kit."""
    from course_lib.data import N_BYTES, load_images

    if "MNIST, read from the offline" not in load_images(raw=True, offline=True).source:
        pytest.skip("no offline folder with the real data here")
    source = Path(os.environ["COURSE_DATA"])
    for name, value in {"OFFLINE": "1", "DATA": str(source), "CACHE": str(tmp_path / "no")}.items():
        monkeypatch.setenv(f"COURSE_{name}", value)
    damaged = tmp_path / "data" / "mnist" / "t10k-labels-idx1-ubyte.gz"
    usb.put(damaged, b"damaged")
    files = usb.write_data(tmp_path / "data")
    mnist = [path for path in files if path.parent.name == "mnist"]
    assert len(mnist) == len(N_BYTES)
    assert damaged.read_bytes() == (source / "mnist" / damaged.name).read_bytes()
    for name, value in {"DATA": "", "CACHE": str(tmp_path / "no")}.items():
        monkeypatch.setenv(f"COURSE_{name}", value)
    with pytest.raises(usb.Refusal, match="Without MNIST"):
        usb.write_data(tmp_path / "empty")


# --- Starting it ---------------------------------------------------------------------------------

posix = pytest.mark.skipif(os.name == "nt", reason="start.sh is for Linux and macOS")


def started(kit, *options, **env):
    """Run the kit's start.py with this Python."""
    path = kit / "course" / "tools" / "stick" / "start.py"
    return subprocess.run(
        [sys.executable, path, *options],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )


def this_kit(registry, tmp_path):
    """Make a kit that claims to have packages for the Python that runs this."""
    kit = make(tmp_path / "kit", platforms=["linux"])
    kit["packages"] = {start.this_target(): kit["packages"]["linux 3.13"]}
    (tmp_path / "kit" / usb.WHOLE).write_text(json.dumps(kit), encoding="utf-8")
    return tmp_path / "kit"


def test_start_refuses_with_sentences(registry, tmp_path):
    """Before it writes anything: a Python without packages, a damaged kit, a folder in use."""
    kit, home = make(tmp_path / "other", platforms=["windows"]), tmp_path / "home"
    answer = started(tmp_path / "other", "--to", str(home))
    assert answer.returncode == 1
    assert list(kit["packages"]) == ["windows 3.13"]
    if start.this_target() != "windows 3.13":
        assert "has packages for: windows 3.13" in answer.stderr
        assert started(tmp_path / "other", "--can-start").returncode == 1

    folder = this_kit(registry, tmp_path)
    assert started(folder, "--can-start").returncode == 0
    home.mkdir()
    (home / "thesis.tex").touch()
    answer = started(folder, "--to", str(home))
    assert "is in use for something else" in answer.stderr
    (folder / "wheels" / "one-1.0-py3-none-any.whl").write_bytes(b"")
    answer = started(folder, "--to", str(tmp_path / "new"))
    assert "damaged: wheels/one-1.0-py3-none-any.whl" in answer.stderr
    assert [path.name for path in home.iterdir()] == ["thesis.tex"]
    assert not (tmp_path / "new").exists()


def kit_with_tab(tmp_path, packages="https://cdn.example.org/"):
    """Make a kit beside a site, whose Python's packages lie where `packages` says."""
    site = usb.ROOT / "dist" / "site"
    for name, text in (
        ("lite/lab/index.html", "<title>lessons</title>"),
        ("python/pyodide-lock.json", json.dumps({"packages": {"numpy": packages + "numpy.whl"}})),
        ("python/pyodide.asm.wasm", "core"),
    ):
        usb.put(site / name, text.encode())
    return make(tmp_path / "kit", platforms=["windows"])


def test_a_site_that_asks_others_stays_out_of_a_kit(registry, tmp_path):
    """Where the stick goes there is no network."""
    kit = kit_with_tab(tmp_path)
    assert not any(name.startswith("site/") for name in kit["files"])
    answer = started(tmp_path / "kit", "--tab")
    assert answer.returncode == 1 and "no lessons for a tab" in answer.stderr


@pytest.mark.parametrize("options", [["--tab"], []])
def test_a_kit_opens_the_lessons_in_a_tab(registry, tmp_path, options):
    """With any Python, installing nothing; also where the kit has no packages for this one."""
    kit = kit_with_tab(tmp_path, packages="")
    assert {name for name in kit["files"] if name.startswith("site/lite")}
    path = tmp_path / "kit" / "course" / "tools" / "stick" / "start.py"
    path.write_text(path.read_text("utf-8").replace("PORT = 8765", f"PORT = {free_port()}"))
    kit["files"]["course/tools/stick/start.py"] = path.stat().st_size
    (tmp_path / "kit" / usb.WHOLE).write_text(json.dumps(kit), encoding="utf-8")
    command = [sys.executable, path, "--no-browser", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().split()[-1]
            with urlopen(address) as page:
                assert page.read() == b"<title>lessons</title>"
            with urlopen(urljoin(address, "/python/pyodide.asm.wasm")) as core:
                assert core.headers["content-type"] == "application/wasm"
            again = subprocess.run(command, capture_output=True, text=True, check=False)
            assert again.returncode == 1 and "Another program answers" in again.stderr
        finally:
            server.terminate()


@posix
@pytest.mark.long
def test_an_installation_that_stops_is_not_taken_for_one(registry, tmp_path):
    """pip refuses these packages, for they are none; what it left is marked and made anew."""
    folder = this_kit(registry, tmp_path)
    for _ in range(2):
        answer = started(folder, "--to", str(tmp_path / "home"))
        assert answer.returncode == 1
        assert "The installation stopped" in answer.stderr
        assert (tmp_path / "home" / usb.UNFINISHED).exists()
        assert not (tmp_path / "home" / usb.WHOLE).exists()


@posix
@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3.13": 0, "python3": 0}, "python3.13"),
        ({"python3.13": 1, "python3": 0}, "python3"),
        ({"python3.12": 1, "python3": 1}, "python3"),  # none fits; it says so itself
        ({"python3": None, "python": 0}, "python"),  # the first is older than 3.6
        ({"python": None}, None),
        ({}, None),
    ],
)
def test_start_sh_finds_a_python(pythons, chosen, registry, tmp_path):
    """The first that fits; where none is there, a sentence."""
    make(tmp_path / "a kit", platforms=["linux"])
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for tool in ("sh", "dirname"):
        (bin_folder / tool).symlink_to(shutil.which(tool))
    for name, code in pythons.items():
        stub = f'#!/bin/sh\ncase "$*" in\n*version_info*) exit {int(code is None)};;\n'
        stub += f'*--can-start*) exit {code or 0};;\n*) echo "{name} $#: $*";;\nesac\n'
        (bin_folder / name).write_text(stub, encoding="utf-8")
        (bin_folder / name).chmod(0o755)
    answer = subprocess.run(
        ["sh", tmp_path / "a kit" / "start.sh", "--no-browser", "a b"],
        env={"PATH": str(bin_folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    if chosen:
        path = tmp_path / "a kit" / "course" / "tools" / "stick" / "start.py"
        assert answer.stdout == f"{chosen} 3: {path} --no-browser a b\n"
    else:
        assert answer.returncode == 1
        assert "No Python was found" in answer.stdout


@pytest.mark.long
def test_a_kit_starts_without_network(tmp_path, record_property):
    """Made for this system and Python, then started by start.sh where no network is."""
    target = start.this_target()
    if os.name == "nt" or target is None:
        pytest.skip("start.sh is for Linux and macOS, and the kit for the usual Pythons")
    platform, python = target.split()
    kit, home = tmp_path / "kit", tmp_path / "home"
    home.mkdir()
    command = [sys.executable, ROOT / "tools" / "stick" / "usb.py", kit]
    command += ["--platforms", platform, "--pythons", python]
    began = time.monotonic()
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if "pip could not get" in answer.stderr or "Without MNIST" in answer.stderr:
        pytest.skip(f"no kit could be made without a network: {answer.stderr.strip()}")
    assert answer.returncode == 0, answer.stderr
    made = time.monotonic() - began

    # As root on Linux in a network namespace that has nothing but loopback; elsewhere with every
    # way out pointed to a port where nobody listens.
    blocked = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    tools = all(map(shutil.which, ("unshare", "nsenter", "ip")))
    if not tools or subprocess.run([*blocked, "true"], capture_output=True, check=False).returncode:
        blocked = []
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "COURSE_", "JUPYTER_"))}
    env |= dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    env |= {"HOME": str(home), "PYTHON": sys.executable, "no_proxy": "127.0.0.1,localhost"}
    seconds = []
    for _ in range(2):  # installing, then at once
        port = free_port()
        options = ["--no-browser", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
        began = time.monotonic()
        log = tmp_path / "start.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [*blocked, "sh", kit / "start.sh", *options],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )
        try:
            inside = ["nsenter", "--net", "--target", str(process.pid)] if blocked else []

            def answers(inside=inside, port=port, process=process, log=log):
                if process.poll() is not None:
                    pytest.fail(f"It ended at once:\n{log.read_text()}")
                url = f"http://127.0.0.1:{port}/api/contents/01_neuron.ipynb?token={TOKEN}"
                code = f"import urllib.request as u; print(u.urlopen({url!r}, timeout=5).status)"
                ask = [*inside, sys.executable, "-c", code]
                return b"200" in subprocess.run(ask, capture_output=True, check=False).stdout

            wait_for("lesson 1 is served", answers, 600)
        finally:
            process.terminate()
            process.wait(timeout=300)
        seconds.append(time.monotonic() - began)
    text = log.read_text(encoding="utf-8")
    assert "MNIST, read from the offline folder" in text
    course = home / "from-one-neuron" / "course"
    assert (course / "my_notebooks" / "01_neuron.ipynb").is_file()
    assert kit_of(course.parent)["id"] == kit_of(kit)["id"]
    size = sum(path.stat().st_size for path in kit.rglob("*") if path.is_file())
    record_property(
        f"kit for {target}",
        f"{size / 1e6:.0f} MB in {made:.0f} s; "
        f"first start {seconds[0]:.0f} s, second {seconds[1]:.0f} s; "
        f"network {'blocked' if blocked else 'behind a dead proxy'}",
    )
