"""Demos on a web page: messages between a worker and its page, in place of Jupyter and anywidget.

`show` makes a demo from a call and the state in a page's address, and `take` hands it what was
touched. `start` says how its news reach the page.
"""

import ast
import contextlib
import sys
import types
from urllib.parse import parse_qsl, urlencode

import traitlets

from . import matmul


class AnyWidget(traitlets.HasTraits):
    """As much of anywidget's base class as the stage of a demo needs."""

    def __init__(self, **traits):
        self.news, self.holding, self.heard = {}, 1, ()  # held until there is a page to tell
        super().__init__(**traits)
        self.observe(self._changed, list(self.traits(sync=True)))

    def _changed(self, change):
        if change.name not in self.heard:  # the page knows what it said itself
            self.news[change.name] = change.new
            self._tell()

    def _tell(self):
        if not self.holding and self.news:
            news, self.news = self.news, {}
            self.tell(news)

    @contextlib.contextmanager
    def hold_sync(self):
        """Send what changes meanwhile as one message."""
        self.holding += 1
        try:
            yield
        finally:
            self.holding -= 1
            self._tell()

    def _handle_msg(self, msg):
        """Take no message of Jupyter's."""

    def open_to(self, tell):
        """Tell the page all there is, and from now on what changes."""
        self.tell, self.news, self.holding = tell, {}, 0
        tell({name: getattr(self, name) for name in self.traits(sync=True)})

    def take(self, changes):
        """Take over what the page says, all of it before anybody hears of it."""
        self.heard = tuple(changes)
        try:
            with self.hold_trait_notifications():
                for name, value in changes.items():
                    from_json = self.trait_metadata(name, "from_json")
                    setattr(self, name, from_json(value, self) if from_json else value)
        finally:
            self.heard = ()


stand_in = types.ModuleType("anywidget")
stand_in.AnyWidget = AnyWidget
figures, send = {}, None  # the stages by the names that the page has for them; where messages go


def start(to_page):
    """Import the demos with this stand-in for anywidget; messages go to the function `to_page`."""
    global send
    send = to_page
    matmul.install()
    sys.modules["anywidget"] = stand_in
    vars(sys.modules["__main__"])["demos"] = __import__("course_lib.demos").demos


def show(figure, call, query, setup=""):
    """Make the demo of a call, with the state of an address, and open it on the page.

    What the call names is what `setup` leaves in the main module, as in a notebook.
    """
    try:
        notebook = vars(sys.modules["__main__"])
        exec(setup, notebook)
        demo = eval(with_state(call, query), notebook)
        demo._open()
    except Exception as error:  # what an address asks for may be refused, in a sentence
        send(figure, {"fault": str(error)})
        return
    own = [keyword.arg for keyword in ast.parse(call, mode="eval").body.keywords]

    def tell(news):
        if figures[figure] is demo.stage:  # else the page has started it again, or another state
            send(figure, news | ({"address": address(demo, own)} if "link" in news else {}))

    figures[figure] = demo.stage
    demo.stage.open_to(tell)


def take(figure, changes):
    """Hand a demo what was touched on the page."""
    figures[figure].take(changes)


# --- The state in an address ---------------------------------------------------------------------


def address(demo, own=()):
    """Return the state of a demo as the query of an address: what `link` gives, by name.

    `own` are arguments of the demo's call on the page, which count there in place of defaults.
    """
    default = vars(demo.State())  # a control may stand for others, and is no state itself
    state = {name: vars(demo.state)[name] for name in default}
    given = {n: v for n, v in state.items() if v != default[n] or n in own}
    pairs = {n: v if isinstance(v, str) and value_of(v) == v else repr(v) for n, v in given.items()}
    return urlencode(pairs, safe="(),:[]{}'")


def value_of(text):
    """Return what a value in an address stands for: a number, a list and the like, or text."""
    try:
        value = ast.literal_eval(text)
        ast.literal_eval(repr(value))  # 1e999 is inf, which has no name of its own
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text
    return value


def with_state(call, query):
    """Return a call with the values of an address in place of its own."""
    tree = ast.parse(call, mode="eval").body
    pairs = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    tree.keywords = [keyword for keyword in tree.keywords if keyword.arg not in pairs]
    state = "".join(f", **{ {name: value_of(text)}!r}" for name, text in pairs.items())
    head = ast.unparse(tree)[:-1]
    return f"{head}{state if tree.args or tree.keywords else state[2:]})"
