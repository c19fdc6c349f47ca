//! Files.

use super::entry::builtins;

builtins! { "files";
}
