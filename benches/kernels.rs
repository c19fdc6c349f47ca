//! The first three kernels of the language: parsing, a scalar loop, LU from a script.
//!
//!     cargo bench --bench kernels

use divan::counter::{BytesCount, ItemsCount};
use matfac::Matrix;
use matfac::factor::lu::{Pivot, lu};
use matfac::linalg::Random;
use mf::session::{Event, Session};
use mf::syntax::{Source, parse};

fn main() {
    divan::main();
}

/// About 1 MB of ordinary statements.
#[divan::bench]
fn parse_a_megabyte(bencher: divan::Bencher) {
    let lines = "x = a(1:end, 2) + 3.5 * (b' - [1 2; 3 4]);\nif x > 2, y = f(x, k=5); end\n";
    let source = Source::new("bench", lines.repeat((1 << 20) / lines.len()));
    bencher.counter(BytesCount::of_str(&source.text)).bench(|| parse(&source).unwrap());
}

const STEPS: usize = 1_000_000;

#[divan::bench(sample_count = 10)]
fn scalar_loop(bencher: divan::Bencher) {
    let session = Session::start();
    let text = format!("s = 0; for i = 1:{STEPS}, s = s + i*2 - 1; end");
    bencher.counter(ItemsCount::new(STEPS)).bench(|| {
        let events = session.submit(Source::new("bench", text.as_str()));
        assert!(matches!(events.iter().last(), Some(Event::Done(_))));
    });
}

#[divan::bench(args = [100, 500, 1000], sample_count = 10)]
fn lu_factorization(bencher: divan::Bencher, n: usize) {
    let mut random = Random::seeded(1);
    let a = Matrix::from_fn(n, n, |_, _| random.normal());
    bencher.bench(|| lu(&a, Pivot::Partial).unwrap());
}
