"""Demos on a web page, without a browser: their state in an address, and news to the page."""

import sys
from types import SimpleNamespace

import pytest
import traitlets

from course_lib import demos
from course_lib.browser import page
from course_lib.browser.page import AnyWidget, address, with_state

# Small changes of state, as arguments and as an address.
STATES = [
    ("demos.neuron()", "demos.neuron(w1=-0.5, activation='step')", "w1=-0.5&activation=step"),
    ("demos.neuron()", "demos.neuron(moved={3: (0.5, -1.0)})", "moved={3:+(0.5,+-1.0)}"),
    ("demos.neuron()", "demos.neuron()", ""),
    ("demos.playground()", "demos.playground(units=3, seed=2)", "units=3&seed=2"),
    ("demos.neuron(b=1.0)", "demos.neuron(b=0.0, w1=2.0)", "w1=2.0&b=0.0"),
]


@pytest.mark.parametrize(("call", "link", "query"), STATES)
def test_an_address_is_a_link_and_back(call, link, query):
    """The same figure from both: the same state and words."""
    from_address = eval(with_state(call, query), {"demos": demos})
    from_code = eval(link, {"demos": demos})
    assert from_address.link() == from_code.link()
    assert from_address.words() == from_code.words()
    own = ("b",) if "b=" in call else ()
    assert address(from_code, own) == query


@pytest.mark.parametrize("text", ["1", "None", "(1, 2)", "a&b=c", "ä #?", "'quoted'", ""])
def test_any_text_survives_an_address(text):
    """Also text that looks like a number, or like an address."""

    demo = SimpleNamespace(
        state=SimpleNamespace(name=text), State=lambda: SimpleNamespace(name="other")
    )
    call = with_state("f()", address(demo))
    assert eval(call, {"f": lambda **given: given}) == {"name": text}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("unit=3", "Did you mean units"),
        ("units=99", "expected"),
        ("units=__import__('os')", "expected"),
        ("units", "units"),
        ("units=1e999", "units"),
        ("units={[]:1}", "units"),
        ("seed=0x" + "f" * 4000, "seed"),
    ],
)
def test_a_bad_address_gets_a_sentence(query, sentence):
    """Nothing in it is run."""
    with pytest.raises((TypeError, ValueError), match=sentence):
        eval(with_state("demos.playground()", query), {"demos": demos})


def test_a_control_that_stands_for_others_stays_out_of_an_address():
    """As the preset of logits, which is chosen on the page: its logits are the state."""
    demo = demos.softmax()
    demo._open()
    demo.stage.touched = {"preset": [1, "all alike"]}
    assert not demo.stage.error and demo.state.preset == "all alike"
    assert (
        eval(with_state("demos.softmax()", address(demo)), {"demos": demos}).link() == demo.link()
    )
    assert "preset" not in address(demo) and "logits" in address(demo)


def test_arguments_by_place_stay():
    """A state goes behind them, and over the call's own."""
    call = with_state("demos.explore(lab, X, y, index=3)", "index=4&off=(1,)")
    got = eval(call, {"demos": Recorder, "lab": 1, "X": 2, "y": 3})
    assert got == ((1, 2, 3), {"index": 4, "off": (1,)})


class Recorder:
    """Stands for `demos`, and returns what a demo is given."""

    @staticmethod
    def explore(*given, **state):
        """Return what came."""
        return given, state


# --- The stand-in for anywidget ------------------------------------------------------------------


class Small(AnyWidget):
    """A widget with three traits for the page and one of its own."""

    a = traitlets.Int(1).tag(sync=True)
    b = traitlets.Int(2).tag(sync=True)
    data = traitlets.Bytes().tag(sync=True, from_json=lambda value, widget: bytes(value))
    own = traitlets.Int(3)


@pytest.fixture
def told():
    """Return a small widget and the list of what its page was told."""
    news, widget = [], Small(a=5)
    widget.open_to(news.append)
    return widget, news


def test_a_page_is_told_all_and_then_what_changes(told):
    """Synchronised traits alone; what changes within `hold_sync` as one message."""
    widget, news = told
    assert news.pop() == {"a": 5, "b": 2, "data": b""}
    widget.own = 4
    widget.a = 6
    with widget.hold_sync():
        widget.a, widget.b = 7, 8
        assert news == [{"a": 6}]
    assert news == [{"a": 6}, {"a": 7, "b": 8}]


def test_what_a_page_says_is_not_told_back(told):
    """All of it is there before an observer runs, and what observers change is told."""
    widget, news = told
    news.clear()

    def answer(change):
        assert widget.data == b"xy"
        widget.b = 9

    widget.observe(answer, "a")
    widget.take({"a": 6, "data": memoryview(b"xy")})
    assert (widget.a, widget.b) == (6, 9)
    assert news == [{"b": 9}]


def test_a_demo_that_gave_way_to_another_says_nothing_more(monkeypatch):
    """A page has one figure of a name; the one before may still have had something to say."""
    said, made = [], []

    def small():
        made.append(SimpleNamespace(stage=Small(), _open=lambda: None))
        return made[-1]

    monkeypatch.setattr(page, "send", lambda figure, news: said.append(news))
    monkeypatch.setattr(page, "figures", {})
    notebook = vars(sys.modules["__main__"])
    monkeypatch.setitem(notebook, "demos", SimpleNamespace(small=small))
    page.show("it", "demos.small()", "")
    page.show("it", "demos.small()", "")
    said.clear()
    made[0].stage.a = 6
    assert said == []
    made[1].stage.a = 7
    assert said == [{"a": 7}]
