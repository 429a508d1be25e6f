"""Write the classroom kit: the course, its data and its packages, for a room without network.

python tools/stick/usb.py /media/stick
python tools/stick/usb.py E:/ --platforms windows linux --pythons 3.12 3.13

Run it with the environment of the course, on any system. What is there and right is kept, so that
a second run is quick. The other files of this folder are what students start from the stick.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import string
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHOLE, UNFINISHED = "kit.json", "kit-unfinished.json"
OLDEST_MACOS = (12, 0)
NEWEST_GLIBC = 28  # 2.28: Debian 10, Ubuntu 20.04, Fedora 29, RHEL 8 and newer
# Patch releases that a marker can tell apart; one kit serves them all.
PATCHES = range(30)
# What pip says of these systems when it runs there.
PLATFORMS = {
    "linux": ("posix", "linux", "Linux", "x86_64"),
    "windows": ("nt", "win32", "Windows", "AMD64"),
    "macos-arm": ("posix", "darwin", "Darwin", "arm64"),
    "macos-intel": ("posix", "darwin", "Darwin", "x86_64"),
}
PYTHONS = ("3.12", "3.13", "3.14")


class Refusal(Exception):
    """A reason to stop that the user has to know; its text is the whole message."""


# --- Files and data ------------------------------------------------------------------------------


def copy(path, target):
    """Copy whole or not at all: a stick may be pulled out at any time."""
    put(target, path.read_bytes())


def put(target, content):
    """Write beside the file, then put it in place; what is right already is left alone.

    The name beside it is always the same: what a stick that was pulled out leaves behind is
    written over by the next run.
    """
    if target.is_file() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(content)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def course_files():
    """List what git tracks, or in a copy without git, what .gitignore does not name."""
    answer = (
        subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False)
        if shutil.which("git")
        else None
    )
    if answer and answer.returncode == 0 and answer.stdout:
        names = [Path(name) for name in answer.stdout.decode().split("\0") if name]
    else:
        lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
        ignored = [".git", *(line.rstrip("/") for line in lines)]
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        names = [
            name
            for name in names
            if not any(fnmatch(part, pattern) for part in name.parts for pattern in ignored)
        ]
    return sorted(name for name in names if (ROOT / name).is_file())


def write_data(folder):
    """Bring both data sets to the kit, verified by the course's own loader, and list their files.

    A cache has the shape of an offline folder: the loader is told that its cache is here, and
    drops what is wrong there and downloads what is missing.
    """
    from course_lib import data

    def right(place, name, file):
        path = data._find(place / name, file)
        try:
            if path:
                data._read(path, name, file, raw=True)
            return path
        except (OSError, data._Unusable):
            return None

    places = [folder, Path(os.environ.get("COURSE_DATA") or folder), data._cache_folder()]
    os.environ |= {"COURSE_CACHE": str(folder), "COURSE_DATA": ""}
    found = []
    for name in data.SHA256:
        for file in data.N_BYTES:
            path = next(filter(None, (right(place, name, file) for place in places)), None)
            if path:
                copy(path, folder / name / path.name)
        source = data.load_images(name, raw=True).source
        files = [data._find(folder / name, file) for file in data.N_BYTES]
        if data.STAND_IN not in source and all(files):
            found += files
            print(f"{data.TITLES[name]}: {sum(f.stat().st_size for f in files) / 1e6:.0f} MB")
        elif name == "mnist":
            raise Refusal(
                "Without MNIST a kit is useless. Make it where there is a network, or set "
                "COURSE_DATA to a folder that holds it."
            )
        else:
            print(f"The kit goes without {data.TITLES[name]}; lessons use the stand-in for it.")
    return found


# --- Packages ------------------------------------------------------------------------------------


def locked(text):
    """Read a lock: each requirement with the set of its SHA-256 hashes."""
    from packaging.requirements import Requirement

    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    entries = (re.split(r"\s+--hash=sha256:", line.strip()) for line in text.splitlines())
    return [(Requirement(name), frozenset(hashes)) for name, *hashes in entries]


def needed(lock, platform, python):
    """Filter the lock for a platform and a Python: {(name, version): hashes}.

    pip evaluates markers for the Python that runs it, not for the one it downloads for. And a lock
    may tell patch releases apart (soupsieve does, at 3.11.5): all that any of them needs is taken.
    """
    from packaging.utils import canonicalize_name
    from packaging.version import Version

    os_name, sys_platform, platform_system, platform_machine = PLATFORMS[platform]
    places = [
        {
            "os_name": os_name,
            "sys_platform": sys_platform,
            "platform_system": platform_system,
            "platform_machine": platform_machine,
            "platform_release": "",
            "platform_version": "",
            "python_version": python,
            "python_full_version": f"{python}.{patch}",
            "implementation_name": "cpython",
            "implementation_version": f"{python}.{patch}",
            "platform_python_implementation": "CPython",
        }
        for patch in PATCHES
    ]
    return {
        (canonicalize_name(requirement.name), Version(str(requirement.specifier)[2:])): hashes
        for requirement, hashes in lock
        if not requirement.marker or any(requirement.marker.evaluate(place) for place in places)
    }


def platform_tags(platform):
    """Name the platforms of a wheel that run there, best first."""
    from packaging import tags

    if platform == "windows":
        return ["win_amd64"]
    if platform == "linux":
        names = [f"manylinux_2_{minor}" for minor in range(NEWEST_GLIBC, 4, -1)]
        names += ["manylinux2014", "manylinux2010", "manylinux1", "linux"]
        return [f"{name}_x86_64" for name in names]
    return list(tags.mac_platforms(OLDEST_MACOS, PLATFORMS[platform][3]))


def supported(platform, python):
    """Rank the tags of wheels that a Python takes: {tag: place}, 0 for the best."""
    from packaging import tags

    version, platforms = tuple(map(int, python.split("."))), platform_tags(platform)
    interpreter = f"cp{version[0]}{version[1]}"
    ranked = [
        *tags.cpython_tags(version, [interpreter], platforms),
        *tags.compatible_tags(version, interpreter, platforms),
    ]
    return {tag: place for place, tag in enumerate(ranked)}


def wheels_in(folder):
    """Read the wheels of a folder: {(name, version): [(path, tags, hash)]}."""
    from packaging.utils import parse_wheel_filename

    found = {}
    for path in sorted(folder.glob("*.whl")):
        name, version, _, tags = parse_wheel_filename(path.name)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found.setdefault((name, version), []).append((path, tags, digest))
    return found


def fitting(wheels, wanted, platform, python):
    """Choose the one wheel for each wanted package: ({package: path}, packages without one)."""
    ranks, chosen = supported(platform, python), {}
    for package, hashes in wanted.items():
        fit = [
            (min(ranks[tag] for tag in tags if tag in ranks), path)
            for path, tags, digest in wheels.get(package, ())
            if digest in hashes and not ranks.keys().isdisjoint(tags)
        ]
        if fit:
            chosen[package] = min(fit)[1]
    return chosen, [package for package in wanted if package not in chosen]


def write_wheels(folder, lock, platforms, pythons):
    """Download the wheels that are not there yet: {"linux 3.13": [path, …], …}."""
    folder.mkdir(parents=True, exist_ok=True)
    wheels, packages = wheels_in(folder), {}
    for platform in platforms:
        for python in pythons:
            wanted = needed(lock, platform, python)
            _, missing = fitting(wheels, wanted, platform, python)
            while missing:
                # Two versions of one package, for two patch releases, cannot be asked for at once.
                batch = dict(missing).items()
                download(folder, {package: wanted[package] for package in batch}, platform, python)
                missing = [package for package in missing if package not in batch]
            wheels = wheels_in(folder)
            chosen, missing = fitting(wheels, wanted, platform, python)
            if missing:
                names = ", ".join(f"{name} {version}" for name, version in missing)
                raise Refusal(f"No wheel for {platform}, Python {python}: {names}.")
            packages[f"{platform} {python}"] = sorted(chosen.values())
            size = sum(path.stat().st_size for path in chosen.values())
            print(f"{platform} {python}: {len(chosen)} wheels, {size / 1e6:.0f} MB", flush=True)
    return packages


def download(folder, wanted, platform, python):
    """Have pip download wheels for another system, by name, version and hash alone."""
    lines = [
        " ".join([f"{name}=={version}", *(f"--hash=sha256:{one}" for one in sorted(hashes))])
        for (name, version), hashes in wanted.items()
    ]
    with tempfile.TemporaryDirectory() as place:
        lock, fresh = Path(place, "requirements.txt"), Path(place, "wheels")
        lock.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"]
        # The newest patch release: some packages ask for 3.11.5 and would be hidden from 3.11.0.
        command += [f"--python-version={python}.{PATCHES[-1]}", "--implementation=cp"]
        command += [f"--dest={fresh}"]
        abis = (f"cp{python.replace('.', '')}", "abi3", "none")
        command += [f"--abi={abi}" for abi in abis]
        command += [f"--platform={tag}" for tag in platform_tags(platform)]
        if subprocess.run([*command, "-r", str(lock)], check=False).returncode:
            raise Refusal(f"pip could not get all packages for {platform}, Python {python}.")
        for path in fresh.iterdir():
            copy(path, folder / path.name)


# --- The kit -------------------------------------------------------------------------------------


def write_start(folder, packages):
    """Write what students and the instructor see first, and list it."""
    stick = ROOT / "tools" / "stick"
    for name in ("start.sh", "start.bat", "README.txt"):
        text = (stick / name).read_text(encoding="utf-8")
        if name == "README.txt":
            targets = "\n".join(f"    {target.replace(' ', ', Python ')}" for target in packages)
            text = string.Template(text).substitute(targets=targets)
        # cmd.exe needs its own line ends and sh the other ones, however git checked the file out.
        put(folder / name, text.replace("\n", "\r\n" if name.endswith(".bat") else "\n").encode())
    (folder / "start.sh").chmod(0o755)
    return [folder / name for name in ("start.sh", "start.bat", "README.txt")]


def write_site(folder):
    """Bring the website with the lessons in the browser, where one was made that asks nobody else.

    Such a one has all of Python's packages: `COURSE_PYODIDE=… make site`.
    """
    site = ROOT / "dist" / "site"
    lock = site / "python" / "pyodide-lock.json"
    if not (site / "lite").is_dir() or "https://" in lock.read_text(encoding="utf-8"):
        print("Without a site in dist/ that was made with COURSE_PYODIDE: no lessons in a tab.")
        return []
    names = [path.relative_to(site) for path in site.rglob("*") if path.is_file()]
    for name in names:
        copy(site / name, folder / name)
    files = [folder / name for name in names]
    print(f"The website: {sum(f.stat().st_size for f in files) / 1e6:.0f} MB")
    return files


def listed(folder):
    """Return the names of the files of an earlier kit, whole or not."""
    for name in (WHOLE, UNFINISHED):
        try:
            return set(json.loads((folder / name).read_text(encoding="utf-8"))["files"])
        except (OSError, ValueError, KeyError):
            continue
    return set()


def make(folder, platforms, pythons):
    """Write the kit. Its list, kit.json, comes last: without it, start.py refuses."""
    if folder == ROOT or ROOT in folder.parents:
        raise Refusal(f"{folder} is inside the course. Name a folder outside, or a stick.")
    folder.mkdir(parents=True, exist_ok=True)
    before = listed(folder)
    if (folder / WHOLE).exists():
        os.replace(folder / WHOLE, folder / UNFINISHED)
    files = []
    for name in course_files():
        copy(ROOT / name, folder / "course" / name)
        files.append(folder / "course" / name)
    files += write_data(folder / "data")
    lock = locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    files += write_site(folder / "site")
    packages = write_wheels(folder / "wheels", lock, platforms, pythons)
    files += sorted({path for paths in packages.values() for path in paths})
    files += write_start(folder, packages)

    def name_of(path):
        return path.relative_to(folder).as_posix()

    kit = {
        "packages": {
            target: [name_of(path) for path in paths] for target, paths in packages.items()
        },
        "files": {name_of(path): path.stat().st_size for path in files},
    }
    # Sizes alone would not tell two editions of a lesson apart.
    digest = hashlib.sha256(json.dumps(kit).encode())
    for path in files:
        if "wheels" != path.parent.name:
            digest.update(path.read_bytes())
    kit["id"] = digest.hexdigest()
    for name in before - kit["files"].keys():
        (folder / name).unlink(missing_ok=True)
    put(folder / WHOLE, json.dumps(kit, indent=1).encode())
    (folder / UNFINISHED).unlink(missing_ok=True)
    size = sum(kit["files"].values())
    print(f"The kit is whole: {len(files)} files, {size / 1e6:.0f} MB in {folder}")


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="a stick, or any folder outside the course")
    parser.add_argument("--platforms", nargs="+", choices=PLATFORMS, default=list(PLATFORMS))
    parser.add_argument("--pythons", nargs="+", metavar="3.x", default=list(PYTHONS))
    args = parser.parse_args()
    if wrong := [python for python in args.pythons if not re.fullmatch(r"3\.1[1-9]", python)]:
        parser.error(f"--pythons takes versions from 3.11 on, like 3.13; not {' '.join(wrong)}")
    try:
        return make(args.folder.expanduser().resolve(), args.platforms, args.pythons)
    except (Refusal, OSError) as sentence:
        print(f"{sentence}\nThe kit is not finished.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
