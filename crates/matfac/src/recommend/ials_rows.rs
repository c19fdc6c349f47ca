//! One user (or item) of implicit least squares, given the other side.
//!
//! Row x minimises `Σ c (1 - x·y)² - w (x·y)² + x'(w Y'Y + λ)x` over what is observed, where w is the weight of what
//! is not and `c = 1 + α r` the confidence: Hu, Koren and Volinsky (2008), eq. 4. By blocks of factors (Rendle,
//! Krichene, Zhang and Koren 2021, "iALS++"; one block of all is the exact solution) or by steps of conjugate
//! gradients from the row at hand (Takács, Pilászy and Tikk 2011). `O(n k b)` for n observations and blocks of b, and
//! `O(n k)` for each step. Predictions of what is observed are kept along, so that the loss costs nothing more.

use super::lanes::Lanes;
use super::line::{Line, WIDTH, flat, flat_mut, prefetch};
use super::normal::{add_products, dot, factor, solve};
use super::widest::widest;

/// What all rows of a side have in common.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    /// The rows of the other side.
    pub(super) other: &'a [Line],
    /// Lines of a row.
    pub(super) lines: usize,
    /// `w Y'Y`, both triangles.
    pub(super) gram: &'a [Line],
    pub(super) alpha: f32,
    pub(super) unobserved: f32,
}

/// What one row has observed.
#[derive(Clone, Copy)]
pub(super) struct Observed<'a> {
    pub(super) rows: &'a [u32],
    pub(super) values: &'a [f64],
    pub(super) lambda: f32,
}

/// What the solution of a row works in.
#[derive(Debug, Default)]
pub(super) struct Room {
    a: Vec<Line>,
    w: Vec<Line>,
    g: Vec<Line>,
    vectors: Vec<Line>,
    /// Confidence of each observation, and what it has more than if it were none.
    confidence: Vec<f32>,
    excess: Vec<f32>,
    predicted: Vec<f32>,
    along: Vec<f32>,
}

/// Observations that are gathered for one update.
const PANEL: usize = 32;
/// How many observations ahead rows are asked for.
const AHEAD: usize = 12;

impl<'a> Given<'a> {
    #[inline(always)]
    fn row(&self, n: u32) -> &'a [Line] {
        &self.other[n as usize * self.lines..][..self.lines]
    }
}

impl Room {
    fn weigh(&mut self, given: &Given, seen: Observed) {
        self.confidence.clear();
        self.excess.clear();
        for &r in seen.values {
            let c = if r > 0.0 { 1.0 + given.alpha * r as f32 } else { 0.0 };
            self.confidence.push(c);
            self.excess.push(if r > 0.0 { c - given.unobserved } else { 0.0 });
        }
    }

    /// What the row adds to the loss, apart from `w Σ (x·y)²` over everything and the penalty.
    fn loss(&self, unobserved: f32) -> f64 {
        let w = f64::from(unobserved);
        let terms = self.confidence.iter().zip(&self.predicted).map(|(&c, &s)| {
            let (c, s) = (f64::from(c), f64::from(s));
            if c > 0.0 { c * (1.0 - s) * (1.0 - s) - w * s * s } else { 0.0 }
        });
        terms.sum()
    }
}

fn grown(lines: &mut Vec<Line>, count: usize) -> &mut [Line] {
    if lines.len() < count {
        lines.resize(count, Line::ZERO);
    }
    &mut lines[..count]
}

/// `out = G x`, lines `from..to` of it, for the symmetric `g`.
#[inline(always)]
fn times<L: Lanes>(g: &[Line], lines: usize, x: &[Line], from: usize, out: &mut [Line]) {
    for (column, line) in out.iter_mut().enumerate() {
        let mut sums = [L::splat(0.0); 2];
        for (rows, x) in g.chunks_exact(2 * lines).zip(flat(x).chunks_exact(2)) {
            for (n, sum) in sums.iter_mut().enumerate() {
                let y = L::load(&rows[n * lines + from + column]);
                *sum = L::splat(x[n]).times_plus(y, *sum);
            }
        }
        sums[0].add(sums[1]).store(line);
    }
}

/// `along = Y x`, and `out += Y' f(n, along[n])`, in one walk over the observed rows y.
#[inline(always)]
fn there_and_back<L: Lanes>(
    given: &Given,
    rows: &[u32],
    x: &[Line],
    along: &mut [f32],
    out: &mut [Line],
    f: impl Fn(usize, f32) -> f32,
) {
    let lines = given.lines;
    let (x, out) = (&x[..lines], &mut out[..lines]);
    for start in (0..rows.len()).step_by(4) {
        for &ahead in rows[(start + AHEAD).min(rows.len())..].iter().take(4) {
            prefetch(given.row(ahead));
        }
        if start + 4 <= rows.len() {
            let y: [&[Line]; 4] = std::array::from_fn(|n| given.row(rows[start + n]));
            let mut sums = [L::splat(0.0); 4];
            for l in 0..lines {
                let x = L::load(&x[l]);
                for (sum, y) in sums.iter_mut().zip(y) {
                    *sum = L::load(&y[l]).times_plus(x, *sum);
                }
            }
            let sums = sums.map(L::sum);
            along[start..start + 4].copy_from_slice(&sums);
            let by: [L; 4] = std::array::from_fn(|n| L::splat(f(start + n, sums[n])));
            for l in 0..lines {
                let mut sum = L::load(&out[l]);
                for (by, y) in by.iter().zip(y) {
                    sum = L::load(&y[l]).times_plus(*by, sum);
                }
                sum.store(&mut out[l]);
            }
            continue;
        }
        for n in start..rows.len() {
            let y = given.row(rows[n]);
            along[n] = dot::<L>(x, y);
            let by = L::splat(f(n, along[n]));
            for (line, y) in out.iter_mut().zip(y) {
                L::load(y).times_plus(by, L::load(line)).store(line);
            }
        }
    }
}

/// `steps` steps of conjugate gradients from `x`.
#[inline(always)]
fn by_gradients<L: Lanes, const T: usize>(
    given: &Given,
    seen: Observed,
    x: &mut [Line],
    steps: usize,
    room: &mut Room,
) -> f64 {
    let lines = given.lines;
    room.weigh(given, seen);
    let n = seen.rows.len();
    room.predicted.resize(n, 0.0);
    room.along.resize(n, 0.0);
    let (r, rest) = grown(&mut room.vectors, 3 * lines).split_at_mut(lines);
    let (p, q) = rest.split_at_mut(lines);
    // r = b - A x
    times::<L>(given.gram, lines, x, 0, q);
    for ((r, q), x) in r.iter_mut().zip(q.iter()).zip(x.iter()) {
        let sum = L::load(x).times_plus(L::splat(seen.lambda), L::load(q));
        sum.times_plus(L::splat(-1.0), L::splat(0.0)).store(r);
    }
    let (confidence, excess) = (&room.confidence, &room.excess);
    there_and_back::<L>(given, seen.rows, x, &mut room.predicted, r, |n, s| {
        confidence[n] - excess[n] * s
    });
    p.copy_from_slice(r);
    let mut square = dot::<L>(r, r);
    for step in 0..steps {
        if square < 1e-20 {
            break;
        }
        times::<L>(given.gram, lines, p, 0, q);
        for (q, p) in q.iter_mut().zip(p.iter()) {
            L::load(p).times_plus(L::splat(seen.lambda), L::load(q)).store(q);
        }
        there_and_back::<L>(given, seen.rows, p, &mut room.along, q, |n, s| excess[n] * s);
        let curvature = dot::<L>(p, q);
        if curvature <= 0.0 {
            break;
        }
        let length = square / curvature;
        for ((x, r), (p, q)) in x.iter_mut().zip(r.iter_mut()).zip(p.iter().zip(q.iter())) {
            L::load(p).times_plus(L::splat(length), L::load(x)).store(x);
            L::load(q).times_plus(L::splat(-length), L::load(r)).store(r);
        }
        for (s, d) in room.predicted.iter_mut().zip(&room.along) {
            *s += length * d;
        }
        if step + 1 < steps {
            let next = dot::<L>(r, r);
            for (p, r) in p.iter_mut().zip(r.iter()) {
                L::load(p).times_plus(L::splat(next / square), L::load(r)).store(p);
            }
            square = next;
        }
    }
    room.loss(given.unobserved)
}

/// The exact solution for one block of factors after the other, each of `block` lines.
#[inline(always)]
fn by_blocks<L: Lanes, const T: usize>(
    given: &Given,
    seen: Observed,
    x: &mut [Line],
    block: usize,
    room: &mut Room,
) -> f64 {
    let lines = given.lines;
    room.weigh(given, seen);
    room.predicted.clear();
    for (n, &row) in seen.rows.iter().enumerate() {
        if let Some(&ahead) = seen.rows.get(n + AHEAD) {
            prefetch(given.row(ahead));
        }
        room.predicted.push(dot::<L>(x, given.row(row)));
    }
    for from in (0..lines).step_by(block) {
        let width = block.min(lines - from);
        let size = width * WIDTH;
        let a = grown(&mut room.a, size * width);
        let (w, g) = (grown(&mut room.w, PANEL * width), grown(&mut room.g, PANEL * width));
        let (b, inverse) = grown(&mut room.vectors, 2 * width).split_at_mut(width);
        for (n, row) in a.chunks_exact_mut(width).enumerate() {
            let whole = (from * WIDTH + n) * lines + from;
            row.copy_from_slice(&given.gram[whole..whole + width]);
            flat_mut(row)[n] += seen.lambda;
        }
        times::<L>(given.gram, lines, x, from, b);
        for (b, x) in b.iter_mut().zip(&x[from..]) {
            let sum = L::load(x).times_plus(L::splat(seen.lambda), L::load(b));
            sum.times_plus(L::splat(-1.0), L::splat(0.0)).store(b);
        }
        for start in (0..seen.rows.len()).step_by(PANEL) {
            let count = PANEL.min(seen.rows.len() - start);
            for n in 0..count {
                let y = &given.row(seen.rows[start + n])[from..from + width];
                let (excess, s) = (room.excess[start + n], room.predicted[start + n]);
                let (by, pull) = (L::splat(excess), room.confidence[start + n] - excess * s);
                for l in 0..width {
                    let y = L::load(&y[l]);
                    y.store(&mut g[n * width + l]);
                    y.times_plus(by, L::splat(0.0)).store(&mut w[n * width + l]);
                    y.times_plus(L::splat(pull), L::load(&b[l])).store(&mut b[l]);
                }
            }
            add_products::<L, T>(a, width, 0, &w[..count * width], &g[..count * width]);
        }
        let w = grown(&mut room.w, PANEL.max(WIDTH) * width);
        factor::<L, T>(a, width, inverse, w);
        solve::<L>(a, width, inverse, b);
        for (x, b) in x[from..].iter_mut().zip(b.iter()) {
            L::load(x).add(L::load(b)).store(x);
        }
        for (s, &row) in room.predicted.iter_mut().zip(seen.rows) {
            *s += dot::<L>(b, &given.row(row)[from..from + width]);
        }
    }
    room.loss(given.unobserved)
}

/// What the row adds to the loss as it is.
#[inline(always)]
fn as_it_is<L: Lanes, const T: usize>(
    given: &Given,
    seen: Observed,
    x: &[Line],
    room: &mut Room,
) -> f64 {
    room.weigh(given, seen);
    room.predicted.clear();
    room.predicted.extend(seen.rows.iter().map(|&row| dot::<L>(x, given.row(row))));
    room.loss(given.unobserved)
}

#[inline(always)]
fn sum_of_products<L: Lanes, const T: usize>(a: &mut [Line], lines: usize, rows: &[Line]) {
    add_products::<L, T>(a, lines, 0, rows, rows);
}

widest! {
    /// `steps` steps of conjugate gradients from `x`; gives the loss of the row.
    pub(super) fn row_by_gradients(given: &Given, seen: Observed, x: &mut [Line], steps: usize, room: &mut Room) -> f64
        = by_gradients;
    /// The exact solution for one block of `block` lines after the other; gives the loss of the row.
    pub(super) fn row_by_blocks(given: &Given, seen: Observed, x: &mut [Line], block: usize, room: &mut Room) -> f64
        = by_blocks;
    /// The loss of the row as it is.
    pub(super) fn row_as_it_is(given: &Given, seen: Observed, x: &[Line], room: &mut Room) -> f64 = as_it_is;
    /// `A += Y'Y`, its upper triangle.
    pub(super) fn add_gram(a: &mut [Line], lines: usize, rows: &[Line]) = sum_of_products;
}
