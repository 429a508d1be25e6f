"""Widgets in a notebook: their scripts, each after what all of them share, and what is shown."""

from pathlib import Path


def script(path):
    """Return the helpers that all widgets share, and after them the script in a file."""
    shared = Path(__file__).with_suffix(".js")
    return shared.read_text(encoding="utf-8") + path.read_text(encoding="utf-8")


def bundle(widget, **others):
    """Return what a notebook may show of a widget: itself, or one of `others`, by kind.

    In Colab anywidget says where its scripts come from, in a dictionary beside the first.
    """
    found = widget._repr_mimebundle_() or {}
    data, beside = found if isinstance(found, tuple) else (found, {})
    return (data | others, beside) if beside else data | others
