//! Strings and output.

use super::entry::builtins;

builtins! { "strings and output";
}
