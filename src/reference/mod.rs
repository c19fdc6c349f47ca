//! `mf doc` (layer 5): the reference of all functions as a page for a browser.
//!
//! Everything comes from the table and the comments of the standard library; `topic` reads them, `example` runs the
//! examples, so that what is shown is what this program answers, and `page` writes the page. It needs no network and no
//! server: one HTML file, and the figures beside it.

mod example;
mod page;
mod topic;

use crate::sources;
use example::{Shown, run};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use topic::Topic;

/// A topic with what its examples show.
struct Entry {
    topic: Topic,
    shown: Vec<Shown>,
}

/// Writes the reference into a folder; the exit status.
pub fn write(folder: &Path) -> i32 {
    let topics = topic::all();
    let count = topics.len();
    // A folder that cannot be made should not be noticed after all the examples.
    let written = page::folders(folder)
        .and_then(|figures| page::write(folder, &figures, &with_examples(topics)));
    match written {
        Ok(path) => {
            let _ = writeln!(io::stdout(), "{count} functions in {}", path.display());
            0
        }
        Err(error) => {
            let folder = folder.display();
            let _ =
                writeln!(io::stderr(), "error: cannot write {folder}: {}", sources::reason(&error));
            1
        }
    }
}

/// Runs the examples of each topic in a session of its own, several at a time. The threads wait for sessions: they are
/// not those of the numerics, which would then have none left.
fn with_examples(topics: Vec<Topic>) -> Vec<Entry> {
    let results: Vec<Mutex<Vec<Shown>>> = topics.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let at = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(topic) = topics.get(at)
                {
                    let shown = run(&topic.examples);
                    *results[at].lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = shown;
                }
            });
        }
    });
    let shown = results
        .into_iter()
        .map(|result| result.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()));
    topics.into_iter().zip(shown).map(|(topic, shown)| Entry { topic, shown }).collect()
}
