//! Where generic code becomes code that exists: a trait whose functions are compiled here, for each type it is named for.
//!
//! Generic code is compiled in the crate that names the type, and that may be one that is not optimised. The functions of such
//! a trait hand over to the generic ones; callers in other crates have them through the trait.

/// `compiled! { /** … */ Trait: Base, Other; for f64, c64; fn name(a: &A<Self>) -> B<Self> { body } … }`: the trait, with the
/// functions hidden from its documentation, and its implementation for each of the types.
macro_rules! compiled {
    ($(#[$docs:meta])* $trait:ident: $base:path $(, $more:path)*; for $($type:ty),*;
     $(fn $name:ident($($argument:ident: $kind:ty),* $(,)?) -> $out:ty $body:block)*) => {
        $(#[$docs])*
        pub trait $trait: $base $(+ $more)* {
            $(#[doc(hidden)] fn $name($($argument: $kind),*) -> $out;)*
        }
        $crate::linalg::compiled! {
            @each $trait [$($type),*] $($name [$($argument: $kind),*] [$out] $body)*
        }
    };
    (@each $trait:ident [] $($rest:tt)*) => {};
    (@each $trait:ident [$type:ty $(, $more:ty)*] $($rest:tt)*) => {
        $crate::linalg::compiled! { @one $trait $type, $($rest)* }
        $crate::linalg::compiled! { @each $trait [$($more),*] $($rest)* }
    };
    (@one $trait:ident $type:ty, $($name:ident [$($argument:ident: $kind:ty),*] [$out:ty] $body:block)*) => {
        impl $trait for $type {
            $(fn $name($($argument: $kind),*) -> $out $body)*
        }
    };
}
pub(crate) use compiled;
