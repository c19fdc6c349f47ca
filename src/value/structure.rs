//! Structs and struct arrays: an m×n array whose elements have the same named fields.
//!
//! Stored by field, each with one value per element in column-major order: `s.name` over a whole array is then
//! a slice, and all elements have the same fields by construction.

use super::{Fault, Index, Result, Value};
use indexmap::IndexMap;
use matfac::linalg::Dense;
use std::sync::Arc;

/// An m×n array of structs; 1×1 for a struct on its own.
#[derive(Debug, Clone)]
pub struct Struct {
    rows: usize,
    cols: usize,
    fields: IndexMap<Arc<str>, Vec<Value>>,
}

impl Default for Struct {
    fn default() -> Struct {
        Struct::new(1, 1)
    }
}

impl Struct {
    /// m×n structs without fields.
    pub fn new(rows: usize, cols: usize) -> Struct {
        Struct { rows, cols, fields: IndexMap::new() }
    }

    /// One struct with these fields.
    pub fn from_fields<K: Into<Arc<str>>>(fields: impl IntoIterator<Item = (K, Value)>) -> Struct {
        let fields = fields.into_iter().map(|(name, value)| (name.into(), vec![value])).collect();
        Struct { rows: 1, cols: 1, fields }
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.cols)
    }

    /// How many elements.
    pub fn len(&self) -> usize {
        self.rows * self.cols
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fields' names, in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.fields.keys()
    }

    /// A field's values, one for each element.
    pub fn field(&self, name: &str) -> Option<&[Value]> {
        self.fields.get(name).map(Vec::as_slice)
    }

    /// The fields with their values.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &[Value])> {
        self.fields.iter().map(|(name, values)| (name, values.as_slice()))
    }

    /// Sets a field of element `i`, from 0; the other elements get `[]` when the field is new.
    ///
    /// # Panics
    /// When there is no such element.
    pub fn set(&mut self, i: usize, name: &str, value: Value) {
        let count = self.len();
        match self.fields.get_mut(name) {
            Some(values) => values[i] = value,
            None => {
                let mut values = vec![Value::empty(); count];
                values[i] = value;
                self.fields.insert(name.into(), values);
            }
        }
    }

    /// Takes a field's value out of element `i`, leaving `[]`, so that it can be changed in place.
    pub fn take(&mut self, i: usize, name: &str) -> Option<Value> {
        let place = self.fields.get_mut(name)?.get_mut(i)?;
        Some(std::mem::replace(place, Value::empty()))
    }

    /// Adds a field that is `[]` everywhere, unless it is there.
    pub fn add(&mut self, name: &str) {
        let count = self.len();
        self.fields.entry(name.into()).or_insert_with(|| vec![Value::empty(); count]);
    }

    /// Removes a field; whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.fields.shift_remove(name).is_some()
    }

    /// The same structs with their fields in the given order, which must name each field once.
    pub fn ordered(&self, names: &[Arc<str>]) -> Option<Struct> {
        if names.len() != self.fields.len() {
            return None;
        }
        let fields: Option<IndexMap<_, _>> =
            names.iter().map(|name| Some((name.clone(), self.fields.get(name)?.clone()))).collect();
        let fields = fields.filter(|f| f.len() == names.len())?;
        Some(Struct { fields, ..*self })
    }

    /// Element `i`, from 0, as a struct of its own.
    ///
    /// # Panics
    /// When there is no such element.
    pub fn element(&self, i: usize) -> Struct {
        let fields =
            self.fields.iter().map(|(name, values)| (name.clone(), vec![values[i].clone()]));
        Struct { rows: 1, cols: 1, fields: fields.collect() }
    }

    /// Whether both have the same fields, in whatever order.
    pub fn has_fields_of(&self, other: &Struct) -> bool {
        self.fields.len() == other.fields.len()
            && self.fields.keys().all(|name| other.fields.contains_key(name))
    }

    /// The same elements in another shape; `None` when their number differs.
    pub fn reshaped(mut self, rows: usize, cols: usize) -> Option<Struct> {
        (self.len() == rows * cols).then(|| {
            (self.rows, self.cols) = (rows, cols);
            self
        })
    }

    /// The n×m transpose.
    pub fn transposed(&self) -> Struct {
        self.select(&self.positions().transposed())
    }

    /// Positions of the elements, for functions that rearrange any kind of entry.
    pub(super) fn positions(&self) -> Dense<usize> {
        Dense::from_vec(self.rows, self.cols, (0..self.len()).collect())
    }

    /// The elements at the given positions, in the shape of the list.
    pub(super) fn select(&self, positions: &Dense<usize>) -> Struct {
        let pick = |values: &Vec<Value>| {
            positions.as_slice().iter().map(|&i| values[i].clone()).collect::<Vec<_>>()
        };
        let fields =
            self.fields.iter().map(|(name, values)| (name.clone(), pick(values))).collect();
        Struct { rows: positions.rows(), cols: positions.cols(), fields }
    }

    /// The elements with these numbers from 0, in the shape of the list; where there is none, one whose fields are `[]`.
    pub fn rearranged(&self, numbers: &Dense<Option<usize>>) -> Struct {
        let nothing = Struct::new(0, 0);
        self.gather(&nothing, &numbers.map(|number| number.unwrap_or(usize::MAX)))
    }

    /// Rearranges this array's elements, numbered from 0, and those of `other`, numbered on from there, into
    /// the given shape; any larger number stands for an element whose fields are `[]`.
    pub(super) fn gather(&self, other: &Struct, numbers: &Dense<usize>) -> Struct {
        let count = self.len();
        let mut names: Vec<Arc<str>> = self.fields.keys().cloned().collect();
        names.extend(other.fields.keys().filter(|n| !self.fields.contains_key(*n)).cloned());
        let fields = names.into_iter().map(|name| {
            let (ours, theirs) = (self.fields.get(&name), other.fields.get(&name));
            let pick = |&i: &usize| {
                let found = match i.checked_sub(count) {
                    None => ours.map(|values| &values[i]),
                    Some(i) => theirs.and_then(|values| values.get(i)),
                };
                found.cloned().unwrap_or_else(Value::empty)
            };
            let values = numbers.as_slice().iter().map(pick).collect();
            (name, values)
        });
        Struct { rows: numbers.rows(), cols: numbers.cols(), fields: fields.collect() }
    }

    /// Appends one element to a row of structs with the same fields, in amortised constant time.
    pub(super) fn push(&mut self, other: &Struct) {
        for (name, values) in &mut self.fields {
            let value = other.fields.get(name).and_then(|v| v.first()).cloned();
            values.push(value.unwrap_or_else(Value::empty));
        }
        self.cols += 1;
    }

    /// The element that a single position means, when it is inside.
    pub(super) fn position(&self, indices: &[Index]) -> Option<usize> {
        let at = match indices {
            [Index::One(i)] => *i,
            [Index::One(i), Index::One(j)] if *i < self.rows && *j < self.cols => j * self.rows + i,
            _ => return None,
        };
        (at < self.len()).then_some(at)
    }
}

/// A field's name must be text.
pub fn field_name(value: &Value) -> Result<&str> {
    value.as_text().ok_or_else(|| {
        Fault::new(format!("a field's name is a string; this is a {}", value.describe()))
    })
}
