//! The progress of a long computation as one display that is updated in place and ends as one line.
//!
//! Nothing is shown for the first quarter of a second, so that a quick fit leaves no trace, and updates are at
//! least a tenth of a second apart.

use crate::session::reached;
use matfac::data::Step;
use std::time::{Duration, Instant};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_millis(250);
const BETWEEN: Duration = Duration::from_millis(100);
const WIDTH: usize = 24;

/// A line of text for the display `id`.
#[derive(Debug, PartialEq)]
pub struct Update {
    pub id: String,
    pub text: String,
    /// Whether the display is to be made first.
    pub is_new: bool,
}

/// What one cell has under way.
#[derive(Default)]
pub struct Progress {
    current: Option<Computation>,
}

struct Computation {
    id: String,
    started: Instant,
    shown: Option<Instant>,
    last: Step,
}

impl Progress {
    /// Notes an iteration; what to show for it, if anything: the end of an earlier computation, and the state of
    /// this one.
    pub fn step(&mut self, step: Step, now: Instant) -> Vec<Update> {
        let mut updates = Vec::new();
        let goes_on =
            |c: &Computation| c.last.task == step.task && c.last.iteration < step.iteration;
        if !self.current.as_ref().is_some_and(goes_on) {
            updates.extend(self.finish(now));
        }
        let current = self.current.get_or_insert_with(|| Computation {
            id: Uuid::new_v4().to_string(),
            started: now,
            shown: None,
            last: step.clone(),
        });
        current.last = step;
        let due = match current.shown {
            None => now - current.started >= PATIENCE,
            Some(shown) => now - shown >= BETWEEN,
        };
        if due {
            let is_new = current.shown.replace(now).is_none();
            updates.push(Update { id: current.id.clone(), text: current.bar(now), is_new });
        }
        updates
    }

    /// Ends the computation under way; its summary if it was ever shown.
    pub fn finish(&mut self, now: Instant) -> Option<Update> {
        let done = self.current.take()?;
        done.shown?;
        let text = done.summary(now);
        Some(Update { id: done.id, text, is_new: false })
    }
}

impl Computation {
    fn bar(&self, now: Instant) -> String {
        let Step { task, iteration, max_iter, .. } = &self.last;
        let total = (*max_iter).max(*iteration).max(1);
        let filled = WIDTH * iteration / total;
        let bar = "█".repeat(filled) + &"░".repeat(WIDTH - filled);
        let spent = (now - self.started).as_secs_f64();
        let left = spent / (*iteration).max(1) as f64 * (total - iteration) as f64;
        let start = format!("{task} {bar} {iteration}/{total}");
        let left = format!("at most {} left", duration(left));
        let parts = [start].into_iter().chain(reached(&self.last)).chain([left]);
        parts.collect::<Vec<_>>().join("  ")
    }

    fn summary(&self, now: Instant) -> String {
        let Step { task, iteration, max_iter, .. } = &self.last;
        let spent = duration((now - self.started).as_secs_f64());
        let start = format!("{task}: {iteration} of {max_iter} iterations in {spent}");
        [start].into_iter().chain(reached(&self.last)).collect::<Vec<_>>().join(", ")
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 9.95 => format!("{s:.1} s"),
        s if s < 99.5 => format!("{s:.0} s"),
        s if s < 5970.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(iteration: usize) -> Step {
        Step { task: "als", iteration, max_iter: 100, objective: 0.5 }
    }

    #[test]
    fn a_quick_fit_leaves_no_trace() {
        let (mut progress, start) = (Progress::default(), Instant::now());
        for i in 1..=100 {
            assert_eq!(progress.step(step(i), start + Duration::from_millis(i as u64)), []);
        }
        assert_eq!(progress.finish(start + Duration::from_millis(101)), None);
    }

    #[test]
    fn a_long_fit_is_one_display_updated_at_intervals() {
        let (mut progress, start) = (Progress::default(), Instant::now());
        let updates: Vec<Update> = (1..=100)
            .flat_map(|i| progress.step(step(i), start + Duration::from_millis(10 * i as u64)))
            .collect();
        assert_eq!(updates.len(), 8, "0.25 s, then one every 0.1 s of a second");
        assert!(updates[0].is_new && updates[1..].iter().all(|u| !u.is_new));
        assert!(updates.iter().all(|u| u.id == updates[0].id));
        assert!(updates[0].text.contains("26/100"), "{}", updates[0].text);
        // The next computation ends this one.
        let [last] = &progress.step(step(1), start + Duration::from_secs(2))[..] else { panic!() };
        assert_eq!(last.text, "als: 100 of 100 iterations in 2.0 s, objective 5.000000e-1");
        assert_eq!(last.id, updates[0].id);
    }

    #[test]
    fn what_has_no_objective_shows_none() {
        let (mut progress, start) = (Progress::default(), Instant::now());
        let parts = |iteration| Step { objective: f64::NAN, ..step(iteration) };
        progress.step(parts(1), start);
        let [shown] = &progress.step(parts(50), start + Duration::from_secs(2))[..] else {
            panic!()
        };
        assert!(shown.text.ends_with("░ 50/100  at most 2.0 s left"), "{}", shown.text);
        let last = progress.finish(start + Duration::from_secs(3)).unwrap();
        assert_eq!(last.text, "als: 50 of 100 iterations in 3.0 s");
    }
}
