"""The simulated student's answers: right, however they are written; the slow ones step aside."""

import numpy as np
import pytest
import student_answers
from samples import sampled

from course_lib import exercises
from course_lib.exercises import kept

ALL = {e.id: e for module in exercises.LESSONS.values() for e in module.EXERCISES}


@pytest.mark.parametrize("name", sampled(ALL, test=4, quick=4))
def test_the_student_has_a_right_answer_that_lessons_can_use(name):
    answer = getattr(student_answers, name)
    verdict = exercises.grade(name, answer)
    assert verdict.status == "passed", verdict.message
    assert kept.takes_long(ALL[name], answer) is None


@pytest.mark.parametrize("name", student_answers.SLOW)
def test_the_slow_answers_are_right_and_step_aside(name):
    names = {"np": np}
    exec(compile(student_answers.SLOW[name], "<a cell>", "exec"), names)
    verdict = exercises.grade(name, names[name])
    assert verdict.status == "passed", verdict.message
    assert "one by one" in kept.takes_long(ALL[name], names[name])
