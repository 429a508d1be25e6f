"""Scripts of widgets: anywidget wants one text, so what they share comes before each."""

from pathlib import Path


def script(path):
    """Return the helpers that all widgets share, and after them the script in a file."""
    shared = Path(__file__).with_suffix(".js")
    return shared.read_text(encoding="utf-8") + path.read_text(encoding="utf-8")
