"""Firefox in a test: a page of it, driven through WebDriver BiDi, which Firefox itself speaks.

Playwright drives only a Firefox that it has altered; this is the one that people have.
"""

import base64
import itertools
import json
import os
import re
import subprocess
import threading
from contextlib import closing, contextmanager
from pathlib import Path

from browser import wait_for
from chromium import find_firefox

# Nothing is asked of Mozilla's servers.
SETTINGS = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


class Page:
    """The page of a browser that was started: what a test does on it, and asks of it."""

    def __init__(self, connection):
        self.connection, self.numbers = connection, itertools.count()
        self.send("session.new", capabilities={})
        # The one that is there at the start never gets the keyboard's focus.
        self.id = self.send("browsingContext.create", type="tab")["context"]

    def send(self, method, **params):
        """Send a command, and return what comes of it."""
        number = next(self.numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.connection.recv())).get("id") != number:
            pass  # events
        assert answer["type"] == "success", answer
        return answer["result"]

    def goto(self, address):
        """Open an address."""
        self.send("browsingContext.navigate", context=self.id, url=address, wait="complete")

    def evaluate(self, function, *texts):
        """Call a function of JavaScript with texts, and return its result, waited for."""
        arguments = [{"type": "string", "value": text} for text in texts]
        answer = self.send(
            "script.callFunction",
            functionDeclaration=f"async (...all) => JSON.stringify(await ({function})(...all))",
            arguments=arguments,
            target={"context": self.id},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"].get("value", "null"))

    def wait_for(self, expression, seconds):
        """Wait until an expression of JavaScript is true."""
        wait_for(expression, lambda: self.evaluate(f"() => !!({expression})"), seconds)

    def press(self, key):
        """Press a key, by its number in the standard of WebDriver."""
        both = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": both}]
        self.send("input.performActions", context=self.id, actions=actions)

    def screenshot(self, path):
        """Keep a picture of the page."""
        told = self.send("browsingContext.captureScreenshot", context=self.id)
        Path(path).write_bytes(base64.b64decode(told["data"]))


@contextmanager
def firefox(folder):
    """Start the Firefox that there is, with a profile of its own; skip where there is none."""
    import pytest
    from conftest import NO_FIREFOX

    websocket = pytest.importorskip("websocket")
    if not (path := find_firefox()):
        pytest.skip(NO_FIREFOX)
    profile = folder / "firefox"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});\n" for n, v in SETTINGS.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    command = [path, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile"]
    process = subprocess.Popen(
        [*command, str(profile)],
        env=os.environ | {"HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = (re.search(r"BiDi listening on (ws://\S+)", line) for line in process.stderr)
        found = next(filter(None, lines))
        rest = threading.Thread(target=process.stderr.read)  # it may go on talking
        rest.start()
        connection = websocket.create_connection(f"{found[1]}/session", suppress_origin=True)
        with closing(connection):
            yield Page(connection)
    finally:
        process.terminate()
        process.wait()
        rest.join()
        process.stderr.close()
