"""A class at work on one server: `make bench-hub`, ARGS="10 20 30 40 --save" for the whole line.

A real JupyterHub with its proxy, on loopback alone: no account is made, every home is a temporary
folder, and all of it ends with this process. Each student logs in by the form, gets a server and a
kernel, and runs all of lesson 1 over HTTP and a websocket, as JupyterLab does; ten of them run
lesson 4 in a second kernel at the same time. One more student works with a demo meanwhile and
presses its Start again and again.

Memory is Pss, where what several processes share, mapped files too, counts once; it is summed over
hub, proxy, servers and kernels. Linux only. `--save` keeps the rows in `results/`, with a plot.
"""

import argparse
import json
import os
import platform
import re
import secrets
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import nbformat
import psutil
import requests
import websocket

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PROXY = ROOT / "benchmarks" / "node_modules" / ".bin" / "configurable-http-proxy"
LESSON, HEAVY = "01_neuron", "04_mini_batch"
TRAIN = 10  # who run lesson 4 as well
MOST = 60  # students in one run
LIMIT = 45 * 60  # seconds, after which whoever is not done counts as failed
LOOK = 3  # seconds between two looks at memory
SPARE = 1.0  # GB; with less left on the machine the run is given up, for the sake of all else there
PATIENCE = 300  # seconds in which a server has to be there, however many start at once
RECONNECT = 7  # times that JupyterLab tries again when a kernel is not heard
RUN, REST = 1, 2  # seconds for which the demo trains after Start, and then stands still
# One thread for each student, as "How to teach it" sets it.
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

CONFIG = """
import itertools, os, signal, socket, sys, threading
import jupyterhub.spawner

def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0

def end_with_the_benchmark():
    sys.stdin.read()  # until its end is closed, however that came about
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=end_with_the_benchmark, daemon=True).start()
with open("/proc/self/oom_score_adj", "w") as file:
    file.write("1000")  # where memory runs out, Linux ends one of ours and nothing else
public, inner, proxy = {ports}
c.JupyterHub.bind_url = f"http://127.0.0.1:{{public}}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{{inner}}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{{proxy}}"
c.ConfigurableHTTPProxy.command = [{proxy_command!r}]
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {home!r}
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
# Not TCP: of forty kernels that started at once some never came up, with "address in use" in the
# hub's log.
c.Spawner.args = ["--KernelManager.transport=ipc"]
# Ports one after the other, and none that Linux gives out by itself. Of forty that are drawn at
# random before any is used, two are the same in one class of twenty (jupyterhub, issue 3005): one
# of the two students then meets 404, as it came about once.
ports = itertools.cycle(range(20_000, 32_000))
jupyterhub.spawner.random_port = lambda: next(p for p in ports if is_free(p))
if os.geteuid() == 0:
    c.Spawner.args.append("--allow-root")
c.Spawner.environment = {environment!r}
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
c.JupyterHub.log_level = "WARN"
"""


# --- The hub -------------------------------------------------------------------------------------


def free_ports(n):
    """Find ports of this machine at which nobody listens."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Hub:
    """A running hub: its process, its address, and the password that it takes from everybody."""

    def __init__(self, process, url, password):
        self.process, self.url, self.password = psutil.Process(process.pid), url, password

    def processes(self):
        """Return hub, proxy, servers and kernels."""
        with suppress(psutil.NoSuchProcess):
            return [self.process, *self.process.children(recursive=True)]
        return []


@contextmanager
def running_hub(folder, environment):
    """Run JupyterHub in a folder until the block ends; afterwards none of its processes is left."""
    ports, password = free_ports(3), secrets.token_hex(16)
    config = CONFIG.format(
        ports=ports,
        proxy_command=str(PROXY),
        password=password,
        home=str(folder / "{username}"),  # short: a kernel's socket has 107 characters at most
        environment=environment,
        patience=PATIENCE,
    )
    (folder / "jupyterhub_config.py").write_text(config, encoding="utf-8")
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end the hub in good order
        )
    hub = Hub(process, f"http://127.0.0.1:{ports[0]}", password)
    everybody = []
    try:
        end = time.monotonic() + 60
        while not answers(f"{hub.url}/hub/api/"):
            if process.poll() is not None or time.monotonic() > end:
                sys.exit(f"JupyterHub did not start:\n{(folder / 'hub.log').read_text()}")
            time.sleep(0.2)
        yield hub
    finally:
        everybody = hub.processes()
        process.stdin.close()  # the hub then stops the servers, and they their kernels
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        _, left = psutil.wait_procs(everybody, timeout=10)
        for one in left:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()


def answers(url):
    """Tell whether somebody answers there."""
    with suppress(requests.ConnectionError), requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=10).ok
    return False


# --- Memory --------------------------------------------------------------------------------------


def kind(process):
    """Say what a process is to the hub."""
    line = " ".join(process.cmdline())
    if "ipykernel_launcher" in line:
        return "kernels"
    return "servers" if "jupyterhub.singleuser" in line else "hub and proxy"


def memory(processes):
    """Return megabytes by kind of process, and as `files` how much of them is mapped files."""
    found = {"hub and proxy": 0.0, "servers": 0.0, "kernels": 0.0, "files": 0.0}
    for process in processes:
        with suppress(psutil.NoSuchProcess, OSError):  # it has just ended
            text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
            sizes = dict(re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE))
            found[kind(process)] += int(sizes["Pss"]) * 1024 / 1e6
            mapped = int(sizes["Pss_File"]) + int(sizes["Pss_Shmem"])
            found["files"] += mapped * 1024 / 1e6
    return found


def total(found):
    """Add up hub and proxy, servers and kernels; mapped files are part of these."""
    return sum(found.values()) - found["files"]


class Watch(threading.Thread):
    """Looks at the memory of a hub now and then, and remembers the most; stops it in need."""

    def __init__(self, hub):
        super().__init__(daemon=True)
        self.hub, self.done = hub, threading.Event()
        self.peak, self.failures = memory(()), []

    def run(self):
        while not self.done.wait(LOOK):
            self.peak = max(self.peak, memory(self.hub.processes()), key=total)
            if psutil.virtual_memory().available < SPARE * 1e9:
                self.failures = [f"given up: the machine had less than {SPARE} GB left"]
                self.hub.process.terminate()
                return

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.done.set()
        self.join()


# --- The students --------------------------------------------------------------------------------


class Lost(Exception):
    """A kernel that is no longer there, or does not come to an end."""


class Student:
    """Somebody with a browser: logs in, has a server, opens notebooks."""

    def __init__(self, hub, name):
        self.hub, self.name, self.failures = hub, name, []
        self.web = requests.Session()
        self.web.trust_env = False  # no proxy but the hub's own
        # One that is kept may end just when it is used next: a browser then asks again.
        self.web.headers["Connection"] = "close"

    def ask(self, method, path, **more):
        """Ask hub or server, and return the answer."""
        answer = self.web.request(method, f"{self.hub.url}{path}", timeout=PATIENCE, **more)
        answer.raise_for_status()
        return answer

    def log_in(self):
        """Log in by the form, wait for a server, open JupyterLab; return how long it took."""
        start = time.perf_counter()
        self.ask("GET", "/hub/login")
        xsrf = self.web.cookies.get("_xsrf", path="/hub/")
        form = {"username": self.name, "password": self.hub.password, "_xsrf": xsrf}
        self.ask("POST", "/hub/login", data=form, allow_redirects=False)
        own = f"/hub/api/users/{self.name}"
        xsrf = self.web.cookies.get("_xsrf", path="/hub/")
        token = self.ask("POST", f"{own}/tokens", headers={"X-XSRFToken": xsrf}).json()["token"]
        self.web.cookies.clear()
        self.web.headers["Authorization"] = f"token {token}"
        self.ask("POST", f"{own}/server")
        while not self.ask("GET", own).json()["servers"].get("", {}).get("ready"):
            if time.perf_counter() - start > PATIENCE:
                raise Lost(f"no server within {PATIENCE} s")
            time.sleep(1)
        self.ask("GET", f"/user/{self.name}/lab")
        return time.perf_counter() - start

    def open(self, name, cells):
        """Put a notebook on the server and start its kernel."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        body = {"type": "notebook", "format": "json", "content": notebook}
        self.ask("PUT", f"/user/{self.name}/api/contents/{name}.ipynb", json=body)
        session = {"path": f"{name}.ipynb", "name": name, "type": "notebook"}
        session["kernel"] = {"name": "python3"}
        made = self.ask("POST", f"/user/{self.name}/api/sessions", json=session).json()
        place = f"/user/{self.name}/api/kernels/{made['kernel']['id']}/channels"
        url = f"{self.hub.url.replace('http', 'ws', 1)}{place}?session_id={uuid.uuid4().hex}"
        kernel = Kernel(url, self.web.headers["Authorization"], cells)
        for k in range(1 + RECONNECT):
            try:
                with kernel:
                    kernel.execute("")  # it is there
                return kernel
            except (websocket.WebSocketException, OSError):
                # The server hangs up on a kernel that takes long to start.
                if k == RECONNECT:
                    raise
                time.sleep(1)

    def does(self, what, *arguments):
        """Return what a step gives; or None, and remember why."""
        try:
            return what(*arguments)
        except Exception as error:  # whatever it was: one student's failure, in the table
            self.failures.append(f"{self.name}: {type(error).__name__}: {error}"[:200])


class Kernel:
    """A kernel, which hears and speaks within `with`, and the cells that it is to run."""

    def __init__(self, url, authorization, cells):
        self.url, self.header, self.cells = url, [f"Authorization: {authorization}"], cells

    def __enter__(self):
        self.channels = websocket.create_connection(self.url, PATIENCE, header=self.header)
        self.end = time.monotonic() + LIMIT
        return self

    def __exit__(self, *error):
        self.channels.close()

    def send(self, type, content):
        """Send a message on the shell channel; return its id."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": type, "version": "5.4", "username": ""}
        header |= {"session": "browser", "date": datetime.now(UTC).isoformat()}
        message = {"channel": "shell", "header": header, "content": content}
        self.channels.send(json.dumps(message | {"parent_header": {}, "metadata": {}}))
        return header["msg_id"]

    def receive(self, seconds=LIMIT):
        """Return the next message, or None if none comes in that time."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise Lost(f"not done within {LIMIT} s")
        self.channels.settimeout(min(seconds, left))
        try:
            frame = self.channels.recv()
        except websocket.WebSocketTimeoutException:
            return None
        if isinstance(frame, bytes):
            # The number of parts, where each begins, then the parts, JSON first.
            (parts,) = struct.unpack_from("!I", frame)
            begins = [*struct.unpack_from(f"!{parts}I", frame, 4), len(frame)]
            frame = frame[begins[0] : begins[1]]
        message = json.loads(frame)
        if message["content"].get("execution_state") in ("restarting", "autorestarting", "dead"):
            raise Lost("the kernel was killed")
        return message

    def execute(self, code):
        """Run a cell to its end; return all that it said."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        request, said, missing = self.send("execute_request", content), [], {"reply", "idle"}
        while missing:
            message = self.receive()
            if message is None or message["parent_header"].get("msg_id") != request:
                continue
            said.append(message)
            if message["header"]["msg_type"] == "error":
                raise Lost(f"{message['content']['ename']}: {message['content']['evalue']}")
            if message["header"]["msg_type"] == "execute_reply":
                missing.discard("reply")
            if message["content"].get("execution_state") == "idle":
                missing.discard("idle")
        return said

    def run_all(self):
        """Run cell after cell; return the seconds that it took."""
        start = time.perf_counter()
        with self:
            for cell in self.cells:
                self.execute(cell)
        return time.perf_counter() - start


class Stage:
    """A demo in a student's notebook, as its page in the browser speaks with it."""

    def __init__(self, kernel, code):
        said = kernel.execute(code)
        opened = [m["content"] for m in said if m["header"]["msg_type"] == "comm_open"]
        (self.id,) = (o["comm_id"] for o in opened if "touched" in o["data"]["state"])
        self.kernel, self.touched = kernel, {}

    def tell(self, **state):
        """Change the state from the browser's side."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        self.kernel.send("comm_msg", {"comm_id": self.id, "data": data})

    def hear(self, seconds):
        """Return the next change from Python's side, or None; say so if it was a picture."""
        message = self.kernel.receive(seconds)
        content = message["content"] if message else {}
        if content.get("comm_id") != self.id or content["data"].get("method") != "update":
            return None
        state = content["data"]["state"]
        if "scene" in state:
            self.tell(seen=state["scene"]["frame"])  # the next one may come
        return state

    def press(self, button):
        """Press a button; return the seconds until the demo says what became of it."""
        count = self.touched.get(button, (0, None))[0] + 1
        self.touched[button] = count, None
        start = time.perf_counter()
        self.tell(touched=self.touched)
        while True:
            state = self.hear(LIMIT)
            if state and state.get("values", {}).get(button, [0])[0] == count:
                return time.perf_counter() - start

    def watch(self, seconds):
        """Look on for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.hear(left)


# --- A class -------------------------------------------------------------------------------------


def code_cells(name):
    """Return the code of a lesson, cell by cell."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def environment(data, cache):
    """Return what the hub gives each student: one thread, and data fetched once for all.

    With images in a cache that all share, as "How to teach it" has it.
    """
    environment = THREADS | {"COURSE_OFFLINE": "1", "COURSE_CACHE": str(cache)}
    environment["COURSE_DATA"] = str(data or "")
    command = [sys.executable, "-m", "course_lib.data", "mnist", "fashion-mnist"]
    subprocess.run(command, env=os.environ | environment, stdout=subprocess.DEVNULL, check=True)
    return environment


def play(kernel, busy):
    """Press a demo's Start until nobody trains; for each press, who was busy and how it answered.

    `busy` says who is: a pair of numbers, all who run a lesson and those of them who train.
    """
    answered = []
    with kernel:
        stage = Stage(kernel, "from course_lib import demos\ndemos.playground()")
        while (now := busy())[1]:
            answered.append((*now, stage.press("play")))
            stage.watch(RUN)
            stage.press("play")
            stage.press("reset")
            stage.watch(REST)
    return answered


def measure(n, data=None, light=LESSON, heavy=HEAVY):
    """Let n students work; return what it took, a row of the table.

    `light` and `heavy` name the lesson of all and that of the ten.
    """
    with (
        ThreadPoolExecutor(n + TRAIN + 1) as pool,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        running_hub(Path(folder), environment(data, Path(folder, "cache"))) as hub,
        Watch(hub) as watch,
    ):
        students = [Student(hub, f"s{k}") for k in range(n)]
        player = Student(hub, "player")
        everybody = [*students, player]
        waited = [*pool.map(lambda one: one.does(one.log_in), everybody)]
        time.sleep(LOOK)  # whoever has just started comes to rest
        with_servers = memory(hub.processes())

        work = [(one, "lesson", code_cells(light)) for one in students]
        work += [(one, "training", code_cells(heavy)) for one in students[:TRAIN]]
        work.append((player, "demo", []))
        *kernels, played = pool.map(lambda job: job[0].does(job[0].open, *job[1:]), work)
        time.sleep(LOOK)
        with_kernels = memory(hub.processes())

        runs = [
            (name, pool.submit(one.does, kernel.run_all))
            for (one, name, _), kernel in zip(work, kernels, strict=False)
            if kernel
        ]

        def busy():
            left = [name for name, run in runs if not run.done()]
            return len(left), left.count("training")

        presses = (played and player.does(play, played, busy)) or []
        ended = {"lesson": [], "training": []}
        for name, run in runs:
            ended[name].append(run.result())
    beside = [late for everyone, train, late in presses if everyone == train]
    crowd = [late for everyone, train, late in presses if everyone > train]
    return {
        "students": n,
        "ended": sum(s is not None for s in ended["lesson"]),
        "ended heavy": sum(s is not None for s in ended["training"]),
        "failures": [failure for one in [watch, *everybody] for failure in one.failures],
        "log in": max(filter(None, waited), default=None),
        "slowest": max(filter(None, ended["lesson"]), default=None),
        "slowest heavy": max(filter(None, ended["training"]), default=None),
        "megabytes": watch.peak,
        "server": with_servers["servers"] / len(everybody),
        "kernel": with_kernels["kernels"] / len(work),
        "presses": len(beside),
        "start": statistics.median(beside) if beside else None,
        "start worst": max(beside, default=None),
        "start in the crowd": max(crowd, default=None),
    }


# --- Report --------------------------------------------------------------------------------------


def table(rows):
    """Return Markdown: what a class takes, by its size."""
    head = (
        "students", "failed", "memory in all", "of it files", "a student",
        "all logged in", "lesson 1, the slowest", "lesson 4, the slowest",
        "Start beside ten who train", "beside all",
    )  # fmt: skip
    lines = [f"| {' | '.join(head)} |", f"|{'--:|' * len(head)}"]
    for row in rows:
        everything = total(row["megabytes"])
        cells = (
            str(row["students"]),
            str(len(row["failures"])),
            f"{everything / 1000:.1f} GB",
            f"{row['megabytes']['files'] / 1000:.1f} GB",
            f"{everything / row['students']:.0f} MB",
            *(seconds(row[key], 0) for key in ("log in", "slowest", "slowest heavy")),
            *(seconds(row[key], 2) for key in ("start worst", "start in the crowd")),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def idle(rows):
    """Say what a student costs who does nothing."""
    server, kernel = (max(row[key] for row in rows) for key in ("server", "kernel"))
    return f"An idle student's server takes {server:.0f} MB, an idle kernel {kernel:.0f} MB."


def seconds(value, digits):
    """Write seconds, or a dash where nothing was measured."""
    return "–" if value is None else f"{value:.{digits}f} s"


def machine():
    """Say on what all this was measured, and when."""
    names = ("jupyterhub", "jupyterlab", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    gigabytes = psutil.virtual_memory().total / 1e9
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {gigabytes:.0f} GB; "
        f"Python {platform.python_version()}, {versions}"
    )


def save(rows):
    """Keep rows in place of older ones of the same size; write table and plot of all of them."""
    from course_lib._files import replacing

    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "hub.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    new = {row["students"] for row in rows}
    kept = [row for row in kept if row["students"] not in new] + rows
    kept.sort(key=lambda row: row["students"])
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    measured = "\n".join(f"- {row['students']} students: {row['machine']}" for row in kept)
    text = f"## A class on one JupyterHub\n\n{measured}\n\n{table(kept)}\n\n{idle(kept)}\n"
    with replacing(RESULTS / "hub.md") as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    picture(kept)


def picture(rows):
    """Draw memory and waiting by the number of students."""
    import matplotlib.pyplot as plt

    from course_lib.plots import COLOURS, MARKERS

    xs = [row["students"] for row in rows]
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    parts = {
        "in all": lambda megabytes: total(megabytes),
        "kernels": lambda megabytes: megabytes["kernels"],
        "servers": lambda megabytes: megabytes["servers"],
        "hub and proxy": lambda megabytes: megabytes["hub and proxy"],
    }
    for k, (name, part) in enumerate(parts.items()):
        ys = [part(row["megabytes"]) / 1000 for row in rows]
        axes[0].plot(xs, ys, f"-{MARKERS[k]}", color=COLOURS[k], label=name)
    axes[0].set(ylabel="GB", title="Memory at its peak")
    for k, (name, key) in enumerate({"lesson 1": "slowest", "lesson 4": "slowest heavy"}.items()):
        ys = [(row[key] or float("nan")) / 60 for row in rows]
        axes[1].plot(xs, ys, f"-{MARKERS[k]}", color=COLOURS[k], label=name)
    axes[1].set(ylabel="minutes", title="Run All by everybody at once: the slowest")
    for ax in axes:
        ax.set(xlabel="students", xlim=(0, None), ylim=(0, None))
        ax.grid(alpha=0.3)
        ax.legend(fontsize=8)
    figure.savefig(RESULTS / "hub.png", dpi=110)


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("students", type=int, nargs="*", default=[10, 20, 30, 40])
    parser.add_argument("--data", type=Path, default=os.environ.get("COURSE_DATA"))
    parser.add_argument("--save", action="store_true", help=f"keep the rows in {RESULTS.name}/")
    arguments = parser.parse_args()
    if not all(1 <= n <= MOST for n in arguments.students):
        parser.error(f"students: {arguments.students}; expected numbers from 1 to {MOST}")
    # A stop from outside ends the blocks above in good order, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(machine(), flush=True)
    for n in arguments.students:
        row = measure(n, arguments.data) | {"machine": machine()}
        print(f"\n{table([row])}\n\n{idle([row])}", *row["failures"], sep="\n", flush=True)
        if arguments.save:
            save([row])


if __name__ == "__main__":
    main()
