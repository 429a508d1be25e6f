"""Which browser there is, for the browser tests and for printing.

python tools/chromium.py     installs one where there is none: what `make browser` does; with it,
                             where Debian's packages can be installed, comes Firefox
"""

import os
import shutil
import subprocess
import sys

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
FIREFOX = ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox")
# --no-sandbox: Chromium refuses to run as root, as CI does, with its sandbox.
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-default-apps"
).split()


def find_browser(playwright):
    """Return the path of the browser to use, or None."""
    own = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, (*BROWSERS, own))), None)


def find_firefox():
    """Return the path of Firefox, or None."""
    return next(filter(None, map(shutil.which, FIREFOX)), None)


def install():
    """Install a browser unless there is one; return its path."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = find_browser(playwright)
    missing = [*(() if path else ("chromium",)), *(() if find_firefox() else ("firefox-esr",))]
    if missing and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing Debian's {' and '.join(missing)} ...", flush=True)
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        # One after the other: Ubuntu has another name for Firefox, and no package for Chromium.
        for command in ("update -qq", *(f"install -y -qq {name}" for name in missing)):
            line = ["apt-get", *command.split()]
            subprocess.run(line, env=env, stdin=subprocess.DEVNULL, check=False)
    if path or (path := shutil.which("chromium")):
        return path
    print("Downloading Playwright's own Chromium ...", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    with sync_playwright() as playwright:
        return find_browser(playwright)


if __name__ == "__main__":
    found = install()
    sys.exit(None if found and print(f"Browser tests use {found}") is None else "No browser.")
