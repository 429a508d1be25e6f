"""A fast `@` in a browser, where NumPy has no BLAS and uses none of the processor's vectors.

`install` puts loops that AssemblyScript makes of ``matmul.ts`` in the place of NumPy's own for
float32 and float64: ``matmul_fused.wasm``, or ``matmul.wasm`` where a browser has no fused
multiplication and addition (2026: Safari, and Firefox before 145). They work in NumPy's memory, and
NumPy calls them without Python or JavaScript in between, so that every `@` gets them, also a
student's. The way in leads through private parts of Pyodide and NumPy: whatever goes wrong there,
or comes out wrong, leaves NumPy as it was, slow and right.
"""

import ctypes
from pathlib import Path

import numpy as np

REPLACE = 30  # PyUFunc_ReplaceLoopBySignature's place in NumPy's table of C functions
KINDS = {"float32": 11, "float64": 12}  # NumPy's numbers for them
# (m, k, n) that go through every branch: small, with a rest, in several blocks, with a vector, and
# with so many terms that a sum in one piece would lose digits.
SHAPES = ((3, 2, 4), (65, 257, 9), (7, 300, 515), (130, 20, 1), (1, 300, 70), (8, 8, 40))
SHAPES += ((20, 30_000, 1),)


def install():
    """Give `@` the fast loops; return whether it has them.

    Returns
    -------
    bool
        False where this is no browser, or the loops fail their own test.
    """
    try:
        replace, loops = _way_in()
    except Exception:  # what is private may change with any release
        return False
    old = {kind: replace(kind, place) for kind, place in loops.items()}
    loops_work = False
    try:
        _loops.init(_work.ctypes.data, *old.values())
        loops_work = works()
    finally:
        if not loops_work:
            for kind, place in old.items():
                replace(kind, place)
    return loops_work


def works(matmul=np.matmul):
    """Tell whether products of many shapes, in any order in memory, are right.

    Parameters
    ----------
    matmul : function ``(A, B) -> C``

    Returns
    -------
    bool
    """
    rng = np.random.default_rng(0)
    for dtype, rtol in ((np.float32, 2e-6), (np.float64, 1e-13)):
        for m, k, n in SHAPES:
            A, B = rng.random((m, k)).astype(dtype), rng.random((k, n)).astype(dtype)
            right = np.einsum("ik,kj->ij", A.astype(float), B.astype(float))
            turned = np.asfortranarray(A), np.asfortranarray(B)
            apart = np.repeat(A, 2, axis=1)[:, ::2], np.repeat(B, 2, axis=0)[::-2][::-1]
            for left, other in ((A, B), turned, (turned[0], B), (A, turned[1]), apart):
                if not np.allclose(matmul(left, other), right, rtol=rtol, atol=0):
                    return False
    holes = np.full((16, 16), np.nan, np.float32)
    return bool(np.isnan(matmul(holes, np.ones((16, 16), np.float32))).all())


def _binary(to_js, is_valid):
    """Return the fastest of our binaries that this browser understands."""
    here = Path(__file__)
    names = "matmul_fused.wasm", "matmul.wasm"
    binaries = [to_js(here.with_name(name).read_bytes()) for name in names]
    return next(filter(is_valid, binaries))


def _way_in():
    """Return a function that replaces NumPy's loop for a kind, and the places of ours by kind."""
    global _loops, _work
    import js
    import pyodide_js
    from pyodide.ffi import to_js

    module = pyodide_js._module
    memory = getattr(module, "wasmMemory", None) or module.memory
    imports = to_js(
        {"env": {"memory": memory, "table": module.wasmTable}}, dict_converter=js.Object.fromEntries
    )
    compiled = js.WebAssembly.Module.new(_binary(to_js, js.WebAssembly.validate))
    _loops = js.WebAssembly.Instance.new(compiled, imports).exports
    _work = np.empty(_loops.room(), np.uint8)

    api = ctypes.pythonapi
    api.PyCapsule_GetPointer.restype = ctypes.c_void_p
    api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    table = api.PyCapsule_GetPointer(np._core._multiarray_umath._UFUNC_API, None)
    functions = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))
    kinds, place = ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_void_p)
    prototype = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_void_p, kinds, place)
    call = prototype(functions[REPLACE])

    def replace(kind, place):
        before = ctypes.c_void_p()
        if call(np.matmul, place, (ctypes.c_int * 3)(*[KINDS[kind]] * 3), ctypes.byref(before)):
            raise RuntimeError(f"NumPy keeps its loop for {kind}")
        return before.value

    loops = {}
    for kind, loop in (("float32", _loops.loop_f32), ("float64", _loops.loop_f64)):
        loops[kind] = module.wasmTable.length
        module.wasmTable.grow(1)
        module.wasmTable.set(loops[kind], loop)
    return replace, loops
