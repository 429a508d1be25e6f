// NumPy's inner loops of matmul, (m,k),(k,n)->(m,n), on WebAssembly's SIMD.
//
// Matrices are packed into panels of at most KC terms (A: 4 rows; B: 32 bytes of columns), which the
// processor's cache holds; a tile of 4 rows and 32 bytes of columns is added up in registers. A
// product with a vector goes row by row or column by column, as memory lies. What is small goes to
// the loop that NumPy brought, whose place in the table of functions is `old`.
// Two binaries are made of it: where a browser knows fused multiplication and addition (relaxed
// SIMD), a product takes some 0.8 times as long as with the other.
// matmul.py says how this gets into NumPy, tests/press/test_matmul.py how it is built.

const MC: i32 = 64, KC: i32 = 256, NC: i32 = 512; // rows, terms and columns of a block
const ROW: i32 = 8 * KC; // terms of a product with a vector that are added up along a row
const FEW: i64 = 2048; // multiplications for which packing does not pay
let work: usize = 0; // a tile, then the packed B, then the packed A
let old32: i32 = 0, old64: i32 = 0;

export function room(): i32 {
  return 128 + 8 * (KC * NC + MC * KC);
}

export function init(memory: usize, loop32: i32, loop64: i32): void {
  work = memory;
  old32 = loop32;
  old64 = loop64;
}

@inline function size<T>(): i32 {
  return <i32>sizeof<T>();
}

// x * y + sum: rounded once where the browser can, else after the product as well.
@inline function madd<T>(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(x, y, sum);
  return v128.add<T>(sum, v128.mul<T>(x, y));
}

function packB<T>(B: usize, rs: isize, cs: isize, k: i32, n: i32, out: usize): void {
  const width = 32 / size<T>();
  for (let j = 0; j < n; j += width) {
    const w = min(width, n - j), whole = w == width && cs == size<T>();
    let from = B + <isize>j * cs;
    for (let p = 0; p < k; p++, from += rs, out += 32) {
      if (whole) {
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
      } else {
        for (let c = 0; c < width; c++)
          store<T>(out + <usize>(c * size<T>()), c < w ? load<T>(from + <isize>c * cs) : <T>0);
      }
    }
  }
}

function packA<T>(A: usize, rs: isize, cs: isize, m: i32, k: i32, out: usize): void {
  for (let i = 0; i < m; i += 4) {
    const h = min(4, m - i);
    let from = A + <isize>i * rs, p = 0;
    if (h == 4 && rs == size<T>()) {
      // The rows' terms lie side by side.
      for (; p < k; p++, from += cs, out += 4 * sizeof<T>()) {
        v128.store(out, v128.load(from));
        if (sizeof<T>() == 8) v128.store(out, v128.load(from, 16), 16);
      }
    } else if (h == 4 && cs == size<T>() && sizeof<T>() == 4) {
      for (; p + 4 <= k; p += 4, from += 16, out += 64) turn(from, rs, out);
    }
    for (; p < k; p++, from += cs)
      for (let r = 0; r < 4; r++, out += size<T>())
        store<T>(out, r < h ? load<T>(from + <isize>r * rs) : <T>0);
  }
}

// Four terms of four rows of float32, turned into four rows of four terms.
@inline function turn(from: usize, rs: isize, out: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + rs);
  const r2 = v128.load(from + 2 * rs), r3 = v128.load(from + 3 * rs);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), b = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const c = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f64>(a, c, 0, 2)), v128.store(out, v128.shuffle<f64>(a, c, 1, 3), 16);
  v128.store(out, v128.shuffle<f64>(b, d, 0, 2), 32), v128.store(out, v128.shuffle<f64>(b, d, 1, 3), 48);
}

function tile<T>(a: usize, b: usize, k: i32, C: usize, rs: isize, cs: isize, h: i32, w: i32, more: bool): void {
  let c00 = v128.splat<T>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let p = 0; p < k; p++, a += 4 * sizeof<T>(), b += 32) {
    const left = v128.load(b), right = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    c00 = madd<T>(x, left, c00);
    c01 = madd<T>(x, right, c01);
    x = v128.load_splat<T>(a, sizeof<T>());
    c10 = madd<T>(x, left, c10);
    c11 = madd<T>(x, right, c11);
    x = v128.load_splat<T>(a, 2 * sizeof<T>());
    c20 = madd<T>(x, left, c20);
    c21 = madd<T>(x, right, c21);
    x = v128.load_splat<T>(a, 3 * sizeof<T>());
    c30 = madd<T>(x, left, c30);
    c31 = madd<T>(x, right, c31);
  }
  v128.store(work, c00), v128.store(work, c01, 16), v128.store(work, c10, 32), v128.store(work, c11, 48);
  v128.store(work, c20, 64), v128.store(work, c21, 80), v128.store(work, c30, 96), v128.store(work, c31, 112);
  for (let r = 0; r < h; r++) {
    let at = C + <isize>r * rs, from = work + <usize>(32 * r);
    for (let c = 0; c < w; c++, at += cs, from += sizeof<T>())
      put<T>(at, load<T>(from), more);
  }
}

function product<T>(A: usize, ars: isize, acs: isize, B: usize, brs: isize, bcs: isize, C: usize, crs: isize, ccs: isize, m: i32, k: i32, n: i32): void {
  const b = work + 128, a = b + <usize>(8 * KC * NC), width = 32 / size<T>();
  for (let j0 = 0; j0 < n; j0 += NC) {
    const nn = min(NC, n - j0);
    for (let p = 0; p < k; p += KC) {
      const kk = min(KC, k - p);
      packB<T>(B + <isize>p * brs + <isize>j0 * bcs, brs, bcs, kk, nn, b);
      for (let i = 0; i < m; i += MC) {
        const mm = min(MC, m - i);
        packA<T>(A + <isize>i * ars + <isize>p * acs, ars, acs, mm, kk, a);
        for (let j = 0; j < nn; j += width)
          for (let r = 0; r < mm; r += 4)
            tile<T>(
              a + <usize>(r * kk * size<T>()), b + <usize>(j * kk * size<T>()), kk,
              C + <isize>(i + r) * crs + <isize>(j0 + j) * ccs, crs, ccs,
              min(4, mm - r), min(width, nn - j), p > 0,
            );
      }
    }
  }
}

// A times a vector, some terms after the others: a long sum in one piece would lose digits.
function vector<T>(A: usize, ars: isize, acs: isize, v: usize, vs: isize, C: usize, cs: isize, m: i32, k: i32): void {
  const most = acs == size<T>() ? ROW : KC;
  for (let p = 0; p < k; p += most)
    terms<T>(A + <isize>p * acs, ars, acs, v + <isize>p * vs, vs, C, cs, m, min(most, k - p), p > 0);
}

@inline function put<T>(at: usize, sum: T, more: bool): void {
  store<T>(at, more ? <T>(load<T>(at) + sum) : sum);
}

// The same for k terms of the vector, which is copied to where they lie side by side.
function terms<T>(A: usize, ars: isize, acs: isize, v: usize, vs: isize, C: usize, cs: isize, m: i32, k: i32, more: bool): void {
  const x = work + 128, lanes = 16 / size<T>();
  for (let p = 0; p < k; p++) store<T>(x + <usize>(p * size<T>()), load<T>(v + <isize>p * vs));
  let i = 0;
  if (acs == size<T>()) {
    // Along rows: two sums of lanes, then what is left.
    const whole = k - (k % (2 * lanes));
    for (; i < m; i++) {
      const row = A + <isize>i * ars;
      let s0 = v128.splat<T>(0), s1 = s0;
      for (let at: usize = 0, end = <usize>(whole * size<T>()); at < end; at += 32) {
        s0 = madd<T>(v128.load(row + at), v128.load(x + at), s0);
        s1 = madd<T>(v128.load(row + at, 16), v128.load(x + at, 16), s1);
      }
      v128.store(work, v128.add<T>(s0, s1));
      let sum: T = 0;
      for (let c = 0; c < lanes; c++) sum += load<T>(work + <usize>(c * size<T>()));
      for (let p = whole; p < k; p++)
        sum += <T>(load<T>(row + <usize>(p * size<T>())) * load<T>(x + <usize>(p * size<T>())));
      put<T>(C + <isize>i * cs, sum, more);
    }
    return;
  }
  // Down columns: 64 bytes of rows at once.
  for (; i + 4 * lanes <= m; i += 4 * lanes) {
    let s0 = v128.splat<T>(0), s1 = s0, s2 = s0, s3 = s0;
    let at = A + <usize>(i * size<T>());
    for (let p = 0; p < k; p++, at += acs) {
      const f = v128.load_splat<T>(x + <usize>(p * size<T>()));
      s0 = madd<T>(f, v128.load(at), s0);
      s1 = madd<T>(f, v128.load(at, 16), s1);
      s2 = madd<T>(f, v128.load(at, 32), s2);
      s3 = madd<T>(f, v128.load(at, 48), s3);
    }
    v128.store(work, s0), v128.store(work, s1, 16), v128.store(work, s2, 32), v128.store(work, s3, 48);
    for (let c = 0; c < 4 * lanes; c++)
      put<T>(C + <isize>(i + c) * cs, load<T>(work + <usize>(c * size<T>())), more);
  }
  for (; i < m; i++) {
    let sum: T = 0, at = A + <usize>(i * size<T>());
    for (let p = 0; p < k; p++, at += acs) sum += <T>(load<T>(at) * load<T>(x + <usize>(p * size<T>())));
    put<T>(C + <isize>i * cs, sum, more);
  }
}

// What NumPy calls: pointers to data; [N, m, k, n]; steps of the stack ×3, of A ×2, B ×2 and C ×2.
function loop<T>(args: usize, dims: usize, steps: usize, data: usize, old: i32): void {
  const N = load<i32>(dims), m = load<i32>(dims, 4), k = load<i32>(dims, 8), n = load<i32>(dims, 12);
  const ars = load<isize>(steps, 12), acs = load<isize>(steps, 16), brs = load<isize>(steps, 20);
  const bcs = load<isize>(steps, 24), crs = load<isize>(steps, 28), ccs = load<isize>(steps, 32);
  if (<i64>m * n * k < FEW) {
    call_indirect<void>(old, args, dims, steps, data);
    return;
  }
  const one = size<T>(), down = n == 1 && (acs == one || ars == one), along = m == 1 && (bcs == one || brs == one);
  let A = load<usize>(args), B = load<usize>(args, 4), C = load<usize>(args, 8);
  for (let i = 0; i < N; i++) {
    if (down) vector<T>(A, ars, acs, B, brs, C, crs, m, k);
    else if (along) vector<T>(B, bcs, brs, A, acs, C, ccs, n, k);
    else product<T>(A, ars, acs, B, brs, bcs, C, crs, ccs, m, k, n);
    A += load<isize>(steps), B += load<isize>(steps, 4), C += load<isize>(steps, 8);
  }
}

export function loop_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  loop<f32>(args, dims, steps, data, old32);
}

export function loop_f64(args: usize, dims: usize, steps: usize, data: usize): void {
  loop<f64>(args, dims, steps, data, old64);
}
