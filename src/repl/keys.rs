//! What keys do that the line editor does not know by itself: where an entry ends, levels of indentation, margins,
//! the history by its beginnings, and the user's own editor.

use super::entry::{self, MARGIN};
use super::helper::Editing;
use super::history::History;
use rustyline::{
    Cmd, ConditionalEventHandler, EditMode, Event, EventContext, EventHandler, Helper, InputMode,
    KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a key does, from the text before and after the cursor; nothing when it does what it always does.
type Action = fn(&Editing, &str, &str) -> Option<Cmd>;

/// Binds the keys.
pub fn bind<H: Helper>(editor: &mut rustyline::Editor<H, History>, editing: &Arc<Editing>) {
    let plain = |code| KeyEvent(code, Modifiers::NONE);
    let anywhere: [(KeyEvent, Action); 11] = [
        (plain(KeyCode::Enter), end_of_line),
        (KeyEvent::ctrl('J'), end_of_line),
        (KeyEvent(KeyCode::Enter, Modifiers::ALT), new_line),
        (plain(KeyCode::Backspace), backspace),
        (plain(KeyCode::Tab), indent),
        (plain(KeyCode::Delete), delete),
        (plain(KeyCode::Home), home),
        (plain(KeyCode::Left), left),
        (plain(KeyCode::Right), right),
        (plain(KeyCode::Up), up),
        (plain(KeyCode::Down), down),
    ];
    let emacs: [(KeyEvent, Action); 6] = [
        (KeyEvent::ctrl('A'), home),
        (KeyEvent::ctrl('B'), left),
        (KeyEvent::ctrl('F'), right),
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
    let text =
        if after.trim().is_empty() { before.to_string() } else { format!("{before}{after}") };
    entry::new_line(&text).map(|text| Cmd::Insert(1, text))
}

/// Alt-Enter: starts a line in any case.
fn new_line(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    Some(Cmd::Insert(1, entry::new_line(before).unwrap_or_else(|| format!("\n{MARGIN}"))))
}

/// Backspace: takes a level of indentation at a time.
fn backspace(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    several(entry::backspace(before), |count| Cmd::Kill(Movement::BackwardChar(count)))
}

/// Tab: indents where there is nothing to complete.
fn indent(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim().is_empty().then(|| Cmd::Insert(1, " ".repeat(entry::STEP)))
}

/// How many characters the end of a line is, with the next one's margin.
fn line_break(after: &str) -> usize {
    let has_margin = after.strip_prefix('\n').is_some_and(|rest| rest.starts_with(MARGIN));
    if has_margin { MARGIN.chars().count() + 1 } else { 1 }
}

fn delete(_: &Editing, _: &str, after: &str) -> Option<Cmd> {
    several(line_break(after), |count| Cmd::Kill(Movement::ForwardChar(count)))
}

fn home(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    match u16::try_from(entry::home(before)?).ok()? {
        0 => Some(Cmd::Noop),
        count => Some(Cmd::Move(Movement::BackwardChar(count))),
    }
}

fn left(_: &Editing, before: &str, _: &str) -> Option<Cmd> {
    several(entry::left(before), |count| Cmd::Move(Movement::BackwardChar(count)))
}

fn right(_: &Editing, _: &str, after: &str) -> Option<Cmd> {
    several(line_break(after), |count| Cmd::Move(Movement::ForwardChar(count)))
}

/// A command for more than one character.
fn several(count: usize, command: impl Fn(RepeatCount) -> Cmd) -> Option<Cmd> {
    RepeatCount::try_from(count).ok().filter(|count| *count > 1).map(command)
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
