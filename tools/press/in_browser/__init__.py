"""Python in a browser: Pyodide, the packages that the course needs there, and `course_lib`.

Live figures of the website and the lessons in JupyterLite share one folder with it.

Pyodide's core comes from npm, as tools/press/package-lock.json pins it. Its packages stay on the
server of the Pyodide project, and the lock says where, with the SHA-256 checksum of each; browsers
check it. `COURSE_PYODIDE=folder` takes them from a folder in place of that, an unpacked release of
Pyodide: then a page asks no other server for anything. What we serve ourselves gets byte code.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import files, version
from pathlib import Path

from flit_core import wheel

from press import PACKAGES, ROOT

PYODIDE = PACKAGES / "pyodide"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
# What demos import; a lock names what these need.
DEMOS = ("numpy", "matplotlib", "pillow", "traitlets", "tqdm")
# What lessons need beside that, and the kernel in which they run.
LESSONS = ("platformdirs", "typing-extensions", "ipython", "jedi", "micropip")
# What matplotlib asks for and imports for PDF alone, or not at all: pages of demos do without.
SELDOM = ("fonttools", "pytz")
# What they compare with; a folder that COURSE_PYODIDE names may lack it.
SCIENCE = ("scipy", "scikit-learn")
# Widgets, which Pyodide does not have: pure Python, as it is installed here, from our own lock.
WIDGETS = {
    "comm": (),
    "psygnal": (),
    "ipywidgets": ("comm", "ipython", "traitlets"),
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
}
# JupyterLite's kernel brings wheels of its own, a stand-in for ipykernel among them.
KERNEL_EXTENSION = Path(sys.prefix, "share", "lite", "@jupyterlite", "pyodide-kernel-extension")
KERNEL_NEEDS = {"pyodide-kernel": ("comm", "ipython"), "piplite": ("micropip",)}


def stock(folder, lessons=False):
    """Fill a folder with what demos need in a browser, or `lessons`; return what a kernel loads."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in CORE:
        shutil.copyfile(PYODIDE / name, folder / name)
    shutil.copyfile(Path(__file__).with_name("start.mjs"), folder / "start.mjs")
    lock = json.loads((PYODIDE / LOCK).read_text(encoding="utf-8"))
    vendor = os.environ.get("COURSE_PYODIDE")
    names = [*DEMOS, *((*LESSONS, *SELDOM) if lessons else ())]
    asks = lock["packages"]["matplotlib"]
    asks["depends"] = [name for name in asks["depends"] if name not in SELDOM]
    for name in SCIENCE if lessons else ():
        if vendor and not found(lock["packages"][name], Path(vendor)):
            print(f"{vendor} has no {name}: cells that need it will fail.")
        else:
            names.append(name)
    packages = needed(lock["packages"], names)
    if vendor:
        vendored(packages.values(), Path(vendor), folder)
    else:
        for package in packages.values():
            where = f"https://cdn.jsdelivr.net/pyodide/v{release()}/full/"
            package["file_name"] = where + package["file_name"]
    ours = {"course-lib": (course_wheel(folder), DEMOS)}
    if lessons:
        ours |= {name: (installed_wheel(name, folder), needs) for name, needs in WIDGETS.items()}
        ours |= kernel_wheels(folder)
    for name, (file, depends) in ours.items():
        packages[name] = entry(name, file, depends)
    with_byte_code(folder)
    for package in packages.values():
        if (path := folder / package["file_name"]).exists():
            package["sha256"] = checksum(path)
    text = json.dumps(lock | {"packages": packages}, indent=1, sort_keys=True)
    (folder / LOCK).write_text(text + "\n", encoding="utf-8")
    snapshot(folder)
    return [*names, *ours]


def release():
    """Return the version of Pyodide, from its package."""
    return json.loads((PYODIDE / "package.json").read_text(encoding="utf-8"))["version"]


def entry(name, file, depends):
    """Return what a lock says of a wheel of ours, but for its checksum."""
    return dict(
        name=name,
        version=file.split("-")[1],
        file_name=file,
        install_dir="site",
        package_type="package",
        imports=[name.replace("-", "_")],
        depends=list(depends),
        unvendored_tests=False,
    )


def needed(packages, names):
    """Return the packages of a lock that these need, and these."""
    found, waiting = {}, list(names)
    while waiting:
        name = waiting.pop().replace("_", "-")  # a lock names what is needed in either way
        if name not in found:
            found[name] = dict(packages[name])
            waiting += packages[name]["depends"]
    return dict(sorted(found.items()))


def vendored(packages, vendor, folder):
    """Copy the files of packages from a folder, and what is pure Python from PyPI if need be.

    A file that is not the official one, because it was built by somebody else, is told.
    """
    places = vendor, PACKAGES / ".cache" / "pure"
    missing = [one for one in packages if not any(found(one, place) for place in places)]
    if pure := [one for one in missing if one["file_name"].endswith("-none-any.whl")]:
        command = "-m pip download --quiet --no-deps --only-binary=:all: --platform any".split()
        command += ["--python-version", "3.14", "-d", str(places[1])]
        whats = [f"{one['name']}=={one['version']}" for one in pure]
        subprocess.run([sys.executable, *command, *whats], check=False)
    others = []
    for package in packages:
        path = next(filter(None, (found(package, place) for place in places)), None)
        if path is None:
            sys.exit(f"{package['file_name']} is not in {vendor}, which COURSE_PYODIDE names.")
        if checksum(path) != package["sha256"]:
            others.append(path.name)
        shutil.copyfile(path, folder / path.name)
        package["file_name"] = path.name
    if others:
        print(f"Not as Pyodide's own release has them, and used all the same: {', '.join(others)}")


def found(package, place):
    """Return the file of a package in a folder: the official one, else one of another version."""
    official = place / package["file_name"]
    others = place.glob(official.name.split("-")[0] + "-*.whl")
    return official if official.exists() else next(iter(sorted(others)), None)


def checksum(path):
    """Return the SHA-256 checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def course_wheel(folder):
    """Build course_lib's wheel in a folder; return its name."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1577836800")  # the same bytes, whenever
    with tempfile.TemporaryDirectory() as aside:
        made = wheel.make_wheel_in(ROOT / "pyproject.toml", Path(aside)).file
        shutil.copyfile(made, folder / made.name)
    return made.name


def installed_wheel(name, folder):
    """Pack a package that is installed here into a wheel; return its name.

    What was compiled stays out, for it is there as Python, too.
    """
    file = f"{name}-{version(name)}-py3-none-any.whl"
    with zipfile.ZipFile(folder / file, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(files(name)):
            beside = {"..", "labextension", "nbextension"} & set(path.parts)
            if not beside and path.suffix not in (".so", ".pyd", ".pyc"):
                put = zipfile.ZipInfo(path.as_posix(), (2020, 1, 1, 0, 0, 0))
                made.writestr(put, path.read_binary(), zipfile.ZIP_DEFLATED)
    return file


def kernel_wheels(folder):
    """Copy the wheels of JupyterLite's kernel, where it is installed: name → (file, depends)."""
    place = KERNEL_EXTENSION / "static" / "pypi"
    newest = {
        path.name.split("-")[0].replace("_", "-"): path for path in sorted(place.glob("*.whl"))
    }
    for path in newest.values():
        shutil.copyfile(path, folder / path.name)
    return {name: (path.name, KERNEL_NEEDS.get(name, ())) for name, path in newest.items()}


def with_byte_code(folder):
    """Give wheels and standard library byte code, or take what was made of the same before."""
    script = Path(__file__).with_name("precompile.mjs")
    made_by = checksum(script) + checksum(PYODIDE / "pyodide.asm.wasm")
    kept = {}
    for path in [*folder.glob("*.whl"), *folder.glob("*.zip")]:
        key = hashlib.sha256((checksum(path) + made_by).encode()).hexdigest()
        kept[path] = PACKAGES / ".cache" / f"{key[:32]}-{path.name}"
    if new := [path for path in kept if not kept[path].exists()]:
        (PACKAGES / ".cache").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=PACKAGES / ".cache") as aside:
            for path in new:
                shutil.copyfile(path, Path(aside, path.name))
            subprocess.run(["node", str(script), aside], check=True)
            for path in new:
                Path(aside, path.name).rename(kept[path])
    for path in kept:
        shutil.copyfile(kept[path], path)


def snapshot(folder):
    """Put Python's memory after its start beside it, or take what was kept of the same before."""
    script = Path(__file__).with_name("snapshot.mjs")
    made_of = [script, folder / "pyodide.asm.wasm", folder / "python_stdlib.zip"]
    key = hashlib.sha256("".join(map(checksum, made_of)).encode()).hexdigest()
    kept = PACKAGES / ".cache" / f"{key[:32]}-snapshot.bin"
    if not kept.exists():
        subprocess.run(["node", str(script), str(folder)], check=True)
        shutil.copyfile(folder / "snapshot.bin", kept)
    shutil.copyfile(kept, folder / "snapshot.bin")
