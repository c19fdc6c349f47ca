//! The fused pass beside the same operations one after the other: the same bits.

use super::*;
use crate::linalg::{Random, elementwise as one};
use proptest::prelude::*;

const ARITH: [Arith; 12] = [
    Arith::Add,
    Arith::Sub,
    Arith::Mul,
    Arith::Div,
    Arith::LeftDiv,
    Arith::Pow,
    Arith::Rem,
    Arith::Mod,
    Arith::Atan2,
    Arith::Hypot,
    Arith::Min,
    Arith::Max,
];
const COMPARE: [Compare; 6] =
    [Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge, Compare::Eq, Compare::Ne];
const UNARY: [Unary; 10] = [
    Unary::Neg,
    Unary::Abs,
    Unary::Sqrt,
    Unary::Exp,
    Unary::Log,
    Unary::Asin,
    Unary::Floor,
    Unary::Round,
    Unary::Sign,
    Unary::Tanh,
];

fn never() -> bool {
    false
}

/// Numbers among which the awkward ones are frequent.
fn entries(m: usize, n: usize, seed: u64) -> Matrix {
    let mut random = Random::seeded(seed);
    let odd = [0.0, -0.0, 1.0, -1.0, 2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324];
    let positive = !seed.is_multiple_of(3);
    Matrix::from_fn(m, n, |_, _| {
        let x = random.normal();
        let x = if positive { x.abs() } else { x };
        if x.fract().abs() < 0.2 && !positive { odd[(x.to_bits() % 9) as usize] } else { x }
    })
}

/// What one step after the other gives; `None` where the reals are left.
fn stepwise(shape: Shape, steps: &[Step], inputs: &[Matrix]) -> Option<Matrix> {
    let mut done: Vec<Matrix> = Vec::new();
    for step in steps {
        let get = |operand: Operand| match operand {
            Operand::Input(i) => inputs[i].clone(),
            Operand::Scalar(s) => Matrix::from_vec(1, 1, vec![s]),
            Operand::Step(s) => done[s].clone(),
        };
        let result = match *step {
            Step::Arith(op, x, y) => {
                if op == Arith::Pow && one::pow_is_complex(&get(x), &get(y)) {
                    return None;
                }
                one::broadcast(op, &get(x), &get(y)).unwrap()
            }
            Step::Compare(op, x, y) => one::to_real(&one::compare(op, &get(x), &get(y)).unwrap()),
            Step::Logic(op, x, y) => {
                let logical = |o| get(o).map(|x| x != 0.0);
                one::to_real(&one::logic(op, &logical(x), &logical(y)).unwrap())
            }
            Step::Map(fun, x) => {
                if one::unary_is_complex(fun, &get(x)) {
                    return None;
                }
                one::map1(fun, &get(x))
            }
            Step::Not(x) => one::to_real(&one::not(&get(x).map(|x| x != 0.0))),
        };
        done.push(result);
    }
    let last = done.pop().unwrap();
    assert_eq!(last.shape(), shape);
    Some(last)
}

/// A random program over inputs of the shapes that fit; the last step has the whole shape.
fn program(random: &mut Random, inputs: usize, length: usize) -> Vec<Step> {
    let mut pick = |n: usize| (random.uniform() * n as f64) as usize % n;
    let mut steps: Vec<Step> = Vec::new();
    let mut waiting: Vec<usize> = Vec::new();
    while steps.len() < length || waiting.len() > 1 {
        let mut operand = |pick: &mut dyn FnMut(usize) -> usize| {
            let take = steps.len() >= length || pick(3) > 0;
            match waiting.pop() {
                Some(step) if take => Operand::Step(step),
                other => {
                    waiting.extend(other);
                    match pick(4) {
                        0 => Operand::Scalar([2.0, 0.5, -1.0, f64::NAN, 3.0][pick(5)]),
                        _ => Operand::Input(pick(inputs)),
                    }
                }
            }
        };
        // The first input has the whole shape.
        let x = operand(&mut pick);
        let y = if matches!(x, Operand::Step(_)) { operand(&mut pick) } else { Operand::Input(0) };
        let step = match pick(8) {
            0..4 => Step::Arith(ARITH[pick(12)], x, y),
            4 => Step::Compare(COMPARE[pick(6)], x, y),
            5 => Step::Logic([Logic::And, Logic::Or, Logic::Xor][pick(3)], x, y),
            6 if y == Operand::Input(0) => Step::Arith(Arith::Add, x, y),
            6 => Step::Arith(Arith::Sub, x, y),
            _ => match (x, y) {
                (Operand::Step(_), Operand::Step(_)) => Step::Arith(Arith::Mul, x, y),
                (Operand::Step(_), _) => Step::Map(UNARY[pick(10)], x),
                _ => Step::Not(y),
            },
        };
        waiting.push(steps.len());
        steps.push(step);
    }
    steps
}

fn check(m: usize, n: usize, seed: u64, length: usize) {
    let inputs = [
        entries(m, n, seed),
        entries(m, n, seed + 1),
        entries(1, n, seed + 2),
        entries(m, 1, seed + 3),
        entries(1, 1, seed + 4),
    ];
    let steps = program(&mut Random::seeded(seed), inputs.len(), length);
    let views: Vec<Input<'_>> = inputs.iter().map(Input::Real).collect();
    let fused = real(Shape(m, n), &steps, &views, &never).unwrap();
    match (fused, stepwise(Shape(m, n), &steps, &inputs)) {
        (None, None) => {}
        (Some(a), Some(b)) => {
            assert_eq!(a.shape(), b.shape());
            for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
                let same = x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
                assert!(same, "{x} {y} {steps:?}");
            }
        }
        (a, b) => panic!("{:?} {:?} {steps:?}", a.is_some(), b.is_some()),
    }
}

proptest! {
    #[test]
    fn the_same_bits_as_step_by_step(
        m in 0usize..60, n in 0usize..60, seed in 0u64..u64::MAX / 2, length in 1usize..9,
    ) {
        check(m, n, seed, length);
    }
}

#[test]
fn large_passes_have_the_same_bits_too() {
    for (seed, (m, n)) in [(7, (1000, 301)), (11, (300_001, 1)), (5, (1, 262_145))] {
        check(m, n, seed, 6);
    }
}

#[test]
fn logicals_are_read_and_written() {
    let b = BoolMatrix::from_fn(40, 30, |i, j| (i + j) % 3 == 0);
    let row = Matrix::from_fn(1, 30, |_, j| j as f64);
    let steps = [
        Step::Compare(Compare::Gt, Operand::Input(1), Operand::Scalar(9.0)),
        Step::Logic(Logic::And, Operand::Input(0), Operand::Step(0)),
        Step::Not(Operand::Step(1)),
    ];
    let inputs = [Input::Logical(&b), Input::Real(&row)];
    let got = logical(Shape(40, 30), &steps, &inputs, &never).unwrap().unwrap();
    assert_eq!(got, BoolMatrix::from_fn(40, 30, |i, j| !(j > 9 && (i + j) % 3 == 0)));
}

#[test]
fn a_pass_that_is_stopped_says_so_and_misfits_are_refused() {
    let a = Matrix::zeros(3, 2);
    let steps = [Step::Map(Unary::Exp, Operand::Input(0))];
    let stopped = real(Shape(3, 2), &steps, &[Input::Real(&a)], &|| true);
    assert_eq!(stopped, Err(Error::Interrupted));
    assert!(real(Shape(2, 3), &steps, &[Input::Real(&a)], &never).is_err());
    assert!(real(Shape(1, 2), &steps, &[Input::Real(&a)], &never).is_err());
}
