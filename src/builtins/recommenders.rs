//! Recommenders.

use super::entry::builtins;

builtins! { "recommenders";
}
