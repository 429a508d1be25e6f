"""The student's edition gives nothing away; the instructor's solves everything."""

import html
import re
import textwrap

import lessons
import nbformat
import pytest
from press import LESSONS, editions, notes, replacing
from solutions import REFERENCES, functions, given_away, solution, texts

from course_lib import exercises

# What a one-line solution computes, said in a lesson's summary, long after its exercise.
SAID_LATER = {
    ("01_neuron", "summary", "forward"),
    # A layer of sigmoids is one line, which lesson 4 needs for its own cost, gradient and answer.
    *(
        ("04_mini_batch", f"lab-{what}", "hidden_activations")
        for what in ("cost", "gradient", "predict")
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Make both editions of all lessons."""
    target = tmp_path_factory.mktemp("editions") / "new" / "editions"
    made = editions.make(target)
    assert sorted(path.name for path in made) == sorted(2 * [path.name for path in LESSONS])
    return target


@pytest.fixture(params=[path.stem for path in LESSONS])
def name(request):
    """Name each lesson in turn."""
    return request.param


def student(folder, name):
    """Read the student's edition of a lesson."""
    return nbformat.read(folder / "student" / f"{name}.ipynb", as_version=4)


def instructor(folder, name):
    """Read the instructor's edition of a lesson."""
    return nbformat.read(folder / "instructor" / f"{name}.ipynb", as_version=4)


def untouched(notebook):
    """Give the verdict on each function of the cells for exercises, as they stand."""
    verdicts = {}
    for cell in notebook.cells:
        if "exercise" in cell.metadata.get("tags", ()):
            space = {}
            exec(cell.source, space)
            exercise_id = functions(cell.source)[0].name
            verdicts[exercise_id] = exercises.grade(exercise_id, space[exercise_id]).status
    return verdicts


def ids(name):
    """List the exercises of a lesson."""
    return [exercise.id for exercise in exercises.LESSONS[name[:2]].EXERCISES]


def printed(cell):
    """Give what a cell prints, but for whose function it is: here everything is solved."""
    said = "".join(o.get("text", "") for o in cell.get("outputs", ()))
    return re.sub(r"^[\w, ]+: (yours|the course's, until yours has passed)\n", "", said, flags=re.M)


def rendered(cell):
    """Give the text that a reader of a Markdown cell sees."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    text = html.unescape(re.sub(r"<[^>]*>", "", markdown2html_mistune(cell.source)))
    return re.sub(r"\s+", " ", text)


def test_student_gets_what_is_committed(folder, name):
    """Byte for byte, and scoring nothing as it stands."""
    (path,) = (path for path in LESSONS if path.stem == name)
    assert (folder / "student" / path.name).read_bytes() == path.read_bytes()
    verdicts = untouched(student(folder, name))
    assert set(verdicts) == set(ids(name))
    assert set(verdicts.values()) == {"not attempted"}


def test_student_finds_no_solution(folder, name):
    """Not in a cell, not in an output; no sentence of the checks and no answer of the quiz."""
    notebook = student(folder, name)
    assert {(name, *found) for found in given_away(notebook)} <= SAID_LATER
    everything = "\n".join(text for cell in notebook.cells for text in texts(cell))
    for exercise in exercises.LESSONS[name[:2]].EXERCISES:
        assert exercise.explanation not in everything
        assert not [hint for hint in exercise.hints if hint in everything]
    for question in exercises.LESSONS[name[:2]].QUIZ:
        assert not [why for _, _, why in question.options if len(why) > 40 and why in everything]


@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize("exercise_id", sorted(REFERENCES))
def test_a_solution_would_be_found(exercise_id, spaced):
    """As a function of another name, or as lines without one."""
    body = "\n".join(solution(exercise_id))
    source = body.replace(" ", "  ") if spaced else f"def f():\n{textwrap.indent(body, '    ')}"
    new = nbformat.v4.new_markdown_cell if spaced else nbformat.v4.new_code_cell
    cells = [new(source, id="cell")]
    assert ("cell", exercise_id) in given_away(nbformat.v4.new_notebook(cells=cells))


def test_instructor_scores_everything(folder, name):
    """Each function passes when it is graded, and each stored check says so."""
    notebook = instructor(folder, name)
    assert untouched(notebook) == dict.fromkeys(ids(name), "passed")
    outputs = "\n".join(text for cell in notebook.cells for text in texts(cell))
    for exercise_id in ids(name):
        assert f"✓ {exercise_id}: passed\n" in outputs
    done = len(ids(name))
    assert f"lesson {name[:2]}  {done} of {done}" in outputs
    assert "not attempted" not in outputs


def test_only_the_instructor_reads_the_model_answer(folder, name):
    """Beneath the open task; the student finds no paragraph of it."""
    cells = instructor(folder, name).cells
    places = [i for i, cell in enumerate(cells) if cell.id == "open-task"]
    if not places:
        pytest.skip("no open task")
    answer = cells[places[0] + 1]
    assert "instructor" in answer.metadata["tags"] and len(answer.source) > 500
    everything = "\n".join(text for cell in student(folder, name).cells for text in texts(cell))
    assert not [p for p in answer.source.split("\n\n") if len(p) > 40 and p in everything]


def test_a_solution_takes_no_name_from_the_lesson(folder, name):
    """Its cell defines the function and nothing else: lessons have others of a helper's name."""
    for cell in instructor(folder, name).cells:
        if "exercise" in cell.metadata.get("tags", ()):
            space = {}
            exec(cell.source, space)
            assert space.keys() - {"__builtins__", "np"} == {functions(cell.source)[0].name}


def test_instructor_reads_all_that_the_checks_know(folder, name):
    """Explanation, hints, mistakes with their sentences, answers: as they are, once rendered."""
    added = [
        c for c in instructor(folder, name).cells if "instructor" in c.metadata.get("tags", ())
    ]
    text = " ".join(map(rendered, added))
    module = exercises.LESSONS[name[:2]]
    expected = [
        sentence
        for exercise in module.EXERCISES
        for sentence in (
            exercise.explanation,
            *exercise.hints,
            *(part for m in exercise.misconceptions for part in (m.slug, m.sentence)),
        )
    ]
    expected += [
        part for q in module.QUIZ for option, _, why in q.options for part in (option, why)
    ]
    expected += [part for question in module.QUIZ for part in (question.text, question.alt)]
    if hasattr(module, "DERIVATION"):
        expected += [module.DERIVATION.answer, *module.DERIVATION.mistakes.values()]
    missing = [s for s in expected if re.sub(r"\s+", " ", s.replace("`", "")) not in text]
    assert not missing
    assert "Instructor's edition: do not hand out" in text


def test_instructor_changes_nothing_else(folder, name):
    """Without what it adds, it is the student's edition but for solutions and checks."""
    theirs = [
        c for c in instructor(folder, name).cells if "instructor" not in c.metadata.get("tags", ())
    ]
    for ours, other in zip(student(folder, name).cells, theirs, strict=True):
        if "exercise" in ours.metadata.get("tags", ()) or ours.source.startswith("derivation("):
            ours.source = other.source
        if ours.source.startswith(("check(", "progress(", "derivation(")):
            ours.outputs = other.outputs
        assert ours == other
    nbformat.validate(instructor(folder, name))


def test_sentences_are_not_taken_for_markdown():
    """Signs that Markdown or a formula would eat are seen, also in a table; code stays code."""
    for text in (
        "a * b * c",
        "_w_ | $x$ and $y$",
        "<b> # ~~no~~ [a](b) e^z \\n",
        "`a * b` and *c*",
    ):
        for source in (editions.plain(text), f"| a |\n|---|\n| {editions.plain(text)} |"):
            cell = nbformat.v4.new_markdown_cell(source)
            assert text.replace("`", "") in rendered(cell)


NOTES = """
[[section]]
cell = "why"
minutes = 4
say = "Begin with **1943**."
questions = [{ ask = "Is it like a brain?", answer = "Hardly." }]
discuss = ["What is a neuron?"]
"""


def test_notes_stand_beneath_the_heading(monkeypatch, tmp_path):
    """Timing, what to say, prompts and questions; a cell that is gone gets a sentence."""
    path = LESSONS[0]
    notebook = nbformat.read(path, as_version=4)
    monkeypatch.setattr(notes, "FOLDER", tmp_path)
    (tmp_path / "01_neuron.toml").write_text(NOTES, encoding="utf-8")
    cells = editions.instructor(notebook, path.stem).cells
    place = [cell.id for cell in cells].index("why-notes")
    assert cells[place - 1].id == "why"
    text = rendered(cells[place])
    for words in ("4 minutes", "Begin with 1943.", "What is a neuron?", "Hardly."):
        assert words in text
    (tmp_path / "01_neuron.toml").write_text(NOTES.replace("why", "wy"), encoding="utf-8")
    with pytest.raises(ValueError, match="cell 'wy', which 01_neuron has not"):
        editions.instructor(notebook, path.stem)


def test_a_failure_leaves_the_old_folder(tmp_path):
    """What was there stays until all that is new is there."""
    with replacing(tmp_path / "editions") as new:
        (new / "one").touch()
    with pytest.raises(RuntimeError), replacing(tmp_path / "editions") as new:
        (new / "two").touch()
        raise RuntimeError
    with replacing(tmp_path / "other"):
        pass
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["editions", "one", "other"]


def test_the_same_bytes_twice(folder, tmp_path):
    """Nothing in an edition depends on when or where it was made."""
    editions.make(tmp_path / "again")
    for path in folder.rglob("*.ipynb"):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes()


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    [LESSONS[0], *(pytest.param(path, marks=pytest.mark.whole) for path in LESSONS[1:])],
    ids=lambda path: path.stem,
)
def test_instructor_runs_from_top_to_bottom(path):
    """Executed for real it scores everything, and on real data prints what the lesson prints."""
    notebook = editions.instructor(nbformat.read(path, as_version=4), path.stem)
    stored = nbformat.from_dict(notebook)
    result = lessons.run(notebook, path.parent)
    assert not result.error
    (progress,) = (c for c in notebook.cells if c.source == "progress()")
    done = len(ids(path.stem))
    assert f"lesson {path.stem[:2]}  {done} of {done}" in progress.outputs[0].data["text/plain"]
    if result.stand_in:
        return
    for before, after in zip(stored.cells, notebook.cells, strict=True):
        if "nbval-ignore-output" not in before.metadata.get("tags", ()):
            prints = [printed(cell) for cell in (before, after)]
            assert prints[0] == prints[1], before.id
