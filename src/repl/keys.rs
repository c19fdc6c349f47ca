//! What keys do that the line editor does not know by itself: where an entry ends, indentation, margins, the
//! history by its beginnings, and the user's own editor.

use super::entry::{self, MARGIN, Place, SPACE};
use super::helper::Editing;
use super::history::History;
use rustyline::{
    CharSearch, Cmd, ConditionalEventHandler, EditMode, Event, EventContext, EventHandler, Helper,
    InputMode, KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a key does, from the text before and after the cursor; nothing when it does what it always does.
type Action = fn(&Editing, &str, &str) -> Option<Cmd>;

/// Back to the end of the line before. The editor replaces the counts of a handler's movements by its own, so that
/// it cannot be told to go back by four characters.
const LINE_BREAK: Movement = Movement::ViCharSearch(1, CharSearch::Backward('\n'));

/// Back to the margin.
const BEGINNING: Movement = Movement::ViCharSearch(1, CharSearch::BackwardAfter(SPACE));

/// Binds the keys.
pub fn bind<H: Helper>(editor: &mut rustyline::Editor<H, History>, editing: &Arc<Editing>) {
    let plain = |code| KeyEvent(code, Modifiers::NONE);
    let anywhere: [(KeyEvent, Action); 10] = [
        (plain(KeyCode::Enter), end_of_line),
        (KeyEvent::ctrl('J'), end_of_line),
        (KeyEvent(KeyCode::Enter, Modifiers::ALT), new_line),
        (plain(KeyCode::Backspace), backspace),
        (KeyEvent::ctrl('W'), kill_word),
        (plain(KeyCode::Tab), indent),
        (plain(KeyCode::Home), home),
        (plain(KeyCode::Left), left),
        (plain(KeyCode::Up), up),
        (plain(KeyCode::Down), down),
    ];
    let emacs: [(KeyEvent, Action); 5] = [
        (KeyEvent::ctrl('A'), home),
        (KeyEvent::ctrl('B'), left),
        (KeyEvent::ctrl('H'), backspace),
        (KeyEvent::ctrl('P'), up),
        (KeyEvent::ctrl('N'), down),
    ];
    let bound = |action, emacs_only| {
        EventHandler::Conditional(Box::new(Key { action, emacs_only, editing: editing.clone() }))
    };
    for (key, action) in anywhere {
        editor.bind_sequence(key, bound(action, false));
    }
    for (key, action) in emacs {
        editor.bind_sequence(key, bound(action, true));
    }
    let compose = Event::KeySeq(vec![KeyEvent::ctrl('X'), KeyEvent::ctrl('E')]);
    editor.bind_sequence(compose, bound(own_editor, true));
}

struct Key {
    action: Action,
    emacs_only: bool,
    editing: Arc<Editing>,
}

impl ConditionalEventHandler for Key {
    fn handle(&self, _: &Event, n: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        let is_vi = ctx.mode() == EditMode::Vi;
        let is_command = is_vi && ctx.input_mode() == InputMode::Command;
        // Of vi's commands only Enter knows where an entry ends.
        let is_meant = match self.action {
            _ if n != 1 || is_vi && self.emacs_only => false,
            action => !is_command || std::ptr::fn_addr_eq(action, end_of_line as Action),
        };
        if !is_meant || self.editing.answers.load(Ordering::Relaxed) {
            return None;
        }
        let (before, after) = ctx.line().split_at(ctx.pos());
        (self.action)(&self.editing, before, after)
    }
}

/// Enter: ends the entry when it is finished, else starts a line.
fn end_of_line(_: &Editing, before: &str, after: &str) -> Option<Cmd> {
    // In the middle of a finished entry Enter runs it, as everywhere.
    let text = if entry::is_blank(after) { before.to_string() } else { format!("{before}{after}") };
    entry::new_line(&text).map(|text| Cmd::Insert(1, text))
}

/// Alt-Enter: starts a line in any case.
fn new_line(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    Some(Cmd::Insert(1, entry::new_line(before).unwrap_or_else(|| format!("\n{MARGIN}"))))
}

/// Backspace: behind a margin, takes it with its line break.
fn backspace(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    (entry::place(before) == Some(Place::Beginning)).then_some(Cmd::Kill(LINE_BREAK))
}

/// Ctrl-W: leaves the margin before a line's first word, and takes it with its line break when nothing else is left.
fn kill_word(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    match entry::behind_margin(before)? {
        "" => Some(Cmd::Kill(LINE_BREAK)),
        line => (!line.trim_end().contains(char::is_whitespace)).then_some(Cmd::Kill(BEGINNING)),
    }
}

/// Tab: indents where there is nothing to complete.
fn indent(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    entry::is_blank(line).then(|| Cmd::Insert(1, " ".repeat(entry::STEP)))
}

/// Home: goes to the margin.
fn home(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    Some(match entry::place(before)? {
        Place::Beginning => Cmd::Noop,
        Place::Within => Cmd::Move(BEGINNING),
    })
}

/// Left: goes from the margin to the end of the line before.
fn left(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    (entry::place(before) == Some(Place::Beginning)).then_some(Cmd::Move(LINE_BREAK))
}

/// Up: behind the beginning of an entry, the entries that begin so.
fn up(editing: &Editing, before: &str, after: &str) -> Option<Cmd> {
    (!before.contains('\n') && is_beginning(editing, before, after))
        .then_some(Cmd::HistorySearchBackward)
}

fn down(editing: &Editing, before: &str, after: &str) -> Option<Cmd> {
    (!after.contains('\n') && !before.contains('\n') && is_beginning(editing, before, after))
        .then_some(Cmd::HistorySearchForward)
}

/// Whether the user has typed the text before the cursor, so that it is to search for.
fn is_beginning(editing: &Editing, before: &str, after: &str) -> bool {
    let is_recalled = after.is_empty() && editing.recalled.is(before);
    !before.is_empty() && !is_recalled
}

/// Ctrl-X Ctrl-E: goes on in the user's own editor.
fn own_editor(editing: &Editing, _: &str, _: &str) -> Option<Cmd> {
    editing.wants_editor.store(true, Ordering::Relaxed);
    Some(Cmd::AcceptLine)
}
