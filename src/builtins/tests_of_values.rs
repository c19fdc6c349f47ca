//! Questions about values.

use super::entry::builtins;

builtins! { "questions about values";
}
