//! Figures.

use super::entry::builtins;

builtins! { "figures";
}
