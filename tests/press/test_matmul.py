"""The fast `@` of the browser: its binary comes from its source, and its own test can fail."""

import subprocess

import numpy as np
import pytest
from conftest import ROOT
from press import PACKAGES

from course_lib.browser import matmul

BROWSER = ROOT / "course_lib" / "browser"
ASC = PACKAGES / ".bin" / "asc"
HOW = (
    "--runtime stub --noAssert -O3 --importMemory --noExportMemory "
    "--initialMemory 1 --maximumMemory 65536 --importTable --enable"
).split()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, features",
    [pytest.param("matmul", "simd", marks=pytest.mark.long), ("matmul_fused", "simd,relaxed-simd")],
)
def test_the_binary_is_made_of_its_source(tmp_path, name, features):
    """Byte for byte, by AssemblyScript as npm's lock pins it."""
    if not ASC.exists():
        pytest.skip("AssemblyScript is not installed: make .venv/.press (needs npm)")
    made = tmp_path / "made.wasm"
    subprocess.run([ASC, BROWSER / "matmul.ts", "-o", made, *HOW, features], check=True)
    assert made.read_bytes() == (BROWSER / f"{name}.wasm").read_bytes()


def test_elsewhere_numpy_stays_as_it_is():
    """Where there is no browser, nothing happens."""
    assert not matmul.install()
    assert np.array_equal(np.eye(50) @ np.eye(50), np.eye(50))


def test_a_browser_gets_the_fastest_binary_that_it_knows():
    """Fused multiplication and addition is not everywhere."""
    fused, plain = ((BROWSER / f"{name}.wasm").read_bytes() for name in ("matmul_fused", "matmul"))
    assert matmul._binary(bytes, lambda binary: True) == fused
    assert matmul._binary(bytes, lambda binary: binary != fused) == plain


def a_term_too_few(A, B):
    """Forget the last term."""
    return A[:, :-1] @ B[:-1]


def wrong_where_columns_lie_apart(A, B):
    """Take a matrix in Fortran's order for one in C's."""
    return A @ B if A.flags.c_contiguous else np.ravel(A, "K").reshape(A.shape) @ B


def no_nan(A, B):
    """Lose what is no number."""
    return np.nan_to_num(A @ B)


def exact(A, B):
    """Round once, at the end."""
    return (A.astype(np.longdouble) @ B.astype(np.longdouble)).astype(A.dtype)


def in_pieces(A, B):
    """Add up few terms at a time, from the end."""
    starts = range(0, A.shape[1], 256)
    return sum((A[:, i : i + 256].copy() @ B[i : i + 256].copy() for i in reversed(starts)), 0)


@pytest.mark.parametrize("right", [exact, in_pieces])
def test_its_own_test_passes_what_is_right(right):
    """A product to the last digit, and one that adds up in another order."""
    assert matmul.works(right)


def in_one_piece(A, B):
    """Add up one term after the other, which loses digits where there are many."""
    if A.shape[1] < 1000:
        return A @ B
    return np.cumsum(A * B.ravel(), axis=1, dtype=A.dtype)[:, -1:]


@pytest.mark.parametrize(
    "wrong", [a_term_too_few, wrong_where_columns_lie_apart, no_nan, in_one_piece]
)
def test_its_own_test_fails_what_is_wrong(wrong):
    """Then NumPy's loops come back."""
    assert not matmul.works(wrong)
