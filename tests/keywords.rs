//! Arguments by name that go through functions of the user to those that take them.

use crate::common::{error_of, holds, output_of};

const FUNCTIONS: &str = "
function r = collected(varargin) r = varargin; end
function r = behind(x, scale=2, varargin) r = {x, scale, varargin, nargin}; end
function m = parts(varargin) m = nmf(varargin{:}); end
function s = largest(A, varargin) s = svds(A, varargin{:}); end
A = [4 1 0 2; 1 3 1 0; 0 1 2 5; 1 1 1 1; 2 0 0 1];
";

#[test]
fn what_no_parameter_takes_arrives_in_varargin_as_names_and_values() {
    holds(
        FUNCTIONS,
        &[
            "isequal(collected(7, k=5), {7, 'k', 5})",
            "isequal(collected(k=5, tol=[1 2]), {'k', 5, 'tol', [1 2]})",
            "isequal(behind(1, k=5), {1, 2, {'k', 5}, 3})",
            "isequal(behind(1, k=5, scale=3), {1, 3, {'k', 5}, 4})",
            "isequal(behind(1, 3, 4, k=5), {1, 3, {4, 'k', 5}, 5})",
            "isequal(feval(@(varargin) varargin, 1, x=2), {1, 'x', 2})",
        ],
    );
    let misspelt = format!("function f(x, width=1) end\n{FUNCTIONS}f(1, widht=2)");
    assert!(error_of(&misspelt).contains("widht"));
}

#[test]
fn names_and_values_name_parameters_of_built_in_functions() {
    holds(
        FUNCTIONS,
        &[
            "parts(A, k=2, seed=1).error == nmf(A, k=2, seed=1).error",
            "size(nmf(A, 'k', 2, 'seed', 1).W, 2) == 2",
            "isequal(largest(A, k=2, tol=1e-12), svds(A, 2, tol=1e-12))",
            "isequal(svds(A, 2, 'tol', 1e-12), svds(A, 2, tol=1e-12))",
            "abs(integral(@(x) x .^ 2, 0, 3, AbsTol=1e-12) - 9) < 1e-10",
        ],
    );
    // A name in the first place is what the function is for.
    let named = "function r = f(x) r = 2 * x; end\ndisp(arrayfun(\"f\", [1 2]))";
    assert_eq!(output_of(named).split_whitespace().collect::<Vec<_>>(), ["2", "4"]);
    assert!(error_of("nmf([1 2; 3 4], \"kk\", 2)").contains("kk"));
}
