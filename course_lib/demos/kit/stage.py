"""The stage: what the browser shows of a demo, and what it tells back."""

import threading
from pathlib import Path

import anywidget
import traitlets

from course_lib._widget import script

HERE = Path(__file__).parent


class Stage(anywidget.AnyWidget):
    """The front end of a demo, drawn by ``stage.js``."""

    _esm = script(HERE / "stage.js")
    _css = (HERE / "stage.css").read_text(encoding="utf-8")
    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    help = traitlets.Unicode().tag(sync=True)  # how to use the canvas; "" if it is only to look at
    size = traitlets.List().tag(sync=True)
    panels = traitlets.List().tag(sync=True)  # what a narrow window shows one below the other
    slim = traitlets.Dict().tag(sync=True)  # where these are too wide: others, drawn narrower
    shrink = traitlets.Float(1.0).tag(sync=True)  # the most that leaves every label legible
    rows = traitlets.Int(1).tag(sync=True)  # of words, so that nothing below them jumps
    cursor = traitlets.List().tag(sync=True)  # where the keyboard starts, and its step
    controls = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)  # control → [touches that this answers, value]
    background = traitlets.Bytes().tag(sync=True)
    scene = traitlets.Dict().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    link = traitlets.Unicode().tag(sync=True)
    whose = traitlets.Unicode().tag(sync=True)  # code is running
    # What the browser says.
    touched = traitlets.Dict().tag(sync=True)  # control → [touches so far, value]
    # The gesture now: its number, path, and whether it is done; and those before it, unanswered.
    pointer = traitlets.Dict({"count": 0}).tag(sync=True)
    # from_json: a view into a message, which is no bytes, would be refused without a word.
    upload = traitlets.Bytes().tag(sync=True, from_json=lambda value, widget: bytes(value))
    narrow = traitlets.Bool(False).tag(sync=True)  # somebody looks through a narrow window
    seen = traitlets.Int(0).tag(sync=True)  # the last frame drawn

    def __init__(self, loop=None, **traits):
        self.loop, self.thread = loop, threading.get_ident()
        super().__init__(**traits)

    def _handle_msg(self, msg):
        # JupyterLab may send messages to a thread of their own, a subshell of the kernel. There
        # they would draw a network in the middle of its training step on the main thread.
        if self.loop is None or threading.get_ident() == self.thread:
            super()._handle_msg(msg)
        else:
            self.loop.call_soon_threadsafe(super()._handle_msg, msg)
