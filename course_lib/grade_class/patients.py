"""The patients of a notebook: which it examined, with which seed, and the causes that it names.

They are read from the notebook's text, in which nothing runs: `patient("06", 7)`, then `check` of
what that was called. A treatment is not run again here; `progress` has what it did.
"""

import ast

MOST = 50  # patients, and names of causes for each


def named(statements):
    """Return (bed, seed, causes) for each patient, in the order of the notebook.

    Parameters
    ----------
    statements : list of submission.Statement
    """
    numbers, who, found = {}, {}, {}
    for statement in statements:
        node = statement.node
        for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
            if _called(call.func) == "check" and isinstance(call.func, ast.Attribute):
                key = who.get(_called(call.func.value)) or _patient(call.func.value, numbers)
                if key and (causes := [text for text in map(_literal, _given(call)) if text]):
                    found.setdefault(key, []).extend(str(cause) for cause in causes)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, _literal(node.value)
            numbers[name] = value if type(value) is int else None
            who[name] = _patient(node.value, numbers)
    return [(*key, causes[:MOST]) for key, causes in found.items()][:MOST]


def _given(call):
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _called(node):
    return getattr(node, "attr", None) or getattr(node, "id", None)


def _literal(node):
    return node.value if isinstance(node, ast.Constant) else None


def _patient(node, numbers):
    """Return bed and seed of a call of `patient`, where both can be read."""
    if not isinstance(node, ast.Call) or _called(node.func) != "patient" or not node.args:
        return None
    bed, *rest = _given(node)
    seed = next(iter(rest), None)
    seed = numbers.get(seed.id) if isinstance(seed, ast.Name) else _literal(seed)
    bed = _literal(bed)
    bed = f"{bed:02}" if type(bed) is int else bed
    return (bed, seed) if isinstance(bed, str) and type(seed) is int and seed >= 0 else None


def judged(told):
    """Return a sentence for each patient whose cause the notebook names, or tries to.

    Parameters
    ----------
    told : list of (bed, seed, causes)
        As `reader` said it: of any form, since a submission may have said it.
    """
    from course_lib import clinic

    known = [bed for ward in clinic.beds().values() for bed in ward]
    notes = []
    for bed, seed, causes in told[:MOST]:
        if bed not in known or type(seed) is not int or seed < 0:
            continue
        tried = [clinic.as_slug(cause) for cause in causes if isinstance(cause, str)]
        tried = [cause for cause in tried if cause in clinic.SLUGS]
        right = clinic.dealt(bed, seed)[1].cause
        if tried:
            said = f"its cause, {right}, is named" if right in tried else f"{tried[-1]} is not it"
            among = f", among {len(tried)} names" if right in tried and len(tried) > 1 else ""
            notes.append(f"Patient {bed}, seed {seed}: {said}{among}.")
    return notes
