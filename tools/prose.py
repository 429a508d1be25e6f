r"""The numbers that a lesson's prose states, and whether they hold.

tests/numbers/ has one TOML file per notebook and in it one table per markdown cell, named by the
cell's id. A row's key is the number exactly as the prose has it, its value says why it holds:

    [train]
    "60,000" = "len(y)"                                 # evaluated in the kernel after Run All
    "99.11 %" = "accuracy(y_test, y_hat)"               # a share: compared with 100 times the value
    "1943" = { cite = "McCulloch & Pitts (1943), ..." } # a fact with its source
    "3,000" = { code = "train-run" }                    # a constant in the code of this cell
    "0.5" = { given = "the threshold, our choice" }     # nothing measures it: keep these rare
    "100" = { minutes = "reading" }                     # or "exercises": what `minutes` estimates

The value must round to the number at the precision that the prose shows. In the prose,

* code, links' targets, HTML tags and entities do not count, nor does the numbering of lists and
  headings, nor a lesson's name (notebook 02);
* digits after a letter or an underscore belong to a name (L2, float32, W1), as do 2-D, 3D and
  ordinals (1st); all others count, both in 8×8;
* in $maths$, superscripts and subscripts are notation and so are the bare integers 0, 1 and 2;
* a hyphen or minus sign counts when it touches its number and follows no digit or letter: −709, but
  two numbers in 784-64-10 and 5 − 3; a dash (–) is a range and never a sign;
* numbers in words are not seen.

python tools/prose.py notebooks/01_neuron.ipynb     prints the rows that its table lacks
python tools/prose.py                               prints the minutes that each lesson takes
"""

import ast
import json
import re
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "tests" / "numbers"

# How much of a lesson takes a minute: an estimate, until a class was timed. Adults read 238 words
# of non-fiction a minute in their first language, and fewer in their second (Brysbaert 2019); of
# what is new and full of formulas we expect half. Who prepares a review of code reads some 500
# lines an hour (Humphrey 1989, in McConnell's Code Complete, 2004). The rest is our guess.
A_MINUTE = {"words": 120, "lines of code": 8, "pictures": 2, "predictions": 1, "questions": 1}
AN_EXERCISE = 10

# What is no prose, in this order: what is taken out first may contain what comes later.
NOT_PROSE = [
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (
        r"<!--.*?-->",
        r"^ {0,3}(```+|~~~+).*?^ {0,3}\1",  # fenced code
        r"(?<!`)(`+)(?!`)(?:(?!\n\n).)+?(?<!`)\1(?!`)",  # inline code
        r"^ {0,3}\[[^\]]+\]:\s*\S+",  # [name]: target
        r"(?<=\])\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)",  # [text](target "title")
        r"\b(?:https?|doi|mailto):[^\s)>\]]+",
        r"</?[A-Za-z][\w-]*(?:\s[^<>$]*)?/?>",
        r"&#?\w+;",
        r"^[ >]*\d{1,2}[.)](?=\s)",  # numbered list
        r"^#+\s+\d+(?:\.\d+)*[.)](?=\s)",  # numbered heading
        r"\b[Nn]otebooks?\s+\d+(?:(?:,| and| to|–)\s*\d+\b)*",
    )
]
MATHS = re.compile(r"(?<!\\)(\$\$?)(?!\$).+?(?<!\\)\1|\\begin\{(\w+\*?)\}.+?\\end\{\2\}", re.DOTALL)
NUMBER = re.compile(
    r"""(?<![\w.])(?:(?<![)\]}])[-−](?=\d))?   # a sign, unless it is a subtraction or a hyphen
    (?<![A-Za-z_.])                           # not part of a name
    (?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:e[-+]?\d+)?
    (?!\d|-?D\b|st\b|nd\b|rd\b|th\b)
    (?:[\s\u00a0\u2009\u202f]*%)?           # spaces that do not break count as spaces""",
    re.VERBOSE | re.ASCII,
)


def numbers(markdown):
    """List the numbers in a markdown cell, each with the sentence that states it."""
    text = markdown
    for pattern in NOT_PROSE:
        # Line breaks stay, so that lines still begin where they began.
        text = pattern.sub(lambda match: " " + "\n" * match[0].count("\n"), text)
    text = MATHS.sub(_maths, text)
    text = re.sub(r"(?<=\d)x(?=\d)", "×", text)
    found = []
    for match in NUMBER.finditer(text):
        start = max(text.rfind(end, 0, match.start()) + len(end) for end in (". ", ".\n", "\n\n"))
        stop = re.compile(r"[.?!](?=\s)|\n\n|\Z").search(text, match.end()).end()
        start = start if start > 1 else 0
        found.append((_as_key(match[0]), " ".join(text[start:stop].split())))
    return found


def _maths(match):
    text = match[0].strip("$")
    text = re.sub(r"\\[dt]?frac(\d)(\d)", r" \1 \2 ", text)
    for typeset, plain in ((r"\%", "%"), (r"\,", " "), ("{,}", ","), (r"\!", "")):
        text = text.replace(typeset, plain)
    text = re.sub(r"\\(?:tag|label|hspace|vspace|begin|end)\*?\{[^}]*\}|\\\\\[[^\]]*\]", " ", text)
    text = re.sub(r"\\(?:text|mathrm|operatorname)\b", " ", text)
    inner = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"  # braces, three deep
    text = re.sub(rf"[_^]\s*(?:{inner}|\\[A-Za-z]+|\S)", " ", text)
    # Letters multiply in maths and name nothing: 2x is a 2, and what touches \frac is an argument.
    text = re.sub(r"\\[A-Za-z]+", " ", text)
    text = re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-df-z])", " ", text)
    # The mark that stays behind keeps 2-5 a subtraction.
    text = re.sub(r"(?<![\d.])[012](?!\d|\.\d|,\d{3}(?!\d)|\s*%)", "_", text)
    return f" {text} "


def _as_key(number):
    """Return the number as a table's key has it: with one ordinary space before %, or none."""
    return re.sub(r"\s+%", " %", number)


def holds(number, value):
    """Tell whether `value` rounds to `number` at the precision that `number` shows."""
    stated = _decimal(number)
    if number.endswith("%"):
        value = 100 * value
    half_a_digit = 0.5 * 10.0 ** stated.as_tuple().exponent
    # A value half way between may round either way; the last factor forgives binary fractions.
    return abs(value - float(stated)) <= half_a_digit * (1 + 1e-9)


def _decimal(number):
    return Decimal(re.sub(r"[,\s%]", "", number).replace("−", "-"))


def constants(source):
    """Return the numbers that stand in the code of a cell, with their signs."""
    tree = ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            found.append(node.value)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            found += [-n.value for n in [node.operand] if isinstance(n, ast.Constant)]
    return found


def minutes(cells):
    """Estimate the minutes that a lesson takes to read, in tens, and those of its exercises."""
    counted = dict.fromkeys(A_MINUTE, 0)
    exercises = 0
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            counted["words"] += len(source.split())
            counted["predictions"] += source.count("**Predict")
            continue
        counted["lines of code"] += sum(bool(line.strip()) for line in source.splitlines())
        exercises += "exercise" in cell["metadata"].get("tags", ())
        for data in (output.get("data", {}) for output in cell["outputs"]):
            counted["pictures"] += "image/png" in data
            if source.startswith("quiz("):
                asked = "".join(data.get("text/plain", ()))
                counted["questions"] += len(re.findall(r"^\d+\. ", asked, re.MULTILINE))
    reading = sum(count / A_MINUTE[what] for what, count in counted.items())
    return {"reading": 10 * round(reading / 10), "exercises": AN_EXERCISE * exercises}


def table(notebook_path):
    """Read the rows of a notebook: cell id → number → expression or {cite, code, … = …}."""
    path = TABLES / f"{Path(notebook_path).stem}.toml"
    if not path.exists():
        return {}
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return {cell: {_as_key(key): why for key, why in row.items()} for cell, row in rows.items()}


def faults(cells, rows, evaluate):
    """Say what is wrong between the prose, its table, and what the code gives.

    `cells` is a notebook's, `rows` comes from `table`, and `evaluate` takes a list of expressions
    and returns for each a float, or a string that says why there is none.
    """
    stated = {
        cell["id"]: numbers("".join(cell["source"]))
        for cell in cells
        if cell["cell_type"] == "markdown"
    }
    wrong, claims = [], []
    for cell, sentences in stated.items():
        for number, sentence in sentences:
            why = rows.get(cell, {}).get(number)
            where = f"[{cell}] {number!r} in “{sentence}”"
            if why is None:
                wrong.append(f"{where} has no row")
            elif isinstance(why, str):
                claims.append((number, why, where))
            elif set(why) == {"minutes"}:
                if not holds(number, estimate := minutes(cells)[why["minutes"]]):
                    wrong.append(f"{where}: our estimate is {estimate}")
            elif set(why) == {"code"}:
                sources = ("".join(c["source"]) for c in cells if c["id"] == why["code"])
                value = float(_decimal(number) / (100 if number.endswith("%") else 1))
                if value not in constants(next(sources, "")):
                    wrong.append(f"{where}: the code of {why['code']} has no such constant")
            elif not (len(why) == 1 and (why.get("cite") or why.get("given"))):
                wrong.append(
                    f"{where}: a row is an expression, cite, code, given or minutes, not {why}"
                )
    for cell, row in rows.items():
        known = {number for number, _ in stated.get(cell, ())}
        wrong += [f"[{cell}] {number!r} has a row, but the prose has it no more"
                  for number in row if number not in known]  # fmt: skip
    values = evaluate([expression for _, expression, _ in claims])
    for (number, expression, where), value in zip(claims, values, strict=True):
        if isinstance(value, str):
            wrong.append(f"{where}: {expression} gives no number: {value}")
        elif not holds(number, value):
            wrong.append(f"{where}: {expression} gives {value:.10g}")
    return wrong


def main(path):
    """Print a skeleton of the rows that a notebook's table lacks."""
    rows = table(path)
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        known = rows.get(cell["id"], {})
        missing = {n: s for n, s in numbers("".join(cell["source"])) if n not in known}
        if missing:
            print(f"[{cell['id']}]")
            for number, sentence in missing.items():
                print(f"# {sentence}\n{json.dumps(number, ensure_ascii=False)} = ''")
            print()


def print_minutes():
    """Print what `minutes` estimates for each lesson."""
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        print(path.stem, minutes(json.loads(path.read_text(encoding="utf-8"))["cells"]))


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else print_minutes()
