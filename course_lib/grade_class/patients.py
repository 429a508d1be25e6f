"""The patients of a notebook: with which seed, the causes that it names, and its treatments.

They are read from the notebook's text, in which nothing runs: `patient("06", 7)`, then `check` and
`treat` of what that was called. `treatments` runs again what a treatment says.
"""

import ast

MOST = 50  # patients, and names of causes for each
TREATED = 3  # of a patient's treatments, the last ones, that are run again
RUNS = 30  # in a notebook
TEXT = 2000  # of an expression, at most


def named(statements):
    """Return (bed, seed, causes, treatments) for each patient, in the order of the notebook.

    Parameters
    ----------
    statements : list of submission.Statement
    """
    numbers, who, bound, found = {}, {}, {}, {}
    for statement in statements:
        node = statement.node
        for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
            if not isinstance(call.func, ast.Attribute):
                continue
            key = who.get(_called(call.func.value)) or _patient(call.func.value, numbers)
            if not key or call.func.attr not in ("check", "treat"):
                continue
            causes, treatments = found.setdefault(key, ([], []))
            if call.func.attr == "check":
                causes += [str(text) for text in map(_literal, _given(call)) if text]
            elif call.keywords or call.args:
                treatments.append(_treatment(call, bound))
        _bind(node, bound)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, _literal(node.value)
            numbers[name] = value if type(value) is int else None
            who[name] = _patient(node.value, numbers)
    told = [(*key, causes[:MOST], last[-TREATED:]) for key, (causes, last) in found.items()]
    return [one for one in told if one[2] or one[3]][:MOST]


def _bind(node, bound):
    """Note which expression each name was given by last; one that is given in parts has none."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        for target in (n for n in ast.walk(node) if isinstance(n, ast.Name)):
            if isinstance(target.ctx, ast.Store):
                bound.pop(target.id, None)
        called = getattr(node, "value", None)  # a method may change what it belongs to
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Attribute):
            name = _called(called.func.value)
            if _called(getattr(bound.get(name), "func", None)) != "patient":
                bound.pop(name, None)
        return
    (target,) = node.targets
    pairs = [(target, node.value)]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        pairs = list(zip(target.elts, node.value.elts, strict=False))
    for name, value in pairs:
        if isinstance(name, ast.Name):
            inner = any(isinstance(n, ast.Name) and n.id == name.id for n in ast.walk(value))
            bound[name.id] = None if inner else value
        elif isinstance(name, (ast.Subscript, ast.Attribute)):
            bound.pop(_called(name.value), None)


def _treatment(call, bound):
    """Return the expressions of a treatment by part, and those of the names that they mention."""
    names, due = {}, [keyword.value for keyword in call.keywords]
    while due and len(names) < MOST:
        for node in ast.walk(due.pop()):
            name = getattr(node, "id", None)
            if name not in names and bound.get(name) is not None:
                names[name] = _text(bound[name])
                due.append(bound[name])
    parts = {str(k.arg): _text(k.value) for k in call.keywords}
    return {"parts": parts, "names": names}


def _text(node):
    """Return an expression as text, cut where it is too long to be run again."""
    try:
        return ast.unparse(node)[: TEXT + 1]
    except RecursionError:
        return ""


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
    told : list of (bed, seed, causes, treatments)
        As `reader` said it: of any form, since a submission may have said it.
    """
    from course_lib import clinic
    from course_lib.grade_class.treatments import outcome

    known = [bed for ward in clinic.beds().values() for bed in ward]
    notes, runs = [], 0
    for bed, seed, causes, treatments in told[:MOST]:
        if bed not in known or type(seed) is not int or seed < 0:
            continue
        tried = [clinic.as_slug(cause) for cause in causes if isinstance(cause, str)]
        tried = [cause for cause in tried if cause in clinic.SLUGS]
        right, said = clinic.dealt(bed, seed)[1].cause, []
        if tried:
            among = f", among {len(tried)} names" if right in tried and len(tried) > 1 else ""
            cause = f"its cause, {right}, is named" if right in tried else f"{tried[-1]} is not it"
            said.append(cause + among)
        again = treatments[-TREATED:] if runs < RUNS else []
        runs += len(again)
        if done := outcome(bed, seed, again):
            said.append(done)
        if said:
            notes.append(f"Patient {bed}, seed {seed}: {'; '.join(said)}.")
    return notes
