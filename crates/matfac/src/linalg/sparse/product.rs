//! Products with full matrices, without a transposed copy of the sparse one.
//!
//! The full operand is taken in strips of a few columns, laid out so that what belongs to one row of the strip is one or two
//! cache lines, and every stored entry is then one operation on whole vectors. `A*B` adds into rows of the result, block
//! of rows after block of rows (see `tiles`), each block being as large as stays in a core's cache; a block is one
//! thread's, so that the bits do not depend on the threads. `A'*B` gathers rows, by columns of A.
//!
//! `B*A` and `B*A'` need no layout: columns of B are what rows of a strip are.

use super::columns::{divide, each, each_with, split};
use super::matrix::{Entry, Sparse};
use super::slots::{Slots, assembled};
use super::tiles::{self, Tile, Tiles};
use super::vector::threads;
use crate::error::{Result, Shape};
use crate::linalg::product::fitting;
use crate::linalg::simd::widened;
use crate::linalg::{Dense, Scalar, memory};
use std::ops::Range;

/// Multiplications and additions from which threads share the work.
const PARALLEL: usize = 1 << 16;
/// Bytes of the block of rows that is added into: of the two megabytes of a core's cache.
const NEAR: usize = 1 << 20;
/// Columns of a strip.
const STRIP: usize = 16;
/// Rows of a strip that are laid out at a time, in the nearest cache.
const GROUP: usize = 64;
/// Groups that a thread lays out at a time.
const GROUPS: usize = 64;

/// How a factor is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// Transposed, not conjugated.
    Transposed,
    /// Transposed and conjugated.
    Adjoint,
}

impl Form {
    /// The shape of a matrix taken in this form.
    pub fn shape(self, shape: Shape) -> Shape {
        if self == Form::Plain { shape } else { Shape(shape.1, shape.0) }
    }
}

impl<T: Scalar + Entry> Sparse<T> {
    /// `A*B` for a full n×k matrix B. [`crate::Error::Shapes`] with what would fit.
    pub fn times_dense(&self, b: &Dense<T>) -> Result<Dense<T>> {
        times_full(self, Form::Plain, b)
    }

    /// `A'*B` (conjugated) for a full m×k matrix B. [`crate::Error::Shapes`] with what would fit.
    pub fn adjoint_times_dense(&self, b: &Dense<T>) -> Result<Dense<T>> {
        times_full(self, Form::Adjoint, b)
    }
}

/// `op(A)*B` for a full B. [`crate::Error::Shapes`] with what would fit.
pub fn times_full<T: Scalar + Entry>(a: &Sparse<T>, op: Form, b: &Dense<T>) -> Result<Dense<T>> {
    let (m, k) = fitting(op.shape(a.shape()), b.shape())?;
    if k == 1 {
        let mut product = Dense::filled(m, 1, T::ZERO)?;
        let (x, y) = (b.as_slice(), product.as_mut_slice());
        match op {
            Form::Plain => a.add_times_vector(x, y),
            Form::Transposed => a.transposed_times_vector(x, y),
            Form::Adjoint => a.adjoint_times_vector(x, y),
        }
        return Ok(product);
    }
    if m == 0 || a.nnz() == 0 {
        return Dense::filled(m, k, T::ZERO);
    }
    memory::entries::<T>(m, k)?;
    let in_parallel = a.nnz().saturating_mul(k) >= PARALLEL;
    let tiles = (op == Form::Plain)
        .then(|| tiles::by_rows(a, NEAR / (size_of::<T>() * padded(k.min(STRIP))), in_parallel));
    let ranges = match &tiles {
        Some(tiles) => tiles.ranges(),
        None => split(shares(a, padded(k.min(STRIP))), m, |j| a.starts()[j] as usize),
    };
    let lengths = (0..k).flat_map(|_| ranges.iter().map(|range| range.len()));
    let product = assembled(lengths, |parts| {
        for strip in strips(k) {
            let width = padded(strip.len());
            let columns = &mut parts[strip.start * ranges.len()..strip.end * ranges.len()];
            let product = StripOf { a, op, tiles: tiles.as_ref(), ranges: &ranges, b, strip };
            match width {
                4 => product.into_columns::<4>(columns),
                8 => product.into_columns::<8>(columns),
                12 => product.into_columns::<12>(columns),
                _ => product.into_columns::<STRIP>(columns),
            }
        }
    });
    Ok(Dense::from_vec(m, k, product))
}

/// `B*op(A)` for a full B. [`crate::Error::Shapes`] with what would fit.
pub fn full_times<T: Scalar + Entry>(b: &Dense<T>, a: &Sparse<T>, op: Form) -> Result<Dense<T>> {
    let (p, n) = fitting(b.shape(), op.shape(a.shape()))?;
    let mut product = Dense::filled(p, n, T::ZERO)?;
    if p == 0 || n == 0 || a.nnz() == 0 {
        return Ok(product);
    }
    if p == 1 {
        let (x, y) = (b.as_slice(), product.as_mut_slice());
        match op {
            Form::Plain => a.transposed_times_vector(x, y),
            Form::Transposed => a.times_vector(x, y),
            Form::Adjoint => {
                // x*A' is the conjugate of conj(x)*A.'.
                let conjugates: Vec<T> = x.iter().map(|x| x.conjugate()).collect();
                a.times_vector(&conjugates, y);
                y.iter_mut().for_each(|y| *y = y.conjugate());
            }
        }
        return Ok(product);
    }
    let conjugate = op == Form::Adjoint;
    if op == Form::Plain {
        let ranges = split(shares(a, p), n, |j| a.starts()[j] as usize);
        let parts = divide(product.as_mut_slice(), &ranges, |j| j * p);
        each(parts, |(range, out)| {
            combine(a, p, range.start, b.as_slice(), out);
        });
    } else {
        let in_parallel = a.nnz().saturating_mul(p) >= PARALLEL;
        let tiles = tiles::by_rows(a, (NEAR / (size_of::<T>() * p)).max(64), in_parallel);
        let length = tiles.length() * p;
        each(product.as_mut_slice().chunks_mut(length).enumerate().collect(), |(block, out)| {
            let origin = block * tiles.length();
            let b = b.as_slice();
            spread(tiles.block(block), origin, conjugate, p, b, out);
        });
    }
    Ok(product)
}

/// `y += x*b`.
#[inline(always)]
fn add<T: Scalar>(y: &mut [T], x: T, b: &[T]) {
    for (y, &b) in y.iter_mut().zip(b) {
        *y += x * b;
    }
}

/// Strips of k columns: as wide as can be, and what is left.
fn strips(k: usize) -> Vec<Range<usize>> {
    (0..k).step_by(STRIP).map(|first| first..(first + STRIP).min(k)).collect()
}

/// The width that a strip is stored in.
fn padded(width: usize) -> usize {
    match width {
        0..=4 => 4,
        5..=8 => 8,
        9..=12 => 12,
        _ => STRIP,
    }
}

/// Into how many parts work on p numbers an entry is divided.
fn shares<T: Entry>(a: &Sparse<T>, p: usize) -> usize {
    if a.nnz().saturating_mul(p) < PARALLEL { 1 } else { threads() * 4 }
}

/// `op(A)*B` for the columns `strip` of B, by ranges of rows of the result: the blocks of `tiles`, which there are for A as
/// it is.
struct StripOf<'a, T> {
    a: &'a Sparse<T>,
    op: Form,
    tiles: Option<&'a Tiles<T>>,
    ranges: &'a [Range<usize>],
    b: &'a Dense<T>,
    strip: Range<usize>,
}

impl<T: Scalar + Entry> StripOf<'_, T> {
    /// Into columns of the result, each of which has a part for each range.
    fn into_columns<const W: usize>(self, columns: &mut [Slots<'_, T>]) {
        let packed = pack::<T, W>(self.b, self.strip);
        let mut parts: Vec<Vec<&mut Slots<'_, T>>> = self.ranges.iter().map(|_| vec![]).collect();
        for column in columns.chunks_exact_mut(self.ranges.len()) {
            parts.iter_mut().zip(column).for_each(|(part, piece)| part.push(piece));
        }
        let parts = self.ranges.iter().cloned().zip(parts).enumerate().collect();
        if let Some(tiles) = self.tiles {
            let scratch = || vec![[T::ZERO; W]; tiles.length()];
            each_with(parts, scratch, |sums, (block, (rows, mut columns))| {
                let sums = &mut sums[..rows.len()];
                sums.fill([T::ZERO; W]);
                scatter(tiles.block(block), rows.start, &packed, sums);
                unpack(sums, &mut columns);
            });
        } else {
            let conjugate = self.op == Form::Adjoint;
            let scratch = || vec![[T::ZERO; W]; GROUP];
            each_with(parts, scratch, |sums, (_, (cols, mut columns))| {
                for first in cols.clone().step_by(GROUP) {
                    let sums = &mut sums[..GROUP.min(cols.end - first)];
                    gather(self.a, conjugate, first, &packed, sums);
                    unpack(sums, &mut columns);
                }
            });
        }
    }
}

widened! {
    /// Adds entries times the rows of B into the rows of a block, which begins at row `origin`.
    fn scatter<T, const W>(tiles: &[Tile<T>], origin: usize, b: &[[T; W]], sums: &mut [[T; W]]) {
        for tile in tiles {
            let (sum, b) = (&mut sums[tile.key as usize - origin], &b[tile.other as usize]);
            for l in 0..W {
                sum[l] += tile.x * b[l];
            }
        }
    }
}

widened! {
    /// The sums of the entries of columns from `first` on times the rows of B.
    fn gather<T, const W>(
        a: &Sparse<T>,
        conjugate: bool,
        first: usize,
        b: &[[T; W]],
        sums: &mut [[T; W]]
    ) {
        for (c, sum) in sums.iter_mut().enumerate() {
            let (places, entries) = a.col(first + c);
            let mut held = [T::ZERO; W];
            for (&i, &x) in places.iter().zip(entries) {
                let x = if conjugate { x.conjugate() } else { x };
                let b = &b[i as usize];
                for l in 0..W {
                    held[l] += x * b[l];
                }
            }
            *sum = held;
        }
    }
}

widened! {
    /// Column j of the result, which are p numbers, is the sum of column j's entries times the columns of B.
    fn combine<T>(a: &Sparse<T>, p: usize, first: usize, b: &[T], out: &mut [T]) {
        for (c, out) in out.chunks_exact_mut(p).enumerate() {
            let (places, entries) = a.col(first + c);
            for (&i, &x) in places.iter().zip(entries) {
                add(out, x, &b[i as usize * p..]);
            }
        }
    }
}

widened! {
    /// Adds entries times the columns of B, which are p numbers, into the columns of a block, which begins at `origin`.
    fn spread<T>(tiles: &[Tile<T>], origin: usize, conjugate: bool, p: usize, b: &[T], out: &mut [T]) {
        for tile in tiles {
            let x = if conjugate { tile.x.conjugate() } else { tile.x };
            let at = (tile.key as usize - origin) * p;
            add(&mut out[at..at + p], x, &b[tile.other as usize * p..]);
        }
    }
}

/// Columns `strip` of B by rows, with zeros up to the width.
fn pack<T: Scalar, const W: usize>(b: &Dense<T>, strip: Range<usize>) -> Vec<[T; W]> {
    const ROWS: usize = GROUP * GROUPS;
    let n = b.rows();
    let lengths = (0..n).step_by(ROWS).map(|first| ROWS.min(n - first));
    assembled(lengths, |parts| {
        each(parts.iter_mut().enumerate().collect(), |(part, packed)| {
            let mut group = [[T::ZERO; W]; GROUP];
            let (start, end) = (part * ROWS, n.min((part + 1) * ROWS));
            for first in (start..end).step_by(GROUP) {
                let rows = first..end.min(first + GROUP);
                for (l, k) in strip.clone().enumerate() {
                    let column = &b.col(k)[rows.clone()];
                    group.iter_mut().zip(column).for_each(|(row, &x)| row[l] = x);
                }
                packed.copy(&group[..rows.len()]);
            }
        });
    })
}

/// Appends rows of sums to columns of the result.
fn unpack<T: Scalar, const W: usize>(sums: &[[T; W]], columns: &mut [&mut Slots<'_, T>]) {
    for rows in sums.chunks(GROUP) {
        for (l, column) in columns.iter_mut().enumerate() {
            column.extend(rows.iter().map(|row| row[l]));
        }
    }
}
