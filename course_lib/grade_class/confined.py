"""What a process that runs a submission may do: as little as the system can be made to insist on.

Three fences, one within the other, each where it is to be had:

- `around`: bubblewrap, on Linux: no network, a file system of its own that holds Python, its
  packages and the course without answers, and nothing that outlives the process.
- `within`: a filter of system calls (seccomp), on Linux: no other process, no signal to one, no
  socket. It stays when Python is left by a library in C.
- `within`: Python's own audit events: no file outside, nothing of what the filter refuses.
"""

import ctypes
import faulthandler
import os
import platform
import shutil
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

WORK_SECONDS = 30  # of C code, which no count of instructions sees, for each exercise
PATIENCE = 120
MEMORY = 4 * 2**30  # bytes
FILE = 10 * 2**20
FOLDER = 64 * 2**20  # for all files of a submission
BUBBLEWRAP, FILTER, EVENTS = "bubblewrap", "a filter of system calls", "Python's audit events"


# --- Around the process --------------------------------------------------------------------------


def around(archive, folder):
    """Return the beginning of the command that starts a process behind bubblewrap, or nothing."""
    return _bubblewrap(archive, folder) if has_bubblewrap()[0] else []


@cache
def has_bubblewrap():
    """Tell whether bubblewrap works here, and if not, why."""
    if sys.platform != "linux":
        return False, "bubblewrap is there for Linux only"
    if shutil.which("bwrap") is None:
        return False, "bubblewrap is not installed (Debian and Ubuntu: apt install bubblewrap)"
    line = [*_bubblewrap(Path(__file__), "/tmp/tried"), sys.executable, "-c", "import numpy"]
    tried = subprocess.run(line, capture_output=True, text=True, errors="replace")
    said = (tried.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    return tried.returncode == 0, f"bubblewrap is not allowed here: {said}"


def _bubblewrap(archive, folder):
    places = dict.fromkeys(
        ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
    )
    places |= dict.fromkeys(map(str, _python()))
    line = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    line += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for place in places:
        line += ["--ro-bind-try", place, place]
    # A course that is installed among the packages has its answers there.
    ours = Path(__file__).resolve().parents[1]
    if any(ours.is_relative_to(place) for place in places):
        line += ["--tmpfs", str(ours)]
    line += ["--ro-bind", str(archive), str(archive)]
    return [*line, "--size", str(FOLDER), "--tmpfs", str(folder), "--chdir", str(folder)]


def _python():
    """Return the folders of Python, its packages and the data that everybody may read."""
    places = [sys.prefix, sys.base_prefix, os.environ.get("COURSE_DATA")]
    places += [place for place in sys.path if place.endswith(("site-packages", "dist-packages"))]
    return [Path(p).resolve() for p in places if p] + [Path(p) for p in places if p]


# --- Within it -----------------------------------------------------------------------------------


def within(work):
    """Limit this process for good: its memory, files and work, and all that no exercise needs.

    Parameters
    ----------
    work : float
        Seconds of work, whatever resets the timers.
    """
    _limit(work)
    with suppress(OSError, AttributeError):
        _filter()
    sys.addaudithook(_refuse())


def watch():
    """End this process unless called again in time."""
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_PROF, WORK_SECONDS)
    faulthandler.dump_traceback_later(PATIENCE, exit=True, file=2)  # which is nowhere


def _limit(work):
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (("AS", MEMORY), ("FSIZE", FILE), ("CORE", 0), ("CPU", int(work))):
        kind = getattr(resource, f"RLIMIT_{what}")
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS does not limit memory
            resource.setrlimit(kind, (most, most))


# --- System calls --------------------------------------------------------------------------------

# Machine → its number in the kernel, and of system calls: those that are refused, then `clone`,
# `clone3` and `prlimit64`. Numbers: arch/x86/entry/syscalls/syscall_64.tbl and
# include/uapi/asm-generic/unistd.h of the Linux kernel.
ANYWHERE = (424, 425, 426, 427, 434, 438, 440)  # pidfd_*, io_uring_*, process_madvise
CALLS = {
    "x86_64": (
        0xC000003E,
        # Other programs and signals to them: fork, vfork, exec, kill, queue, ptrace, vm, kcmp
        (
            *(57, 58, 59, 322, 62, 200, 234, 129, 297, 101, 310, 311, 312),
            # sockets, memory and queues that outlive a process, keys
            *(41, 42, 44, 46, 49, 50, 307, 29, 64, 68, 240, 248, 249, 250),
            # what changes the system, or the limits of this process
            *(165, 166, 272, 308, 155, 161, 321, 298, 323, 304, 303, 175, 313, 246, 135, 112, 109),
            *(169, 160, 141),
        ),
        (56, 435, 302),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(221, 281, 129, 130, 131, 138, 240, 117, 270, 271, 272),
            *(198, 203, 206, 211, 200, 201, 269, 194, 190, 186, 180, 217, 218, 219),
            *(40, 39, 97, 268, 41, 51, 280, 241, 282, 265, 264, 105, 273, 104, 92, 157, 154),
            *(142, 164, 140),
        ),
        (220, 435, 261),
    ),
}
THREAD = 0x10000  # CLONE_THREAD
ALLOW, REFUSE, UNKNOWN, END = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000  # EPERM, ENOSYS


def _program(machine):
    """Return the filter as the kernel reads it: 8 bytes an instruction."""
    number, refused, (clone, clone3, prlimit) = CALLS[machine]
    LOAD, EQUAL, ANY, GREATER, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
    ends = [(RETURN, 0, 0, code) for code in (ALLOW, REFUSE, UNKNOWN)]
    body = [(EQUAL, "refuse", None, call) for call in (*refused, *ANYWHERE)]
    body += [(EQUAL, "unknown", None, clone3), (EQUAL, None, 2, clone)]
    body += [(LOAD, 0, 0, 16), (ANY, "allow", "refuse", THREAD)]
    body += [(EQUAL, None, "allow", prlimit), (LOAD, 0, 0, 32), (EQUAL, None, "refuse", 0)]
    body += [(LOAD, 0, 0, 36), (EQUAL, "allow", "refuse", 0)]
    head = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, number), (RETURN, 0, 0, END), (LOAD, 0, 0, 0)]
    # Calls of the other kind that this machine has (x32) have numbers from here on.
    head += [(GREATER, "refuse", None, 0x40000000)]
    steps = head + body + ends
    places = {"allow": len(steps) - 3, "refuse": len(steps) - 2, "unknown": len(steps) - 1, None: 0}

    def jump(i, to):
        return places[to] - i - 1 if isinstance(to, str) else to or 0

    return b"".join(
        struct.pack("=HBBI", code, jump(i, yes), jump(i, no), k)
        for i, (code, yes, no, k) in enumerate(steps)
    )


def _filter():
    if sys.platform != "linux" or platform.machine() not in CALLS:
        return
    program = _program(platform.machine())
    memory = ctypes.create_string_buffer(program)
    about = struct.pack("@HP", len(program) // 8, ctypes.addressof(memory))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    prctl(22, 2, ctypes.c_char_p(about), 0, 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def can_filter():
    """Tell whether this machine has filters of system calls, and we know its calls."""
    known = sys.platform == "linux" and platform.machine() in CALLS
    return known and Path("/proc/sys/kernel/seccomp").exists()


# --- Audit events --------------------------------------------------------------------------------

# https://docs.python.org/3/library/audit_events.html
REFUSED = (
    *(
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
    ),
    *("os.kill", "os.killpg", "os.chdir", "os.fchdir", "subprocess.Popen", "pty.spawn"),
    *("signal.pthread_kill", "resource.prlimit", "resource.setrlimit", "gc.get_objects"),
    *("gc.get_referrers", "gc.get_referents", "socket.", "ctypes.", "winreg.", "syslog."),
)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "os.utime", "shutil.rmtree", "sqlite3.connect", "os.setxattr"),
    *("os.removexattr", "os.chflags", "os.lchflags"),
)
READS = ("os.listdir", "os.scandir", "os.getxattr", "os.listxattr")
NO_EVENTS = ("_gdbm", "_dbm", "readline")  # modules that open files without one
SYSTEM = ("/usr", "/lib", "/lib64", "/etc", "/dev", "/sys", "/proc/cpuinfo", "/proc/meminfo")


def _refuse():
    """Return the hook; what it rests on is its own, where no other code finds it."""
    real, separator, nowhere = os.path.realpath, os.sep, os.devnull
    here = real(".")
    readable = [real(place) for place in (*SYSTEM, *_python(), *sys.path[:1], here)]
    readable += [f"/proc/{os.getpid()}", os.environ.get("SYSTEMROOT") or here]
    hidden = [real(place) for place in sys.path if place and os.path.isdir(f"{place}/course_lib")]
    hidden = [f"{place}{separator}course_lib" for place in hidden]
    refused, writes, changes, reads, no_events = REFUSED, WRITES, CHANGES, READS, NO_EVENTS
    is_folder, decode = os.path.isdir, os.fsdecode

    def inside(path, places):
        return any(path == place or path.startswith(place + separator) for place in places)

    def refuse(event, arguments):
        if event.startswith(refused):
            raise PermissionError(f"{event} is not for submissions")
        if event == "import" and arguments[0] in no_events:
            raise ImportError(f"{arguments[0]} is not for submissions")
        paths, change = (), False
        if event == "open":
            paths, change = arguments[:1], bool((arguments[2] or 0) & writes)
        elif event in changes:
            paths, change = (
                arguments[: 2 if event in ("os.rename", "os.link", "os.symlink") else 1],
                True,
            )
        elif event in reads:
            paths = arguments[:1]
        for path in paths:
            if not isinstance(path, (str, bytes)) and not hasattr(path, "__fspath__"):
                continue  # a file that is open already
            path = decode(path)
            where = real(path)
            if path == nowhere or inside(where, [here]):
                continue
            if change:
                raise PermissionError("a submission may write to its own folder only")
            folder = event == "open" and is_folder(where)  # from which names lead anywhere
            if folder or inside(where, hidden) or not inside(where, readable):
                raise PermissionError("a submission may not read this")

    return refuse
