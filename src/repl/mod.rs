//! The prompt.
/// Runs it.
pub fn run(_s: crate::session::Session) -> i32 {
    0
}
