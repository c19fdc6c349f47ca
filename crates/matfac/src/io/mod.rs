//! Files (layer 1).

mod csv;
#[cfg(test)]
mod csv_tests;
mod csv_write;
mod cursor;
mod harwell_boeing;
mod layout;
mod matrix_market;
mod picture;
mod ratings_file;
mod text;

pub use csv::{CsvContent, CsvOptions, Separator, Shaped, parse_csv, read_csv};
pub use csv_write::{write_csv, write_table};
pub use harwell_boeing::{HarwellBoeing, HarwellMatrix, read_harwell_boeing};
pub use matrix_market::{
    MarketField, MarketFile, MarketMatrix, MarketOptions, MarketSymmetry, MarketView,
    parse_matrix_market, read_matrix_market, write_matrix_market,
};
pub use picture::{Pixels, read_picture, write_picture};
pub use ratings_file::{
    RatingsOptions, attach_titles, ratings_from_table, read_ratings, read_titles,
};
pub use text::read_text;
