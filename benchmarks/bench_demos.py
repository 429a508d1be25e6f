"""How fast the demos answer, in real JupyterLab: `make bench-demos`, ARGS="neuron" for one alone.

First table: from a press of End or Home on the first slider, or of an arrow on tabs (the draw pad:
from a movement of the mouse), to changed pixels, as the browser sees both; the goal is a 95th
percentile under 100 ms.
Second table, for demos that train: frames a second, and from a click to the button's other label
while training runs; the goal is 200 ms. Slowest of five for each button.

ARGS="--page" measures the same on the pages of dist/site (`make site` first), where Python runs in
the browser, and before that how long a figure takes to be there, from the opening of its page on:
with an empty cache, whose goal is 9 s, and on a second visit, 4.5 s. There a key has 60 ms and a
training 30 frames a second. `--save` keeps the tables in `results/pages.md`.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests", "tests/play", "tools")]

from browser import browser, open_notebook, serving, small_lab  # noqa: E402
from demo_pages import CASES, OnSite, Shown, cells, kind, label  # noqa: E402

SITE, RESULTS = ROOT / "dist" / "site", ROOT / "benchmarks" / "results"

PRESSES, TRIES = 60, 5
SLIDERS = {"digit_neuron": "threshold"}  # where the first one changes no picture

# The picture as a number, and a promise of the time from an event to another picture.
WATCH = """([canvas, kind]) => {
  const shot = () => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let picture = 0;
    for (const four of new Uint32Array(data.buffer)) picture = (31 * picture + four) | 0;
    return picture;
  };
  const before = shot();
  window.latency = new Promise((done) => window.addEventListener(kind, (event) => {
    const look = () => {
      const late = performance.now() - event.timeStamp;
      if (shot() !== before || late > 2000) done(late);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { once: true, capture: true }));
}"""
FRAMES = """async (canvas) => {
  const shot = () => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let picture = 0;
    for (const four of new Uint32Array(data.buffer)) picture = (31 * picture + four) | 0;
    return picture;
  };
  let count = 0, last = shot(), first = null, latest = null;
  const end = performance.now() + 2000;
  while (performance.now() < end) {
    await new Promise(requestAnimationFrame);
    const now = shot();
    if (now !== last) {
      latest = performance.now();
      first ??= latest;
      count += 1;
    }
    last = now;
  }
  return count > 1 ? (1000 * (count - 1)) / (latest - first) : 0;
}"""
ANSWER = """([root, name, pause]) => new Promise((done) => {
  const buttons = [...root.querySelectorAll("button")];
  const play = buttons.find((e) => ["Start", pause].includes(e.textContent));
  const button = buttons.find((e) => e.textContent === name);
  const start = performance.now(), before = play.textContent;
  const look = () => {
    if (play.textContent !== before || performance.now() - start > 5000)
      done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  button.click();
  look();
})"""


def latencies(demo):
    """Return the milliseconds from key press, or movement, to picture."""
    page, canvas, times = demo.page, demo.root.locator("canvas").element_handle(), []
    wanted = SLIDERS.get(demo.name)
    sliders = [
        c
        for c in demo.controls()
        if kind(c) in ("range", "radio") and label(c) not in demo.case.silent - {wanted}
    ]
    sliders = [c for c in sliders if wanted in (None, label(c))]
    if sliders:
        sliders[0].focus()
    else:
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + 100)
        page.mouse.down()
    for k in range(PRESSES):
        page.wait_for_timeout(120)
        page.evaluate(WATCH, [canvas, "keydown" if sliders else "pointermove"])
        if sliders:
            tab = kind(sliders[0]) == "radio"  # arrows go round
            page.keyboard.press("ArrowRight" if tab else "Home" if k % 2 else "End")
        else:
            page.mouse.move(box["x"] + 60 + 3 * k, box["y"] + (100, 200)[k % 2])
        times.append(page.evaluate("window.latency"))
    page.mouse.up()
    return times


def answers(demo):
    """Return frames a second, and for each button the slowest answer in milliseconds."""
    root, page, slowest = demo.root.element_handle(), demo.page, {}
    pause = demo.case.pause
    if not isinstance(demo, OnSite):
        demo.show()
    root = demo.root.element_handle()
    names = [n for n in demo.look()["labels"] if n in ("Start", "One step", "Step", "Reset")]
    names.insert(1, pause)
    page.evaluate(ANSWER, [root, "Start", pause])
    speed = demo.root.locator("canvas").evaluate(FRAMES)
    for name in names:
        times = []
        for _ in range(TRIES):
            demo.button("Reset").click()  # nothing may come to its end meanwhile
            demo.button("Start").wait_for()
            page.wait_for_timeout(1000)
            if name != "Start":
                page.evaluate(ANSWER, [root, "Start", pause])
            page.wait_for_timeout(250)
            times.append(page.evaluate(ANSWER, [root, name, pause]))
        slowest[name] = max(times)
    return speed, slowest


def row(demo, *before):
    """Return the line of a demo in the first table, and in the second if it trains."""
    times = latencies(demo)
    p95 = statistics.quantiles(times, n=20)[-1]
    first = [demo.name, *before, f"{statistics.median(times):.0f} ms", f"{p95:.0f} ms"]
    if not demo.case.trains:
        return first, None
    speed, slowest = answers(demo)
    answered = ", ".join(f"{name} {ms:.0f} ms" for name, ms in slowest.items())
    return first, [demo.name, f"{speed:.0f}", answered]


def line(cells):
    """Return a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def on_pages(chosen):
    """Yield the tables' lines of demos on their pages of the website."""
    head = ["demo", "first visit", "second visit", "press → pixels: median", "95th percentile"]
    yield from (line(head), line(["---"] * len(head)))
    rows = []
    for name in chosen:
        with (
            tempfile.TemporaryDirectory() as folder,
            serving(SITE) as address,
            browser(Path(folder), 1200, seconds=300) as context,
        ):
            page, seconds = context.pages[0], []
            for _ in range(2):
                start = time.perf_counter()
                demo = OnSite(page, address, name)
                seconds.append(f"{time.perf_counter() - start:.1f} s")
            first, second = row(demo, *seconds)
            yield line(first)
            rows += [second] if second else []
    if rows:
        head = ["training", "frames/s", "slowest answer of five"]
        yield from ("", line(head), line(["---"] * len(head)), *map(line, rows))


def main():
    """Measure the named demos, or all, and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("names", nargs="*", metavar="demo")
    parser.add_argument("--page", action="store_true", help="on the pages of dist/site")
    parser.add_argument("--save", action="store_true", help="keep what --page gives")
    args = parser.parse_args()
    chosen = {name: CASES[name] for name in args.names or CASES}
    if args.page:
        if not (SITE / "demos").is_dir():
            sys.exit("There is no site in dist/ yet: `make site`, best with COURSE_PYODIDE.")
        lines = [
            f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, Chromium, from loopback.",
            "",
        ]
        print(lines[0], flush=True)
        for text in on_pages(chosen):
            print(text, flush=True)
            lines.append(text)
        if args.save:
            text = "## Demos on the website\n\n" + "\n".join(lines) + "\n"
            (RESULTS / "pages.md").write_text(text, encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as folder, browser(Path(folder), 1200) as context:
        version = context.pages[0].evaluate("navigator.userAgent").partition("Chrome/")[2]
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
            f"Chromium {version.partition('.')[0]}, {platform.system()}\n"
        )
        print("| demo | press → pixels: median | 95th percentile |\n|---|---|---|")
        with small_lab(Path(folder), {"demos": cells(chosen)}) as lab:
            rows, page = [], context.pages[0]
            open_notebook(lab, page, "demos")
            for name in chosen:
                demo = Shown(page, name, chosen)
                demo.show()
                first, second = row(demo)
                print(line(first), flush=True)
                rows += [line(second)] if second else []
        if rows:
            print("\n| training | frames/s | slowest answer of five |\n|---|---|---|")
            print("\n".join(rows))


if __name__ == "__main__":
    main()
