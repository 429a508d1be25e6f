"""A real HTTP server on loopback that hands out the image files, well or badly behaved.

The first part of a path names the behaviour: http://127.0.0.1:PORT/html/train-images….gz is a web
page. Each behaviour is one way in which servers were seen to fail.
"""

import contextlib
import functools
import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOW = 0.6  # seconds between two pieces of a slow answer
PAGE = b"<!DOCTYPE html><html><body>Please log in to the guest network.</body></html>" * 50


@functools.cache
def altered(blob):
    content = bytearray(gzip.decompress(blob))
    content[-1] ^= 1
    return gzip.compress(content, 1)


@functools.cache
def bomb(n_bytes):
    return gzip.compress(bytes(n_bytes + 20_000_000))


class ImageServer(ThreadingHTTPServer):
    """Serves `files` (name without .gz → packed bytes), and remembers what it was asked for."""

    daemon_threads = True

    def __init__(self, files, n_bytes):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.n_bytes = files, n_bytes
        first = next(iter(files))
        altered(files[first]), bomb(n_bytes[first])  # now, since it takes longer than a stall may
        self.asked = []  # "behaviour/file" in the order of arrival
        self.sent = 0  # bytes of endless bodies
        self.half_sent = threading.Event()
        self.closing = threading.Event()
        self.four = threading.Barrier(4)

    @property
    def host(self):
        return f"127.0.0.1:{self.server_port}"

    def url(self, behaviour):
        return f"http://{self.host}/{behaviour}/"

    def handle_error(self, request, client_address):
        """A client that hangs up is no news."""

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.shutdown()
        self.thread.join()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        behaviour, name = self.path.strip("/").split("/")  # such as "404" or "404-too"
        self.server.asked.append(f"{behaviour}/{name}")
        self.file = name.removesuffix(".gz")
        self.blob = self.server.files[self.file]
        with contextlib.suppress(ConnectionError):
            # Whoever never gives up is turned away, so that a test of that fails and ends.
            how = behaviour.split("-")[0] if len(self.server.asked) < 60 else "404"
            self.send_error(int(how)) if how.isdigit() else getattr(self, how)()

    do_HEAD = do_GET

    def head(self, length=None):
        self.send_response(200)
        self.send_header("Content-Type", "application/gzip")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def whole(self, body):
        self.head(len(body))
        self.wfile.write(body)

    def good(self):
        self.whole(self.blob)

    def unsized(self):
        self.head()
        self.wfile.write(self.blob)

    def html(self):
        self.whole(PAGE)

    def flipped(self):
        middle = len(self.blob) // 2
        self.whole(self.blob[:middle] + bytes([self.blob[middle] ^ 1]) + self.blob[middle + 1 :])

    def altered(self):
        """One pixel differs, and the gzip packing is sound: the checksum alone can tell."""
        self.whole(altered(self.blob))

    def truncated(self):
        self.whole(self.blob[: len(self.blob) // 2])

    def trailerless(self):
        self.whole(self.blob[:-6])

    def bomb(self):
        self.whole(bomb(self.server.n_bytes[self.file]))

    def endless(self):
        self.head()
        while self.server.sent < self.server.n_bytes[self.file] + 64_000_000:  # as good as endless
            self.wfile.write(b"\x1f\x8b" + bytes(65534))
            self.server.sent += 65536

    def hang(self):
        self.server.closing.wait(300)

    def stall(self):
        self.half()
        self.server.half_sent.set()
        self.server.closing.wait(300)

    def drop(self):
        self.half()

    def half(self):
        self.head(len(self.blob))
        self.wfile.write(self.blob[: len(self.blob) // 2])
        self.wfile.flush()

    def hangup(self):
        """Close without a word."""

    def slow(self):
        """Always moving, but longer in all than any stall limit of the tests."""
        self.head(len(self.blob))
        step = -(-len(self.blob) // 8)
        for start in range(0, len(self.blob), step):
            time.sleep(SLOW if self.file == "t10k-labels-idx1-ubyte" else 0)
            self.wfile.write(self.blob[start : start + step])
            self.wfile.flush()

    def flaky(self):
        """Out of order at the first request for each file, well at the second."""
        first = self.server.asked.count(self.path.strip("/")) == 1
        return self.send_error(503) if first else self.good()

    def together(self):
        """Answer the first four requests at the same moment."""
        with contextlib.suppress(threading.BrokenBarrierError):
            if self.file == "train-images-idx3-ubyte":
                self.server.four.wait(300)
        self.good()
