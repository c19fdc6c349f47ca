//! Linear algebra.

use super::entry::builtins;

builtins! { "linear algebra";
}
