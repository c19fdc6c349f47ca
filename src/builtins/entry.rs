//! One built-in function: everything that is known about it, in one place.

use super::binding::Bound;
use crate::value::{Host, Native, Result, Value};

/// A built-in function.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// The group it is listed in.
    pub group: &'static str,
    /// Its documentation, line by line: a summary, prose, examples (`>>> `), `See also: …`.
    pub doc: &'static [&'static str],
    /// Its calling forms, tried in order.
    pub forms: &'static [Form],
    /// How the evaluator calls it.
    pub native: Native,
}

/// The name of a last output that stands for any number of them.
pub const FURTHER: &str = "varargout";

/// One way of calling a function.
pub struct Form {
    /// Its parameters.
    pub params: &'static [Param],
    /// Names of its outputs.
    pub outputs: &'static [&'static str],
    /// Runs it on bound arguments.
    pub run: fn(&mut Context<'_>, Bound) -> Result<Vec<Value>>,
}

/// A parameter.
pub struct Param {
    /// Its name, which is its keyword too.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static [&'static str],
    /// What it takes, such as `a matrix`.
    pub kind: &'static str,
    /// The words it takes, when it takes words.
    pub options: &'static [&'static str],
    /// Its default as it is written, when it has one.
    pub default: Option<&'static str>,
    /// Whether the call must give it.
    pub is_required: bool,
    /// Whether it takes all remaining positional arguments.
    pub is_rest: bool,
    /// Whether it takes all keywords that no other parameter has.
    pub is_named_rest: bool,
    /// Whether it can take this value, for the choice among forms.
    pub accepts: fn(&Value) -> bool,
}

/// What a function's body is given besides its arguments.
pub struct Context<'a> {
    /// The running program.
    pub host: &'a mut dyn Host,
    /// How many outputs are wanted.
    pub nargout: usize,
}

/// What a body may return.
pub trait IntoOutputs {
    /// As values.
    fn into_outputs(self) -> Vec<Value>;
}

impl IntoOutputs for () {
    fn into_outputs(self) -> Vec<Value> {
        Vec::new()
    }
}

impl IntoOutputs for Vec<Value> {
    fn into_outputs(self) -> Vec<Value> {
        self
    }
}

impl<T: Into<Value>> IntoOutputs for T {
    fn into_outputs(self) -> Vec<Value> {
        vec![self.into()]
    }
}

impl<A: Into<Value>, B: Into<Value>> IntoOutputs for (A, B) {
    fn into_outputs(self) -> Vec<Value> {
        vec![self.0.into(), self.1.into()]
    }
}

impl<A: Into<Value>, B: Into<Value>, C: Into<Value>> IntoOutputs for (A, B, C) {
    fn into_outputs(self) -> Vec<Value> {
        vec![self.0.into(), self.1.into(), self.2.into()]
    }
}

/// The name without the `r#` of a raw identifier (`mod` is a word of Rust).
pub const fn plain_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Declares the functions of a group and their table.
///
/// Each function has its documentation, its parameters with theirs (after the context's name), the names of its
/// outputs and a one-line body that calls an ordinary function; further forms follow `or`; `scalar Scalar::One(f)` and
/// its like say what the function does with plain numbers (see [`crate::value::Scalar`]), and `elementwise f` names the
/// operation of which the function is a pass over the entries. Functions that share their parameters are written by a
/// macro of their own around this one, as in `iterative`.
macro_rules! builtins {
    ($group:literal; $(
        $(#[doc = $doc:literal])*
        fn $name:ident
        $( ( $cx:ident $(, $(#[doc = $pdoc:literal])* $param:ident : $kind:ty $(= $default:expr)? )* $(,)? )
           $(-> [ $($out:ident),* ])? $body:block )or+
        $(scalar $scalar:expr;)?
        $(elementwise $fun:expr;)?
    )*) => {
        /// The group's functions.
        pub(super) static ENTRIES: &[&$crate::builtins::entry::Entry] = &[ $( &table::$name::ENTRY ),* ];

        // A module of their own, so that functions called `std` or `norm` hide nothing in the file.
        #[allow(non_snake_case, unused_variables, unused_imports, unused_mut, unused_assignments)]
        mod table { $(
            pub(super) mod $name {
                use super::super::*;
                use $crate::builtins::argument::Argument;
                use $crate::builtins::entry::{Context, Entry, Form, IntoOutputs, Param, plain_name};
                use $crate::builtins::binding::{Bound, dispatch};
                use $crate::value::{Arguments, Host, Native, Result, Scalar, Value};

                pub(in super::super) static ENTRY: Entry = Entry {
                    name: plain_name(stringify!($name)),
                    group: $group,
                    doc: &[$($doc),*],
                    forms: &[ $( Form {
                        params: &[ $( Param {
                            name: plain_name(stringify!($param)),
                            doc: &[$($pdoc),*],
                            kind: <$kind as Argument>::KIND,
                            options: <$kind as Argument>::OPTIONS,
                            default: builtins!(@text $($default)?),
                            is_required: builtins!(@required $kind $(, $default)?),
                            is_rest: <$kind as Argument>::IS_REST,
                            is_named_rest: <$kind as Argument>::IS_NAMED_REST,
                            accepts: <$kind as Argument>::accepts,
                        } ),* ],
                        outputs: &[ $( $(stringify!($out)),* )? ],
                        run: |$cx: &mut Context<'_>, mut bound: Bound| {
                            let mut next = 0;
                            $(
                                let $param: $kind = bound.take(next, builtins!(@value $($default)?))?;
                                next += 1;
                            )*
                            let result: Result<_> = $body;
                            Ok(result?.into_outputs())
                        },
                    } ),+ ],
                    native: Native {
                        name: plain_name(stringify!($name)),
                        call,
                        scalar: builtins!(@optional $($scalar)?),
                        elementwise: builtins!(@optional $($fun)?),
                    },
                };

                fn call(host: &mut dyn Host, args: Arguments, nargout: usize) -> Result<Vec<Value>> {
                    dispatch(&ENTRY, host, args, nargout)
                }
            }
        )* }
    };
    (@text) => { None };
    (@text $default:expr) => { Some(stringify!($default)) };
    (@required $kind:ty) => { !<$kind as Argument>::IS_OPTIONAL };
    (@required $kind:ty, $default:expr) => { false };
    (@value) => { None };
    (@value $default:expr) => { Some(Value::from($default)) };
    (@optional) => { None };
    (@optional $given:expr) => { Some($given) };
}
pub(super) use builtins;
