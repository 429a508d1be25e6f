"""What a lecturer changes on the slides, in one file: yours.toml beside this one, or another."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from press import words
from press.lecture import Slide

FILE = Path(__file__).with_name("yours.toml")
COLOURS = ("ink", "quiet", "accent", "mark", "paper", "wash")


@dataclass
class Yours:
    """The title slide, the colours, and what was left out, moved and added."""

    course: str = ""
    lecturer: str = ""
    place: str = ""
    logo: Path | None = None
    logo_alt: str = ""
    colours: dict = field(default_factory=dict)
    lessons: dict = field(default_factory=dict)  # by number: leave_out, move, add

    @classmethod
    def read(cls, path=None):
        """Read the file; say what it has that means nothing."""
        path = Path(path or FILE)
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        title, colours = told.pop("title", {}), told.pop("colours", {})
        lessons = told.pop("lesson", {})
        unknown = [*told, *(set(title) - {"course", "lecturer", "place", "logo", "logo_alt"})]
        unknown += set(colours) - set(COLOURS)
        for changes in lessons.values():
            unknown += set(changes) - {"leave_out", "move", "add"}
        if unknown:
            raise SystemExit(
                f"{path.name} has {', '.join(map(repr, unknown))}, which means nothing."
            )
        if title.get("logo"):
            title["logo"] = path.parent / title["logo"]
            if not title["logo"].is_file():
                raise SystemExit(f"{path.name} names a logo that is not there: {title['logo']}")
        return cls(**title | {"logo": title.get("logo") or None}, colours=colours, lessons=lessons)

    def css(self):
        """Return the colours as the decks read them."""
        lines = [f"  --{name}: {value};" for name, value in self.colours.items()]
        return "\n".join([":root {", *lines, "}", ""])

    def changed(self, slides, name):
        """Return the slides of a lesson as the lecturer wants them."""
        changes = self.lessons.get(name[:2], {})
        for gone in changes.get("leave_out", ()):
            slides.remove(_called(gone, slides, name))
        for one, after in changes.get("move", {}).items():
            moved = _called(one, slides, name)
            slides.remove(moved)
            slides.insert(slides.index(_called(after, slides, name)) + 1, moved)
        for n, new in enumerate(changes.get("add", ()), 1):
            before = _called(new["after"], slides, name)
            told = {key: value for key, value in new.items() if key in words.KEYS}
            added = Slide(f"added-{n}", True, words=words.Words(**told))
            added.section, added.note = before.section, before.note
            slides.insert(slides.index(before) + 1, added)
        return slides


def _called(name, slides, lesson):
    """Return the slide of this name."""
    for slide in slides:
        if slide.name == name:
            return slide
    known = ", ".join(slide.name for slide in slides)
    raise SystemExit(f"The lecture {lesson} has no slide {name!r}. It has: {known}.")
