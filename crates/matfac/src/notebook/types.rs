//! The macro that gives types their `evcxr_display`.

/// Gives each type, behind its parameter in brackets if it has one, an inherent `evcxr_display`, which prints the card that the expression makes.
macro_rules! displays {
    ($( [$($parameter:ident: $bound:path)?] $type:ty, |$value:ident| $card:expr; )*) => { $(
        impl<$($parameter: $bound)?> $type {
            /// Shows the value in a Rust notebook run by evcxr, as text and as HTML.
            pub fn evcxr_display(&self) {
                let $value = self;
                $crate::notebook::print(&$crate::notebook::blocks(&$card));
            }
        }
    )* };
}
pub(super) use displays;
