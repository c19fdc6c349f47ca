//! `persistent` variables: they belong to the function, not to one call of it.
//!
//! While a call runs they live in its slots like any others; around every call it makes, and when it ends, they
//! are stored with the function, so that a recursive call sees them and its changes are seen.

use super::code::{Function, Node, Slot};
use super::interpreter::Interpreter;
use crate::value::{Fault, Result, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// What the functions keep from call to call.
#[derive(Default)]
pub(super) struct Persistent {
    /// By the function's address, which the first part keeps from being used again.
    kept: HashMap<*const Function, Kept>,
}

/// What one function keeps, beside the function itself.
type Kept = (Arc<Function>, HashMap<Slot, Option<Value>>);

impl Persistent {
    /// Forgets what a function kept that is defined anew.
    pub fn forget(&mut self, function: &Function) {
        self.kept.remove(&std::ptr::from_ref(function));
    }

    /// Forgets what all functions kept: `clear all`.
    pub fn clear(&mut self) {
        self.kept.clear();
    }
}

impl Interpreter {
    /// `persistent n = 0`: the initial value counts on the first call only.
    pub(super) fn declare_persistent(
        &mut self,
        declared: &[(Slot, Arc<str>, Option<Node>)],
    ) -> Result<()> {
        let Some(function) = self.frame.function.clone() else {
            return Err(Fault::new("persistent variables live in functions")
                .hint("in a script every variable stays"));
        };
        for (slot, _, start) in declared {
            let kept = self.persistent.kept.get(&Arc::as_ptr(&function));
            let value = match kept.and_then(|(_, values)| values.get(slot)) {
                Some(value) => value.clone(),
                None => Some(match start {
                    Some(node) => self.eval(node)?,
                    None => Value::empty(),
                }),
            };
            self.frame.slots[*slot as usize] = value;
            if !self.frame.persistent.contains(slot) {
                self.frame.persistent.push(*slot);
            }
        }
        self.store_persistent();
        Ok(())
    }

    /// Stores the running call's persistent variables with its function.
    pub(super) fn store_persistent(&mut self) {
        if self.frame.persistent.is_empty() {
            return;
        }
        let Some(function) = &self.frame.function else { return };
        let (_, values) = self
            .persistent
            .kept
            .entry(Arc::as_ptr(function))
            .or_insert_with(|| (function.clone(), HashMap::new()));
        for slot in &self.frame.persistent {
            values.insert(*slot, self.frame.slots[*slot as usize].clone());
        }
    }

    /// Brings the running call's persistent variables up to date after a call it made.
    pub(super) fn load_persistent(&mut self) {
        if self.frame.persistent.is_empty() {
            return;
        }
        let Some(function) = &self.frame.function else { return };
        let Some((_, values)) = self.persistent.kept.get(&Arc::as_ptr(function)) else { return };
        for slot in &self.frame.persistent {
            if let Some(value) = values.get(slot) {
                self.frame.slots[*slot as usize] = value.clone();
            }
        }
    }
}
