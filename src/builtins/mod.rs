//! The table of built-in functions (layer 3): one declaration each, from which binding, keyword checks, help,
//! completion and example tests derive.
//!
//! Knows nothing of the evaluator: what a function needs of the running program it asks of [`crate::value::Host`].

mod angles;
mod argument;
mod arithmetic;
mod assertion;
mod balancing;
mod bases;
mod binding;
mod bits;
mod calendar_time;
mod cells;
mod characters;
mod charts;
mod classes;
mod combinations;
mod complex_parts;
mod construction;
mod entry;
mod environment;
mod equality;
mod errors;
mod evaluation;
mod extremes;
mod factor_updates;
mod factorization;
mod factorized;
mod field_path;
mod figures;
mod files;
mod filters;
mod fitting;
mod folders;
mod function_values;
mod gather;
mod help;
mod help_pages;
mod implicit_recommenders;
mod incomplete_functions;
mod iterative;
mod iterative_maps;
mod iterative_model;
mod iterative_solve;
mod kmeans;
mod lanes;
mod least_squares;
mod linear_algebra;
mod linear_map;
mod lookup;
mod mapping;
mod matrix_files;
mod matrix_functions;
mod matrix_pictures;
mod models;
mod neighbours;
mod nmf;
mod nmf_model;
mod norms;
mod number_parsing;
mod number_text;
mod number_theory;
mod occurrences;
mod operand;
mod operator_functions;
mod output;
mod padding;
mod pattern;
mod pca;
mod pca_cv;
mod pca_model;
mod pictures;
mod preconditioner;
mod preconditioners;
mod printf;
mod random_numbers;
mod ratings;
mod rearranging;
mod recommender_metrics;
mod recommender_model;
mod recommender_predict;
mod recommender_tables;
mod recommender_verbs;
mod recommenders;
mod reductions;
mod regexp;
mod representation;
mod sets;
mod singular_values;
mod sorting;
mod sparse;
mod sparse_factorized;
mod sparse_factors;
mod sparse_lifting;
mod sparse_order;
mod sparse_ordering;
mod sparse_parts;
mod sparse_random;
mod sparse_rearranging;
mod sparse_reductions;
mod sparse_statistics;
mod special_functions;
mod special_matrices;
mod spectral;
mod splitting;
mod statistics;
mod stopwatch;
mod strings;
mod structs;
mod subscripts;
mod sweep;
mod sweep_model;
mod tables;
mod tests_of_values;
mod text_lists;
mod text_sets;
mod truncated;
mod truncated_eigs;
mod truncated_options;
mod turning;
mod uniform;
mod validation;
mod workspace_file;

pub use binding::unknown_keyword;
pub use entry::{Entry, Form, Param};
pub use help::{
    catalogue, help_text, parameter_rows, signature, summary, summary_of, written_help,
};
pub use stopwatch::median_seconds;

use crate::value::Native;
use std::collections::HashMap;
use std::sync::LazyLock;

/// All groups, in the order in which `help` lists them.
fn groups() -> Vec<&'static [&'static Entry]> {
    vec![
        construction::ENTRIES,
        random_numbers::ENTRIES,
        special_matrices::ENTRIES,
        rearranging::ENTRIES,
        turning::ENTRIES,
        padding::ENTRIES,
        operator_functions::ENTRIES,
        arithmetic::ENTRIES,
        angles::ENTRIES,
        special_functions::ENTRIES,
        incomplete_functions::ENTRIES,
        complex_parts::ENTRIES,
        reductions::ENTRIES,
        norms::ENTRIES,
        extremes::ENTRIES,
        statistics::ENTRIES,
        sorting::ENTRIES,
        sparse::ENTRIES,
        sparse_factorized::ENTRIES,
        sparse_ordering::ENTRIES,
        sparse_parts::ENTRIES,
        sparse_random::ENTRIES,
        lookup::ENTRIES,
        sets::ENTRIES,
        subscripts::ENTRIES,
        number_theory::ENTRIES,
        combinations::ENTRIES,
        bits::ENTRIES,
        representation::ENTRIES,
        tests_of_values::ENTRIES,
        classes::ENTRIES,
        equality::ENTRIES,
        assertion::ENTRIES,
        cells::ENTRIES,
        structs::ENTRIES,
        tables::ENTRIES,
        function_values::ENTRIES,
        mapping::ENTRIES,
        evaluation::ENTRIES,
        linear_algebra::ENTRIES,
        least_squares::ENTRIES,
        factorization::ENTRIES,
        singular_values::ENTRIES,
        spectral::ENTRIES,
        balancing::ENTRIES,
        matrix_functions::ENTRIES,
        truncated::ENTRIES,
        truncated_eigs::ENTRIES,
        factor_updates::ENTRIES,
        iterative::ENTRIES,
        preconditioners::ENTRIES,
        models::ENTRIES,
        kmeans::ENTRIES,
        nmf::ENTRIES,
        pca::ENTRIES,
        sweep::ENTRIES,
        pictures::ENTRIES,
        ratings::ENTRIES,
        recommenders::ENTRIES,
        implicit_recommenders::ENTRIES,
        recommender_verbs::ENTRIES,
        recommender_metrics::ENTRIES,
        charts::ENTRIES,
        matrix_pictures::ENTRIES,
        figures::ENTRIES,
        files::ENTRIES,
        matrix_files::ENTRIES,
        folders::ENTRIES,
        filters::ENTRIES,
        strings::ENTRIES,
        characters::ENTRIES,
        number_text::ENTRIES,
        bases::ENTRIES,
        output::ENTRIES,
        errors::ENTRIES,
        validation::ENTRIES,
        splitting::ENTRIES,
        regexp::ENTRIES,
        environment::ENTRIES,
        stopwatch::ENTRIES,
        calendar_time::ENTRIES,
    ]
}

static TABLE: LazyLock<HashMap<&'static str, &'static Entry>> =
    LazyLock::new(|| entries().map(|entry| (entry.name, entry)).collect());

/// Every entry of the table, group by group.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    groups().into_iter().flatten().copied()
}

/// The entry of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    TABLE.get(name).copied()
}

/// The function of this name, as the evaluator calls it.
pub fn native(name: &str) -> Option<&'static Native> {
    find(name).map(|entry| &entry.native)
}
