//! The session.

use super::entry::builtins;

builtins! { "the session";
}
