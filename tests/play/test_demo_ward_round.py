"""The ward round: one patient, its instruments, and drugs that run."""

import asyncio

import numpy as np
import pytest
from hands import Hand

from course_lib import clinic, demos
from course_lib.demos._ward_round import DRUGS, LOOKS
from course_lib.exercises import record


def bed_of(slug):
    """Return the bed in which an illness lies at the demo's seed."""
    beds = [bed for ward in clinic.beds().values() for bed in ward]
    return next(bed for bed in beds if clinic.dealt(bed, 0)[1].cause == slug)


CURES = {
    "rate-too-high": "usual",
    "stopped-too-early": "longer",
    "over-fitting": "in_time",
    "penalty-too-strong": "no_penalty",
    "inputs-unscaled": "scale",
    "sorted-by-class": "shuffle",
    "labels-out-of-step": "shuffle",
    "labels-off-by-one": "from_0",
    "validation-overlaps-training": "shuffle",
    "weights-equal": "weights",
    "weights-too-large": "weights",
    "no-nonlinearity": "tanh",
    "wrong-gradient": "tanh",
    "output-squashed": "bare",
    "rate-too-low": "usual",
}


@pytest.mark.long
def test_a_drug_runs_and_the_old_curve_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    bed = bed_of("stopped-too-early")
    hand = Hand(demos.ward_round(bed=bed))
    before = hand.demo.patient.history.loss
    hand.press("longer")
    assert "healed" in hand.demo.words() and not hand.stage.error
    grey, blue = (some[0][0] for some in hand.demo.curves())
    np.testing.assert_array_equal(grey[:, 1], before)
    assert len(blue) == min(10 * len(grey), 1000)
    assert hand.demo.link() == f"demos.ward_round(bed={bed!r}, drug='longer')"
    hand.press("tenth")
    assert "patch of the symptom" in hand.demo.words() or "not healed" in hand.demo.words()
    hand.press("no_penalty")
    assert "it has that already" in hand.demo.words()
    assert f"patient {bed}" not in record.read()  # a round is no treatment of one's own


@pytest.mark.long
@pytest.mark.parametrize("slug", CURES)
def test_each_patient_has_a_drug_that_heals(slug):
    demo = demos.ward_round(bed=bed_of(slug), drug=CURES[slug])
    assert CURES[slug] in DRUGS and demo.treatment.healed, demo.words()


@pytest.mark.long
def test_each_instrument_shows_every_patient():
    for ward in clinic.beds().values():
        hand = Hand(demos.ward_round(bed=ward[0], drug="scale"))
        for look in ("losses", "first loss", "layer by layer", "updates over weights"):
            hand.touch(instrument=look)
            assert not hand.stage.error and hand.demo.static()


@pytest.mark.long
def test_on_a_page_every_instrument_is_drawn_before_it_is_asked_for(monkeypatch):
    """What a press then shows is what would be drawn for it."""

    async def played():
        demo = demos.ward_round(bed="07")
        demo._repr_mimebundle_()
        await demo.ahead
        monkeypatch.setattr(demo, "make_figure", None)
        shown = {}
        for which in LOOKS:
            demo.state.instrument = which
            demo.changed("instrument")
            demo.refresh()
            shown[which] = bytes(demo.stage.background), demo.axes["look"].get_title()
        return shown

    for which, (picture, title) in asyncio.run(played()).items():
        asked = demos.ward_round(bed="07", instrument=which)
        assert title == asked.axes["look"].get_title() == LOOKS[which][0]
        assert picture == asked._background()
