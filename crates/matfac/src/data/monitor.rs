//! How a caller watches and stops a long computation.

use crate::error::{Error, Result};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that any thread may raise and every iteration polls.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// A flag that is down.
    pub fn new() -> Interrupt {
        Interrupt::default()
    }

    /// Raises the flag.
    pub fn trigger(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Lowers the flag.
    pub fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Whether the flag is up.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// [`Error::Interrupted`] when the flag is up.
    pub fn check(&self) -> Result<()> {
        if self.is_set() { Err(Error::Interrupted) } else { Ok(()) }
    }
}

/// One iteration of a long computation.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is being computed, such as `als`.
    pub task: &'static str,
    /// This iteration, from 1.
    pub iteration: usize,
    /// The iteration limit.
    pub max_iter: usize,
    /// The objective or error after this iteration.
    pub objective: f64,
}

/// How an iteration ended whose last iterate is worth having.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The tolerance was met.
    Converged,
    /// The limit on iterations came first.
    Limit,
    /// The flag was raised; what was reached by then is kept.
    Interrupted,
}

type Sink = Arc<dyn Fn(&Step) + Send + Sync>;

/// What an iterative method takes from its caller: a flag to poll, and where to report.
#[derive(Clone, Default)]
pub struct Monitor {
    /// Polled at every iteration.
    pub interrupt: Interrupt,
    sink: Option<Sink>,
}

impl Monitor {
    /// A monitor with `interrupt` that reports every step to `sink`.
    pub fn new(interrupt: Interrupt, sink: impl Fn(&Step) + Send + Sync + 'static) -> Monitor {
        Monitor { interrupt, sink: Some(Arc::new(sink)) }
    }

    /// A monitor with the same flag that reports nothing.
    pub fn quiet(&self) -> Monitor {
        Monitor { interrupt: self.interrupt.clone(), sink: None }
    }

    /// Reports a step; whether the flag is still down. For methods that keep their last iterate.
    pub fn goes_on(&self, step: Step) -> bool {
        self.step(step).is_ok()
    }

    /// Reports a step, then polls the flag.
    pub fn step(&self, step: Step) -> Result<()> {
        if let Some(sink) = &self.sink {
            sink(&step);
        }
        self.interrupt.check()
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("interrupt", &self.interrupt).finish_non_exhaustive()
    }
}
