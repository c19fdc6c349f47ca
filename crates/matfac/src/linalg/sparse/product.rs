//! Products with full matrices, without a transposed copy of the sparse one.
//!
//! The full operand is taken in strips of a few columns, laid out so that what belongs to one row of the strip is one or two
//! cache lines, and every stored entry is then one operation on whole vectors. `A*B` adds into rows of the result, block
//! of rows after block of rows (see `tiles`), each block being as large as stays in a core's cache; a block is one
//! thread's, so that the bits do not depend on the threads. `A'*B` gathers rows, by columns of A.
//!
//! `B*A` and `B*A'` need no layout: columns of B are what rows of a strip are.

use super::columns::{divide, each, split};
use super::matrix::{Entry, Sparse};
use super::tiles::{self, Tile, Tiles};
use super::vector::threads;
use crate::error::{Result, Shape};
use crate::linalg::product::fitting;
use crate::linalg::{Dense, Scalar};
use rayon::prelude::*;
use std::ops::Range;

/// Multiplications and additions from which threads share the work.
const PARALLEL: usize = 1 << 16;
/// Bytes of the block of rows that is added into: of the two megabytes of a core's cache.
const NEAR: usize = 1 << 20;
/// Columns of a strip.
const STRIP: usize = 16;

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
    let mut product = Dense::filled(m, k, T::ZERO)?;
    if k == 1 {
        let (x, y) = (b.as_slice(), product.as_mut_slice());
        match op {
            Form::Plain => a.times_vector(x, y),
            Form::Transposed => a.transposed_times_vector(x, y),
            Form::Adjoint => a.adjoint_times_vector(x, y),
        }
        return Ok(product);
    }
    if m == 0 || a.nnz() == 0 {
        return Ok(product);
    }
    let in_parallel = a.nnz().saturating_mul(k) >= PARALLEL;
    let tiles = (op == Form::Plain)
        .then(|| tiles::by_rows(a, NEAR / (size_of::<T>() * padded(k.min(STRIP))), in_parallel));
    for strip in strips(k) {
        let columns = &mut product.as_mut_slice()[strip.start * m..strip.end * m];
        match padded(strip.len()) {
            4 => strip_of::<T, 4>(a, op, tiles.as_ref(), b, strip, columns),
            8 => strip_of::<T, 8>(a, op, tiles.as_ref(), b, strip, columns),
            12 => strip_of::<T, 12>(a, op, tiles.as_ref(), b, strip, columns),
            _ => strip_of::<T, STRIP>(a, op, tiles.as_ref(), b, strip, columns),
        }
    }
    Ok(product)
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
            tiles.block(block).for_each(|piece| spread(piece, origin, conjugate, p, b, out));
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

/// `op(A)*B` for the columns `strip` of B into `columns` of the result.
fn strip_of<T: Scalar + Entry, const W: usize>(
    a: &Sparse<T>,
    op: Form,
    tiles: Option<&Tiles<T>>,
    b: &Dense<T>,
    strip: Range<usize>,
    columns: &mut [T],
) {
    let packed = pack::<T, W>(b, strip.clone());
    if let Some(tiles) = tiles {
        let ranges = tiles.ranges();
        let mut parts: Vec<Vec<&mut [T]>> = ranges.iter().map(|_| Vec::new()).collect();
        for column in columns.chunks_exact_mut(a.rows()) {
            let pieces = column.chunks_mut(tiles.length());
            parts.iter_mut().zip(pieces).for_each(|(part, piece)| part.push(piece));
        }
        each(ranges.into_iter().zip(parts).enumerate().collect(), |(block, (rows, pieces))| {
            let mut sums = vec![[T::ZERO; W]; rows.len()];
            tiles.block(block).for_each(|piece| scatter(piece, rows.start, &packed, &mut sums));
            unpack(&sums, pieces);
        });
    } else {
        let n = a.cols();
        let mut sums = vec![[T::ZERO; W]; n];
        let ranges = split(shares(a, W), n, |j| a.starts()[j] as usize);
        let conjugate = op == Form::Adjoint;
        each(divide(&mut sums, &ranges, |j| j), |(range, sums)| {
            gather(a, conjugate, range.start, &packed, sums);
        });
        unpack(&sums, columns.chunks_exact_mut(n).collect());
    }
}

/// Defines a kernel that runs compiled for the widest vectors there are. `simd::wide` takes a closure, and one as long as
/// these the compiler calls instead of compiling it anew.
macro_rules! kernel {
    ($(#[$docs:meta])* fn $name:ident<$number:ident $(, const $width:ident)?>($($arg:ident: $type:ty),*) $body:block) => {
        $(#[$docs])*
        fn $name<$number: Scalar + Entry $(, const $width: usize)?>($($arg: $type),*) {
            #[inline(always)]
            fn plain<$number: Scalar + Entry $(, const $width: usize)?>($($arg: $type),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                use std::arch::is_x86_feature_detected as has;
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq")]
                fn bits_512<$number: Scalar + Entry $(, const $width: usize)?>($($arg: $type),*) {
                    plain::<$number $(, $width)?>($($arg),*);
                }
                #[target_feature(enable = "avx2")]
                fn bits_256<$number: Scalar + Entry $(, const $width: usize)?>($($arg: $type),*) {
                    plain::<$number $(, $width)?>($($arg),*);
                }
                if has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
                    // SAFETY: the features that the function is compiled for were just detected.
                    return unsafe { bits_512::<$number $(, $width)?>($($arg),*) };
                }
                if has!("avx2") {
                    // SAFETY: as above.
                    return unsafe { bits_256::<$number $(, $width)?>($($arg),*) };
                }
            }
            plain::<$number $(, $width)?>($($arg),*);
        }
    };
}

kernel! {
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

kernel! {
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

kernel! {
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

kernel! {
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
    /// Rows of which the columns are read by turns.
    const ROWS: usize = 512;
    let mut packed = vec![[T::ZERO; W]; b.rows()];
    let parts = packed.chunks_mut(ROWS).enumerate();
    let copy = |(part, rows): (usize, &mut [[T; W]])| {
        for (l, k) in strip.clone().enumerate() {
            let column = &b.col(k)[part * ROWS..];
            rows.iter_mut().zip(column).for_each(|(row, &x)| row[l] = x);
        }
    };
    if b.rows() * W < PARALLEL {
        parts.for_each(copy);
    } else {
        packed.par_chunks_mut(ROWS).enumerate().for_each(copy);
    }
    packed
}

/// Rows of sums into the columns of the result.
fn unpack<T: Scalar, const W: usize>(sums: &[[T; W]], columns: Vec<&mut [T]>) {
    const ROWS: usize = 512;
    let mut columns = columns;
    for (part, rows) in sums.chunks(ROWS).enumerate() {
        for (l, column) in columns.iter_mut().enumerate() {
            let column = &mut column[part * ROWS..];
            column.iter_mut().zip(rows).for_each(|(y, row)| *y = row[l]);
        }
    }
}
