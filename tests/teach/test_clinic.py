"""The clinic: who lies there, what is named, what heals, and what is a patch."""

import ast
import copy
import functools
import json
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from reference import says
from samples import sample, sampled
from treatments import CURES, PATCHES, network

from course_lib import clinic
from course_lib.clinic import beds, drugs, patient
from course_lib.clinic.case import Plan, dartboard
from course_lib.doctor import diagnose
from course_lib.exercises import LESSONS, progress, record
from course_lib.grade_class import patients, process, submission
from course_lib.layers import Dense, Tanh
from course_lib.optimizers import SGD

BEDS = [bed for ward in beds().values() for bed in ward]
ONE_A_WARD = ("01", "06", "11")


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Keep the record of each test to itself."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    monkeypatch.setattr(record, "unsaved", {})


def shows(box, *words):
    text = str(box)
    assert not [word for word in words if word not in text], text


def cause(p):
    return p._illness.cause


def in_bed_of(slug, seed=3):
    """Return the patient who has this, at a seed."""
    for ward, illnesses in clinic.WARDS.items():
        if slug in {illness.cause for illness in illnesses}:
            for bed in beds()[ward]:
                if clinic.dealt(bed, seed)[1].cause == slug:
                    return patient(bed, seed)


@functools.cache
def twelfth():
    """Train a patient whom a test looks at, or refuses to treat, once for all of these."""
    return patient("12", 1)


def heals_and_refuses(bed, seed):
    p = patient(bed, seed)
    report = diagnose(**p.case)
    assert report.findings[0].slug == cause(p)
    for cure in CURES[cause(p)]:
        treated = p.treat(**cure(p))
        assert treated.healed, (cause(p), str(treated))
    for name in p._illness.patches:
        treated = p.treat(**PATCHES[name](p))
        assert not treated.healed and treated.patch == name, (cause(p), name, str(treated))
        shows(treated, "a patch of the symptom", name, p._illness.patches[name][:20])


def test_fifteen_patients_lie_in_three_wards_of_five():
    assert beds() == {
        "data": ["01", "02", "03", "04", "05"],
        "network": ["06", "07", "08", "09", "10"],
        "training": ["11", "12", "13", "14", "15"],
    }
    illnesses = [illness for ward in clinic.WARDS.values() for illness in ward]
    assert len({illness.cause for illness in illnesses}) == 15
    assert {illness.cause for illness in illnesses} == CURES.keys() <= clinic.SLUGS.keys()
    for illness in illnesses:
        assert len(illness.hints) == 3 and len(illness.patches) >= 4
        assert illness.patches.keys() <= drugs.DRUGS.keys()
        # It is the student who names it.
        assert illness.cause not in illness.complaint + illness.code + "".join(illness.hints)


@pytest.mark.slow
@pytest.mark.parametrize("bed", ["06"])
def test_a_cure_heals_and_each_patch_is_refused_by_its_name(bed):
    heals_and_refuses(bed, 1)


@pytest.mark.parametrize("slug", sampled(CURES, test=3))
def test_each_patient_is_what_the_doctor_names_and_is_healed_by_the_cure(slug):
    p = in_bed_of(slug)
    assert cause(p) == slug == diagnose(**p.case).findings[0].slug
    assert "✓" in p.check(slug).title
    treated = p.treat(**CURES[slug][0](p))
    assert treated.healed, treated
    assert record.read()[f"patient {p.bed}"]["passed"]


@pytest.mark.long
@pytest.mark.parametrize("bed", BEDS)
def test_every_cure_heals_and_every_patch_is_refused(bed):
    heals_and_refuses(bed, 4)


@pytest.mark.parametrize("bed", sampled(ONE_A_WARD, test=3))
def test_neighbours_have_other_patients_and_the_same_seed_the_same(bed):
    drawn = [patient(bed, seed) for seed in (1, 2, 3, 4, 5, 6, 1)]
    assert len({cause(p) for p in drawn[:5]}) == 5
    assert len({p.X.tobytes() for p in drawn}) == 6
    first, again = drawn[0], drawn[-1]
    assert first.code == again.code and first.history == again.history
    for a, b in zip(first.network.values(), again.network.values(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_code_that_is_shown_is_what_made_the_patient():
    p = patient("07", 5)
    module = {
        k: v
        for ward in (clinic.data, clinic.network, clinic.training)
        for k, v in vars(ward).items()
    }
    exec(p.code, names := dict(module))
    plan = names["plan"]
    assert isinstance(plan, Plan)
    np.testing.assert_array_equal(plan.X, p.X)
    for a, b in zip(plan.run()["network"].values(), p.network.values(), strict=True):
        np.testing.assert_array_equal(a, b)
    for shown in (repr(p), p._repr_html_()):
        shows(shown, "Patient 07", "seed 5", "Plan(", "right:")


def test_a_treatment_changes_neither_patient_nor_what_was_given():
    p = patient("06", 2)
    kept = copy.deepcopy((p.X, p.y, p.network.values(), p.history))
    layers = network(p)
    weights = [layer.params["W"].copy() for layer in layers[::2]]
    p.treat(layers=layers)
    np.testing.assert_array_equal(p.X, kept[0])
    assert p.history == kept[3]
    for a, b in zip(p.network.values(), kept[2], strict=True):
        np.testing.assert_array_equal(a, b)
    for layer, W in zip(layers[::2], weights, strict=True):
        np.testing.assert_array_equal(layer.params["W"], W)
    p.layers[0].params["W"][:] = 0
    assert p.layers[0].params["W"].any()


@pytest.mark.slow
def test_a_wrong_name_is_told_from_a_consequence_and_from_what_is_not_there():
    p = in_bed_of("weights-equal")
    later = [finding.slug for finding in diagnose(**p.case).findings[1:]]
    assert later
    shows(p.check(later[0]), "✗", later[0], "consequence")
    shows(p.check("sorted-by-class"), "✗", "That would be", "order of their class")
    shows(p.check("weights_equal"), "✓", "weights-equal it is", "treat")
    shows(p.check(), "no cause named", "weights-equal")
    shows(p.check("..."), "no cause named", "check()")
    with pytest.raises(ValueError, match='Did you mean "weights-equal"'):
        p.check("weight-equal")


def test_cured_is_who_was_named_and_healed():
    p = in_bed_of("output-squashed")
    entry = lambda: record.read().get(f"patient {p.bed}", record.EMPTY)  # noqa: E731
    treated = p.treat(layers=p.layers[:-1])
    assert treated.healed and not entry()["passed"]
    shows(treated, "healed", "And what was it?")
    p.check("output-squashed")
    assert entry()["passed"] and entry()["source"] == "seed 3: output-squashed"


def test_hints_show_how_to_look_one_after_the_other():
    p = in_bed_of("rate-too-low")
    shown = [p.hint() for _ in range(4)]
    assert [box.text for box in shown] == [*p._illness.hints, p._illness.hints[-1]]
    shows(shown[0], "Hint 1 of 3")


@pytest.mark.slow
def test_inputs_that_are_scaled_for_training_alone_are_no_cure():
    p = in_bed_of("inputs-unscaled")
    shows(p.treat(X=p.X / 255), "not healed", "X_val as it was")
    shows(p.treat(X_val=p.X_val / 255), "not healed", "Give both")
    shows(p.treat(), "Nothing was changed")


@pytest.mark.slow
def test_labels_that_were_made_to_fit_are_no_cure():
    p = in_bed_of("labels-out-of-step")
    inner = (np.hypot(*p.X.T) < 0.5).astype(int)
    outer = (np.hypot(*p.X_val.T) < 0.5).astype(int)
    shows(p.treat(y=inner, y_val=outer), "not healed", "A label is a fact")
    X, y = dartboard(450, np.random.default_rng(0))
    easy = dict(X=np.where(y, 3, -3)[:300, None] + X[:300], y=y[:300])
    shows(p.treat(**easy, X_val=easy["X"], y_val=easy["y"]), "✗")


@pytest.mark.slow
def test_a_cure_that_is_no_cure_of_the_result_says_what_is_missing():
    p = in_bed_of("weights-equal")
    shows(p.treat(layers=network(p), epochs=1), "The cause is gone, but", "at least")


def test_a_combination_is_judged_by_what_it_reaches():
    p = in_bed_of("rate-too-high")
    treated = p.treat(optimizer=type(p.optimizer)(0.02), epochs=p.epochs + 20)
    assert treated.healed and treated.drugs == ["smaller-rate", "more-epochs"]


@pytest.mark.parametrize(
    ("bed", "seed", "words"),
    [
        ("16", 1, ("bed is '16'", '"15"')),
        ("3", 1, ("bed is '3'", "in quotes")),
        (None, 1, ("bed is None",)),
        ("03", None, ("needs a seed", 'patient("03", seed=7)')),
        ("03", "seven", ("seed is 'seven'", "whole number")),
        ("03", -1, ("seed is -1",)),
        ("03", 0.5, ("seed is 0.5",)),
    ],
)
def test_a_bed_or_seed_that_is_none_gets_a_sentence(bed, seed, words):
    with pytest.raises((ValueError, TypeError)) as refusal:
        patient(bed, seed)
    says(refusal, *words)


def test_a_number_stands_for_its_bed():
    assert patient(11, 1).bed == patient("11", 1).bed == "11"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": 0.1}, ("no 'learning_rate'", "optimizer=Adam(0.01)")),
        ({"epoch": 3}, ("no 'epoch'", "Did you mean epochs?")),
        ({"epochs": 10**6}, ("epochs is 1000000", "5000 at most")),
        ({"layers": Tanh()}, ("layers is of type Activation", "expected a list")),
        ({"optimizer": 0.1}, ("optimizer is 0.1", "Adam(0.01)")),
        ({"X": "scaled"}, ("X has dtype", "numbers")),
        ({"X": np.zeros((9000, 2))}, ("X has shape (9000, 2)", "5000")),
        ({"layers": [Dense(2, 60_000, rng=np.random.default_rng(0))]}, ("120000 weights",)),
    ],
)
def test_what_is_no_treatment_gets_a_sentence(changes, words):
    with pytest.raises(ValueError) as refusal:
        twelfth().treat(**changes)
    says(refusal, *words)


def test_a_patient_says_what_it_has_not():
    with pytest.raises(AttributeError, match="no 'colour'"):
        twelfth().colour  # noqa: B018


def test_the_instruments_are_drawn_without_a_name():
    p = twelfth()
    _, axes = plt.subplots(1, 4)
    p.examine(axes)
    np.testing.assert_array_equal(axes[0].lines[0].get_ydata(), p.history.loss)
    words = " ".join(text.get_text() for ax in axes for text in ax.texts)
    assert cause(p) not in words
    plt.close("all")


def test_drugs_are_what_differs():
    plan = twelfth()._plan
    dense = [layer for layer in plan.layers if isinstance(layer, Dense)]
    assert drugs.taken(plan, plan) == []
    more = plan.changed(epochs=plan.epochs + 1, l2=plan.l2 + 1, batch_size=7, patience=3)
    assert drugs.taken(plan, more) == ["more-epochs", "early-stopping", "other-batches", "penalty"]
    assert "scaled-inputs" in drugs.taken(plan, plan.changed(X=plan.X * [2, -3] + 1))
    assert "other-examples" in drugs.taken(plan, plan.changed(X=plan.X[::-1]))
    rate = type(plan.optimizer)(2 * plan.optimizer.learning_rate)
    assert drugs.taken(plan, plan.changed(optimizer=rate)) == ["larger-rate"]
    other = drugs.taken(plan, plan.changed(optimizer=SGD(1e-9)))
    assert set(other) >= {"smaller-rate"} and len(dense) == 2


# In the lessons, in the record and in what was handed in


def test_each_bed_belongs_to_one_lesson_and_progress_counts_who_is_cured():
    listed = [bed for module in LESSONS.values() for bed in getattr(module, "PATIENTS", ())]
    assert sorted(listed) == BEDS
    shows(progress(), "patients 0 of 4", "patients 0 of 3")
    p = in_bed_of("output-squashed")
    p.check("output-squashed")
    p.treat(layers=p.layers[:-1])
    shows(progress(), "patients 1 of")


def cells(*sources):
    return json.dumps({"cells": [{"cell_type": "code", "source": text} for text in sources]})


def named(*sources):
    return patients.named(submission.statements(sources)[0])


def test_what_a_notebook_names_is_read_and_not_run():
    first = "from course_lib.clinic import patient\nseed = 7\np = patient('06', seed)\np"
    assert named(
        first, "display(p.check('units-dead'), p.treat())", "p.check('no-nonlinearity')"
    ) == [("06", 7, ["units-dead", "no-nonlinearity"], [])]
    assert named("patient('03', seed=2).check(cause='x')") == [("03", 2, ["x"], [])]
    assert named("a = patient(3, 2)\na = patient('04', 2)\na.check('x')") == [("04", 2, ["x"], [])]
    for silent in (
        "p.check('x')",
        "p = patient('06', n)\np.check('x')",
        "check('sigmoid', f)",
        first,
    ):
        assert named(silent) == []


def test_grading_says_whose_cause_is_named():
    right = clinic.dealt("06", 7)[1].cause
    told = [["06", 7, [right], []], ["07", 7, ["units-dead", "..."], []]]
    told += [["08", 7, ["..."], []], ["99", 7, [right], []], ["06", "x", [right], []]]
    told += [["06", 7, [3], []]]
    assert patients.judged(told) == [
        f"Patient 06, seed 7: its cause, {right}, is named.",
        "Patient 07, seed 7: units-dead is not it.",
    ]
    shows(patients.judged([["06", 7, sorted(clinic.SLUGS), []]]), "among 29 names")


def seed_of(bed, cause):
    """Return the first seed that deals a cause to a bed."""
    return next(seed for seed in range(5) if clinic.dealt(bed, seed)[1].cause == cause)


START = "rng = np.random.default_rng(3)\nn_in, units = 2, 8\np = patient('{}', {})\n"


RUN_AGAIN = [
    ("01", "inputs-unscaled", "X=p.X / 255, X_val=p.X_val / 255", "heals it"),
    (
        "01",
        "inputs-unscaled",
        "X=(p.X - m) / s, X_val=(p.X_val - m) / s",
        "(scaled-inputs, other-validation), run again, heals it",
    ),
    ("01", "inputs-unscaled", "epochs=200", "is a patch of the symptom: more-epochs"),
    ("01", "inputs-unscaled", "X=p.X / 255", "does not heal it"),
    ("02", "sorted-by-class", "X=p.X_all[o][:k], y=p.y_all[o][:k], "
     "X_val=p.X_all[o][k:], y_val=p.y_all[o][k:]", "heals it"),
    ("06", "weights-equal", "layers=[Dense(n_in, units, rng=rng, init=he), ReLU(), "
     "Dense(units, 1, rng=rng)]", "heals it"),
    ("06", "no-nonlinearity", "layers=[p.layers[0], Tanh(), *p.layers[2:]]", "heals it"),
    ("06", "output-squashed", "layers=p.layers[:-1]", "heals it"),
    ("11", "rate-too-high", "optimizer=Adam(learning_rate=0.02)", "heals it"),
    ("11", "penalty-too-strong", "l2=0", "heals it"),
    ("11", "stopped-too-early", "epochs=300, batch_size=20", "heals it"),
    ("11", "rate-too-low", "optimizer=mine", "not run again: mine cannot be worked out"),
    ("11", "rate-too-low", "epochs=5000, batch_size=1", "too long"),
    ("11", "rate-too-low", "epochs=[0 for _ in range(10**9)]", "a ListComp"),
    ("11", "rate-too-low", "epochs='x' * 10**9", "no training needs"),
    ("11", "rate-too-low", "epochs=9**9**9", "not worked out here"),
    ("11", "rate-too-low", "epochs=p._illness.cause", "cannot be worked out"),
    ("11", "rate-too-low", "epochs=open('x')", "open is not worked out here"),
    ("11", "rate-too-low", "layers=[Dense(2, 10**5, rng=rng)]", "not worked out here"),
    ("11", "rate-too-low", "X=p.X[:, None] - p.X", "adds an axis"),
    ("11", "rate-too-low", "X=p.X[:3, :1]", "run again, gives ValueError"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("bed", "cause", "treatment", "said"),
    [
        pytest.param(*case, marks=sample(number, test=6, quick=None))
        for number, case in enumerate(RUN_AGAIN)
    ],
)
def test_a_treatment_is_run_again_from_its_text(bed, cause, treatment, said):
    seed = seed_of(bed, cause)
    before = START.format(bed, seed) + (
        "m, s = p.X.mean(axis=0), p.X.std(axis=0)\nk = len(p.X)\n"
        "o = np.random.default_rng(1).permutation(len(p.X_all))"
    )
    told = json.loads(json.dumps(named(before, f"p.treat({treatment})")))
    (note,) = patients.judged(told)
    shows(note, f"Patient {bed}, seed {seed}: its treatment", said)


@pytest.mark.long
def test_a_treatment_of_any_form_ends_in_a_sentence():
    for text in (
        "(" * 900 + "1" + ")" * 900,
        "-" * 1900 + "1",
        "1" * 3000,
        "x = 1",
        "",
        "\0",
        "*a",
    ):
        told = [["11", 0, [], [{"parts": {"epochs": text}, "names": {}}]]]
        shows(patients.judged(told)[0], "its treatment was not run again")
    deep = ast.parse(f"p = patient('11', 0)\np.treat(epochs={'-' * 900}1)").body
    told = patients.named([SimpleNamespace(node=node) for node in deep])
    shows(patients.judged(told)[0], "was not run again")
    told = [["11", 0, [], [{"parts": {"epochs": "a"}, "names": {"a": "b", "b": "a"}}]]]
    shows(patients.judged(told)[0], "cannot be worked out")


@pytest.mark.long
def test_a_name_that_was_changed_in_parts_or_by_itself_is_not_guessed_at():
    for change in ("X[0] = 0", "X = X / 2", "X += 1", "for X in range(3): pass", "X.sort()"):
        told = named(START.format("01", 0) + f"X = p.X / 255\n{change}\np.treat(X=X)")
        shows(patients.judged(told)[0], "not run again: X cannot be worked out")


@pytest.mark.slow
def test_a_notebook_that_is_handed_in_is_told_about_its_patients():
    right = clinic.dealt("09", 5)[1].cause
    answer = "import numpy as np\n\ndef relu(Z):\n    return np.maximum(Z, 0)"
    sources = (
        answer,
        "from course_lib.clinic import patient\nq = patient('09', 5)",
        f"q.check('{right}')",
    )
    result = process.grade(cells(*sources).encode(), "02")
    assert result["verdicts"]["relu"]["status"] == "passed"
    assert f"Patient 09, seed 5: its cause, {right}, is named." in result["notes"]
