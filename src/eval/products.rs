//! Products of matrices: transposes are flags, and unparenthesised products take the cheapest order.
//!
//! `A'*B` reads A transposed in place, `A'*A` computes one triangle. In `A*B*C*…` the factors are evaluated from left
//! to right, each with the check that the product before it takes, so that a misfit is reported where and when it
//! would be step by step. The order is then found by dynamic programming over the shapes and over what is known of the
//! factors (a diagonal one only scales: [`Method`]) (Cormen, Leiserson, Rivest,
//! Stein, *Introduction to Algorithms*, section 14.2): O(k³) for k factors, exact, and the order as written where
//! nothing is cheaper. Numbers among the factors multiply the smallest matrix there is, which may be the result.
//! Parentheses are respected: they make one factor.

use super::code::{Node, NodeKind};
use super::fusion::Term;
use super::interpreter::Interpreter;
use crate::syntax::{BinaryOp, UnaryOp};
use crate::value::{Factor, FaultKind, Method, Result, Side, Value, arithmetic, unary};
use matfac::linalg::elementwise::Arith;

/// Longer products are multiplied from left to right: the search takes the cube of this many steps.
const LONGEST: usize = 64;

/// Whether a product has more than two factors, or one that is transposed.
pub(super) fn is_product(a: &Node, b: &Node) -> bool {
    matches!(a.kind, NodeKind::Binary(BinaryOp::Mul, ..))
        || transposed(a).is_some()
        || transposed(b).is_some()
}

/// What a node transposes.
pub(super) fn transposed(node: &Node) -> Option<&Node> {
    match &node.kind {
        NodeKind::Paren(inner) => transposed(inner),
        NodeKind::Unary(UnaryOp::Transpose | UnaryOp::ConjTranspose, inner) => Some(inner),
        _ => None,
    }
}

/// Whether the transpose that a node is conjugates.
fn is_conjugated(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Paren(inner) => is_conjugated(inner),
        kind => matches!(kind, NodeKind::Unary(UnaryOp::ConjTranspose, _)),
    }
}

/// The first factor of `a*b*c`, and then the products in which each further one is the right operand.
pub(super) fn spine(node: &Node) -> (&Node, Vec<&Node>) {
    let (mut first, mut products) = (node, Vec::new());
    while let NodeKind::Binary(BinaryOp::Mul, a, _, _) = &first.kind {
        products.push(first);
        first = a;
    }
    products.reverse();
    (first, products)
}

/// An order of multiplication.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Order {
    /// The factor of this number.
    Factor(usize),
    /// Left times right.
    Product(Box<Order>, Box<Order>),
}

/// The cheapest order for these factors, which fit, and its flops; `halves(i)` says that factors i and i+1 are each
/// other's transposes.
pub(super) fn cheapest(sides: &[Side], halves: impl Fn(usize) -> bool) -> (Order, f64) {
    let k = sides.len();
    if k > LONGEST {
        return as_written(sides, halves);
    }
    let (mut cost, mut split) = (vec![0.0; k * k], vec![0; k * k]);
    let at = |i: usize, j: usize| i * k + j;
    // What is known of a product does not depend on the order.
    let mut products = vec![Side::plain(0, 0); k * k];
    for i in 0..k {
        products[at(i, i)] = sides[i];
        for j in i + 1..k {
            products[at(i, j)] = products[at(i, j - 1)].times(sides[j]);
        }
    }
    for length in 1..k {
        for i in 0..k - length {
            let j = i + length;
            let mut best = (f64::INFINITY, j - 1);
            // From the right, and strictly better: among equals the order as written.
            for s in (i..j).rev() {
                let is_symmetric = length == 1 && halves(i);
                let last = last_product(products[at(i, s)], products[at(s + 1, j)], is_symmetric);
                let total = cost[at(i, s)] + cost[at(s + 1, j)] + last;
                if total < best.0 {
                    best = (total, s);
                }
            }
            (cost[at(i, j)], split[at(i, j)]) = best;
        }
    }
    (order(&split, k, (0, k - 1)), cost[at(0, k - 1)])
}

/// From left to right, and its flops.
pub(super) fn as_written(sides: &[Side], halves: impl Fn(usize) -> bool) -> (Order, f64) {
    let Some(first) = sides.first() else { return (Order::Factor(0), 0.0) };
    let product = |(left, side, total): (Order, Side, f64), j: usize| {
        let flops = last_product(side, sides[j], j == 1 && halves(0));
        let order = Order::Product(Box::new(left), Box::new(Order::Factor(j)));
        (order, side.times(sides[j]), total + flops)
    };
    let (order, _, flops) = (1..sides.len()).fold((Order::Factor(0), *first, 0.0), product);
    (order, flops)
}

/// Flops of one product.
fn last_product(left: Side, right: Side, is_symmetric: bool) -> f64 {
    Method::of(left, right, is_symmetric).flops(left, right)
}

/// The order that the table of splits, k by k, has for factors i to j.
fn order(split: &[usize], k: usize, (i, j): (usize, usize)) -> Order {
    if i == j {
        return Order::Factor(i);
    }
    let s = split[i * k + j];
    let (left, right) = (order(split, k, (i, s)), order(split, k, (s + 1, j)));
    Order::Product(Box::new(left), Box::new(right))
}

/// A factor that was evaluated.
enum Item<'n> {
    Number(f64),
    Matrix(Factor),
    /// An elementwise chain, or anything that no product takes as it is.
    Other(Term<'n>),
}

impl<'n> Item<'n> {
    fn of(value: Value) -> Item<'n> {
        match value {
            Value::Number(x) => Item::Number(x),
            Value::Matrix(matrix) if matrix.data.len() != 1 => Item::Matrix(matrix.into()),
            Value::Sparse(s) if s.shape() != (1, 1) => Item::Matrix(s.into()),
            other => Item::Other(Term::Value(other)),
        }
    }

    fn term(self) -> Result<Term<'n>> {
        Ok(match self {
            Item::Number(x) => Term::Value(Value::Number(x)),
            Item::Matrix(factor) => Term::Value(factor.value()?),
            Item::Other(term) => term,
        })
    }
}

/// The factors read so far: what they multiply to is put off.
struct Gathered<'n> {
    items: Vec<Item<'n>>,
    /// The products whose right operands are the items after the first.
    products: Vec<&'n Node>,
    /// The shape of the product of the matrices; none before the first.
    shape: Option<(usize, usize)>,
}

impl<'n> Gathered<'n> {
    fn start(item: Item<'n>) -> Gathered<'n> {
        let shape = match &item {
            Item::Matrix(factor) => Some(factor.shape()),
            _ => None,
        };
        Gathered { items: vec![item], products: Vec::new(), shape }
    }

    fn matrices(&self) -> usize {
        self.items.iter().filter(|item| matches!(item, Item::Matrix(_))).count()
    }

    /// Whether the only matrix so far is a chain that is put off.
    fn has_other(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Other(_)))
    }
}

impl Interpreter {
    /// `a*b*c*…`
    pub(super) fn product<'n>(&mut self, node: &'n Node) -> Result<Term<'n>> {
        if let NodeKind::Binary(_, a, b, _) = &node.kind
            && !matches!(a.kind, NodeKind::Binary(BinaryOp::Mul, ..))
        {
            return self.pair((a, b), node);
        }
        let (first, products) = spine(node);
        let mut gathered = Gathered::start(self.factor(first)?);
        for product in products {
            let NodeKind::Binary(_, _, b, _) = &product.kind else { continue };
            let item = self.factor(b)?;
            gathered = self.gather(gathered, item, product)?;
        }
        self.collapse(gathered)
    }

    /// `a*b`, of which one is transposed.
    fn pair<'n>(&mut self, (a, b): (&'n Node, &'n Node), product: &'n Node) -> Result<Term<'n>> {
        match (self.factor(a)?, self.factor(b)?) {
            (Item::Matrix(left), Item::Matrix(right)) if left.shape().1 == right.shape().0 => {
                let here = std::mem::replace(&mut self.here, product.span);
                let result = left.times(self, &right);
                self.here = here;
                Ok(Term::Value(result.map_err(|fault| self.at(fault, product.span))?))
            }
            // Complex full matrices are no factors; beside a sparse one they are.
            (Item::Matrix(left), Item::Other(Term::Value(right @ Value::Complex(_))))
                if left.is_sparse() && left.shape().1 == right.shape().0 && right.numel() != 1 =>
            {
                let result = left.times(self, &Factor::try_from(right)?);
                result.map(Term::Value).map_err(|fault| self.at(fault, product.span))
            }
            (Item::Other(Term::Value(left @ Value::Complex(_))), Item::Matrix(right))
                if right.is_sparse() && left.shape().1 == right.shape().0 && left.numel() != 1 =>
            {
                let result = Factor::try_from(left)?.times(self, &right);
                result.map(Term::Value).map_err(|fault| self.at(fault, product.span))
            }
            (left, right) => self.multiply(left.term()?, right.term()?, product),
        }
    }

    /// Reads a factor; its transpose is a flag.
    fn factor<'n>(&mut self, node: &'n Node) -> Result<Item<'n>> {
        let Some(inner) = transposed(node) else {
            return Ok(match self.term(node)? {
                Term::Value(value) => Item::of(value),
                pending => Item::Other(pending),
            });
        };
        match self.eval(inner)? {
            Value::Matrix(matrix) if matrix.data.len() != 1 => {
                Ok(Item::Matrix(Factor::from(matrix).transposed(true)))
            }
            Value::Sparse(s) if s.shape() != (1, 1) => {
                Ok(Item::Matrix(Factor::from(s).transposed(is_conjugated(node))))
            }
            other => {
                // Only the outermost transpose of `(A')'` was looked through; of parentheses all.
                let mut node = node;
                while let NodeKind::Paren(inner) = &node.kind {
                    node = inner;
                }
                let NodeKind::Unary(op, _) = &node.kind else { return Ok(Item::of(other)) };
                let value = unary(*op, other).map_err(|fault| self.at(fault, node.span))?;
                Ok(Item::of(value))
            }
        }
    }

    /// Adds a factor to those before it.
    fn gather<'n>(
        &mut self,
        mut left: Gathered<'n>,
        item: Item<'n>,
        product: &'n Node,
    ) -> Result<Gathered<'n>> {
        // A chain that is put off stays so beside a number, and is a matrix beside a matrix.
        let item = match (item, left.shape) {
            (Item::Other(term @ Term::Pending(_)), Some(_)) => Item::of(self.done(term)?),
            (item, _) => item,
        };
        if left.has_other()
            && matches!(item, Item::Matrix(_))
            && matches!(left.items[..], [Item::Other(Term::Pending(_))])
            && let Some(Item::Other(term)) = left.items.pop()
        {
            left = Gathered::start(Item::of(self.done(term)?));
        }
        let next = match (&item, left.shape) {
            _ if left.has_other() => None,
            (Item::Number(_), shape) => Some(shape),
            (Item::Matrix(factor), None) => Some(Some(factor.shape())),
            (Item::Matrix(factor), Some((m, k))) if k == factor.shape().0 => {
                Some(Some((m, factor.shape().1)))
            }
            _ => None,
        };
        let Some(shape) = next else {
            // Not a product of matrices that fit: the operator itself says what it is.
            let left = self.collapse(left)?;
            let term = self.multiply(left, item.term()?, product)?;
            return Ok(Gathered::start(match term {
                Term::Value(value) => Item::of(value),
                pending => Item::Other(pending),
            }));
        };
        left.items.push(item);
        left.products.push(product);
        left.shape = shape;
        // A number from here on, which multiplies matrices of any shape.
        if shape == Some((1, 1)) {
            let term = self.collapse(left)?;
            return Ok(Gathered::start(Item::of(self.done(term)?)));
        }
        Ok(left)
    }

    fn multiply<'n>(
        &mut self,
        left: Term<'n>,
        right: Term<'n>,
        product: &'n Node,
    ) -> Result<Term<'n>> {
        let NodeKind::Binary(op, a, b, _) = &product.kind else { return Ok(left) };
        self.joined(*op, (a, left), (b, right), product.span)
    }

    /// The product of what was gathered.
    fn collapse<'n>(&mut self, gathered: Gathered<'n>) -> Result<Term<'n>> {
        if gathered.matrices() > 1 {
            match self.ordered(&gathered) {
                Ok(value) => return Ok(Term::Value(value)),
                Err(fault) if fault.kind == FaultKind::Interrupted => return Err(fault),
                // Whatever this order cannot do (an intermediate result too large), the written one may.
                Err(_) => {}
            }
        }
        let mut items = gathered.items.into_iter();
        let Some(first) = items.next() else { return Ok(Term::Value(Value::empty())) };
        let mut left = first.term()?;
        for (item, product) in items.zip(gathered.products) {
            left = self.multiply(left, item.term()?, product)?;
        }
        Ok(left)
    }

    /// The product of several matrices, and perhaps numbers, in the cheapest order.
    fn ordered(&mut self, gathered: &Gathered<'_>) -> Result<Value> {
        let mut factors: Vec<Factor> = Vec::new();
        let mut scale: Option<f64> = None;
        for item in &gathered.items {
            match item {
                Item::Number(x) => scale = Some(scale.map_or(*x, |s| s * x)),
                Item::Matrix(factor) => factors.push(factor.clone()),
                Item::Other(_) => {}
            }
        }
        let sides: Vec<Side> = factors.iter().map(Factor::side).collect();
        let symmetric: Vec<bool> =
            factors.windows(2).map(|pair| pair[0].is_symmetric_with(&pair[1])).collect();
        let (order, _) = cheapest(&sides, |i| symmetric[i]);
        if let Some(scale) = scale
            && let Some(i) = scaled(&sides, &symmetric)
        {
            factors[i] = factors[i].scaled(scale)?;
            return self.multiplied(&order, &factors, gathered);
        }
        let product = self.multiplied(&order, &factors, gathered)?;
        match scale {
            Some(scale) => arithmetic(Arith::Mul, product, scale.into()),
            None => Ok(product),
        }
    }

    fn multiplied(
        &mut self,
        order: &Order,
        factors: &[Factor],
        gathered: &Gathered<'_>,
    ) -> Result<Value> {
        let Order::Product(left, right) = order else {
            return Err(crate::value::Fault::new("a product has two factors"));
        };
        let mut side = |order: &Order| -> Result<Factor> {
            Ok(match order {
                Order::Factor(i) => factors[*i].clone(),
                product => Factor::try_from(self.multiplied(product, factors, gathered)?)?,
            })
        };
        let (left, right) = (side(left)?, side(right)?);
        let span = gathered.products.last().map_or(self.here, |product| product.span);
        let here = std::mem::replace(&mut self.here, span);
        let result = left.times(self, &right);
        self.here = here;
        result
    }
}

/// The factor that a number multiplies, when one is smaller than the result; not one whose product is symmetric as it
/// stands, nor a permutation, which would be none any more.
pub(super) fn scaled(sides: &[Side], symmetric: &[bool]) -> Option<usize> {
    let entries = |i: usize| match sides[i].stored {
        Some(stored) => stored as usize,
        None => sides[i].rows * sides[i].cols,
    };
    let result = sides[0].rows * sides[sides.len() - 1].cols;
    let is_free = |i: &usize| {
        let before = *i > 0 && symmetric[i - 1];
        let after = symmetric.get(*i).copied().unwrap_or(false);
        !before && !after && !sides[*i].known.is_permutation()
    };
    let smallest = (0..sides.len()).filter(is_free).min_by_key(|&i| entries(i))?;
    (entries(smallest) < result).then_some(smallest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Known;

    fn plain(shapes: &[(usize, usize)]) -> Vec<Side> {
        shapes.iter().map(|&(rows, cols)| Side::plain(rows, cols)).collect()
    }

    fn text(order: &Order) -> String {
        match order {
            Order::Factor(i) => i.to_string(),
            Order::Product(a, b) => format!("({}{})", text(a), text(b)),
        }
    }

    #[test]
    fn the_book_has_the_same_order_and_cost() {
        // Cormen et al., figure 14.5: 15,125 scalar multiplications, two flops each.
        let sides = [30, 35, 15, 5, 10, 20, 25];
        let factors: Vec<_> = sides.windows(2).map(|s| Side::plain(s[0], s[1])).collect();
        let (order, flops) = cheapest(&factors, |_| false);
        assert_eq!(text(&order), "((0(12))((34)5))");
        assert_eq!(flops, 2.0 * 15_125.0);
    }

    #[test]
    fn equals_keep_the_order_as_written_and_symmetry_counts_half() {
        assert_eq!(text(&cheapest(&plain(&[(9, 9); 5]), |_| false).0), "((((01)2)3)4)");
        let (order, flops) = cheapest(&plain(&[(9, 9); 3]), |i| i == 1);
        assert_eq!((text(&order).as_str(), flops), ("(0(12))", 1458.0 * 1.5));
        assert_eq!(
            text(&cheapest(&plain(&[(2000, 2000), (2000, 2000), (2000, 1)]), |i| i == 0).0),
            "(0(12))"
        );
        let many = vec![Side::plain(2, 2); 3 * LONGEST];
        assert_eq!(cheapest(&many, |_| false), as_written(&many, |_| false));
    }

    #[test]
    fn what_is_known_moves_the_parentheses() {
        let dense = Side::plain(100, 100);
        let of = |known| Side { known, ..dense };
        let (order, flops) = cheapest(&[dense, of(Known::UPPER), of(Known::DIAGONAL)], |_| false);
        assert_eq!((text(&order).as_str(), flops), ("((01)2)", 1e6 + 1e4));
        let (order, flops) =
            cheapest(&[of(Known::PERMUTATION), of(Known::UPPER), dense], |_| false);
        assert_eq!((text(&order).as_str(), flops), ("(0(12))", 1e6 + 1e4));
        let permuted = [of(Known::PERMUTATION), Side::plain(100, 200)];
        assert_eq!(scaled(&permuted, &[false]), None);
    }

    #[test]
    fn numbers_multiply_the_smallest_matrix() {
        assert_eq!(scaled(&plain(&[(50, 50), (50, 1)]), &[false]), None);
        assert_eq!(scaled(&plain(&[(50, 3), (3, 50)]), &[false]), Some(0));
        assert_eq!(scaled(&plain(&[(50, 3), (3, 50)]), &[true]), None);
    }
}
