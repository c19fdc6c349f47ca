//! Factorizations.

use super::entry::builtins;

builtins! { "factorizations";
}
