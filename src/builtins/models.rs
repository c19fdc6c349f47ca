//! Models of a matrix.

use super::entry::builtins;

builtins! { "models of a matrix";
}
