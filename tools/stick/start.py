"""Install the course from a classroom kit, without network, and open it; or open it in a tab.

start.sh and start.bat call this with a Python that they found. It uses the standard library alone
and nothing newer than Python 3.6, so that an older Python gives a sentence and no SyntaxError.
"""

import argparse
import http.server
import json
import os
import platform
import shutil
import socketserver
import subprocess
import sys
import sysconfig
import webbrowser
from pathlib import Path

KIT = Path(__file__).resolve().parents[3]
HOME = Path("~/from-one-neuron").expanduser()
# A kit has its list when it is whole; while it is being written the list has the other name.
WHOLE, UNFINISHED = "kit.json", "kit-unfinished.json"
MEGABYTES = 1000  # 700 stay, and pip unpacks some of it twice
PORT = 8765  # always the same one, for a browser keeps a student's work by address
SITE = "site/"


class Refusal(Exception):
    """A reason to stop that the user has to know; its text is the whole message."""


def this_target():
    """Name the system and Python that run this, as the kit names them; None if it never can."""
    system = {"linux-x86_64": "linux", "win-amd64": "windows"}.get(sysconfig.get_platform())
    if sys.platform == "darwin":
        system = {"arm64": "macos-arm", "x86_64": "macos-intel"}.get(platform.machine())
    unlike = sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED")
    return None if unlike or not system else "{} {}.{}".format(system, *sys.version_info)


def read_kit(folder):
    """Read the list of a whole kit."""
    try:
        return json.loads((folder / WHOLE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refusal(
            f"The kit in {folder} is unfinished: it has no {WHOLE} that can be read. Copy it from "
            "the instructor again."
        ) from None


def check(kit, target):
    """Refuse what cannot work, before anything is written."""
    if target not in kit["packages"]:
        here = f"Python {platform.python_version()} ({sysconfig.get_platform()})"
        raise Refusal(
            f"This is {here}, and the kit has packages for: {', '.join(kit['packages'])}. Install "
            "one of these from python.org, or ask the instructor for a kit that has yours."
        )
    needed = [name for name in kit["files"] if not name.startswith(("wheels/", SITE))]
    whole(kit, needed + kit["packages"][target])


def whole(kit, names):
    """Refuse a kit of whose files one is not as long as it should be."""
    for name in names:
        path = KIT / name
        if not path.is_file() or path.stat().st_size != kit["files"][name]:
            raise Refusal(f"The kit is damaged: {name} is not whole. Copy it again.")


def install(kit, home, target):
    """Copy the course and its data to the student's disk, and install the packages there."""
    check(kit, target)
    ours = any((home / name).exists() for name in (WHOLE, UNFINISHED))
    if home.exists() and any(home.iterdir()) and not ours:
        raise Refusal(f"{home} is in use for something else. Name another folder: --to FOLDER")
    home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(str(home)).free < MEGABYTES * 1000 * 1000:
        raise Refusal(f"{home} needs {MEGABYTES} MB of free disk. Name another place: --to FOLDER")
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise Refusal(
            "This Python has no ensurepip (Debian, Ubuntu: package python3-venv)"
        ) from None

    if (home / WHOLE).exists():
        os.replace(str(home / WHOLE), str(home / UNFINISHED))
    (home / UNFINISHED).touch()
    print(f"Copying the course to {home} ...", flush=True)
    for name in kit["files"]:
        if not name.startswith(("wheels/", SITE)):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(KIT / name), str(home / name))
    print("Installing the packages; this takes a minute or a few ...", flush=True)
    # -I, --isolated and no settings: nothing of this user's may send pip elsewhere.
    pip = [str(python_in(home)), "-I", "-m", "pip", "--isolated", "install", "--quiet", "--no-deps"]
    pip += ["--disable-pip-version-check", "--no-index"]
    lock = home / "course" / "requirements.lock"
    wheels = ["--find-links", str(KIT / "wheels"), "--only-binary", ":all:"]
    for command in (
        [sys.executable, "-I", "-m", "venv", "--clear", str(home / ".venv")],
        [*pip, *wheels, "--require-hashes", "-r", str(lock)],
        [*pip, "--no-build-isolation", "--editable", str(home / "course")],
    ):
        env = dict(os.environ, PIP_CONFIG_FILE=os.devnull)
        if subprocess.run(command, env=env, check=False).returncode:
            raise Refusal(
                "The installation stopped, for the reason above. Start again; if it stops at the "
                "same place, show these lines to the instructor."
            )
    shutil.copyfile(str(KIT / WHOLE), str(home / UNFINISHED))
    os.replace(str(home / UNFINISHED), str(home / WHOLE))


TYPES = {
    "": "application/octet-stream",
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Hands out files, by the types that browsers ask for, whatever Windows' registry says."""

    extensions_map = TYPES

    def log_message(self, *_):
        """Say nothing of a request."""


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Answers a browser, which asks for several files at once."""

    daemon_threads = True


def has_tab():
    """Tell whether the lessons are here as a website: in a kit they may be, once installed not."""
    return (KIT / SITE / "lite").is_dir()


def open_tab(kit, look=True):
    """Serve the lessons to a browser on this computer, until Ctrl+C; nothing is installed."""
    if not has_tab():
        raise Refusal(
            "There are no lessons for a tab here. Start from the kit; the instructor puts them "
            "there with COURSE_PYODIDE=folder make site, and then the kit again."
        )
    whole(kit, [name for name in kit["files"] if name.startswith(SITE)])
    os.chdir(str(KIT / SITE))
    try:
        server = Server(("127.0.0.1", PORT), Quiet)
    except OSError:
        raise Refusal(
            f"Another program answers at port {PORT}: the course, perhaps, which is then open at "
            f"http://127.0.0.1:{PORT}/"
        ) from None
    address = f"http://127.0.0.1:{PORT}/lite/lab/index.html?path=01_neuron.ipynb"
    print(f"The lessons are at {address}\nYour work stays in that browser. Ctrl+C ends.")
    sys.stdout.flush()
    if look:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("Ended.")
    return 0


def python_in(home):
    """Return the path of the environment's Python."""
    return home / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def installed(kit, home):
    """Tell whether this very kit is installed there."""
    try:
        return read_kit(home)["id"] == kit["id"] and python_in(home).exists()
    except Refusal:
        return False


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Install and open the course from this kit.")
    parser.add_argument("--to", type=Path, default=HOME, help=f"where to install (default {HOME})")
    parser.add_argument(
        "--can-start", action="store_true", help="only tell whether this Python fits"
    )
    parser.add_argument(
        "--tab", action="store_true", help="install nothing: the lessons in a tab of the browser"
    )
    args, options = parser.parse_known_args()
    try:
        kit, target = read_kit(KIT), this_target()
        # An installed course looks like a kit without wheels, and opens itself.
        home = KIT if (KIT / ".venv").is_dir() else args.to.expanduser().resolve()
        if args.can_start:
            return int(target not in kit["packages"])
        if args.tab or (target not in kit["packages"] and has_tab()):
            return open_tab(kit, "--no-browser" not in options)
        if not installed(kit, home):
            if home == KIT:
                raise Refusal(
                    "The Python that this was installed with is gone. Start from the kit."
                )
            install(kit, home, target)
    except (Refusal, OSError) as sentence:
        print(sentence, file=sys.stderr)
        return 1
    print(f"Your notebooks are in {home / 'course' / 'my_notebooks'}.", flush=True)
    env = dict(os.environ, COURSE_DATA=str(home / "data"), COURSE_OFFLINE="1")
    command = [str(python_in(home)), str(home / "course" / "tools" / "lessons.py"), "lab", *options]
    if os.name == "nt":  # exec on Windows returns to the prompt while the server still runs
        return subprocess.run(command, env=env, check=False).returncode
    os.execve(command[0], command, env)


if __name__ == "__main__":
    sys.exit(main())
