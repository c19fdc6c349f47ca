//! Files with one rating in each line: user, item, rating and perhaps a time.
//!
//! MovieLens' `userId,movieId,rating,timestamp` is the model; columns are found by name in any order, or
//! by position in a file without names, such as MovieLens' older `u.data` (tabs) and `ratings.dat`
//! (`1::1193::5::978300760`).

use super::csv::{CsvOptions, Separator, Shaped, parse_csv, read_csv};
use super::text::read_text;
use crate::data::{Column, Duplicates, Labels, Ratings, Table};
use crate::error::{Error, Result};
use std::path::Path;

/// How [`read_ratings`] reads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RatingsOptions {
    /// Name of the users' column; `None` looks for `user`, `userId`, `user_id`, ….
    pub user: Option<String>,
    /// Name of the items' column; `None` looks for `item`, `movieId`, `product_id`, ….
    pub item: Option<String>,
    /// Name of the ratings' column; `None` looks for `rating`, `score`, `value`, ….
    pub rating: Option<String>,
    /// Name of the times' column; `None` looks for `timestamp`, `time`, … and does without.
    pub time: Option<String>,
    /// What to do with several ratings of one item by one user.
    pub duplicates: Duplicates,
    /// How the file is laid out.
    pub csv: CsvOptions,
}

/// What a column is called, without case, blanks and underscores.
const USER: &[&str] =
    &["user", "userid", "uid", "username", "customer", "customerid", "reviewerid"];
const ITEM: &[&str] = &[
    "item",
    "itemid",
    "iid",
    "movie",
    "movieid",
    "film",
    "filmid",
    "product",
    "productid",
    "book",
    "bookid",
    "isbn",
    "asin",
    "artist",
    "artistid",
    "track",
    "trackid",
    "song",
    "songid",
];
const RATING: &[&str] = &["rating", "score", "value", "stars", "rate", "overall", "bookrating"];
const TIME: &[&str] = &["timestamp", "time", "ts", "unixreviewtime"];

/// Reads ratings from a file, plain or compressed with gzip.
///
/// # Errors
/// As [`read_csv`]; when a column is missing (the error names those there are); as
/// [`Ratings::from_positions`].
pub fn read_ratings(path: impl AsRef<Path>, options: &RatingsOptions) -> Result<Ratings> {
    let path = path.as_ref();
    let text = read_text(path)?;
    let name = path.display().to_string();
    let mut csv =
        CsvOptions { row_labels: Some(false), shaped: Shaped::Columns, ..options.csv.clone() };
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    if csv.separator == Separator::Auto && first.matches("::").count() >= 2 {
        csv.separator = Separator::Text("::".into());
    }
    let table = parse_csv(&name, text, &csv)?.into_table()?;
    let columns = find_columns(&table, options, &name)?;
    // A double holds integers exactly up to 2^53; longer ones are read again as text.
    let long = |column: &Column| {
        column.numbers().is_some_and(|ids| ids.iter().any(|id| id.abs() >= 9007199254740992.0))
    };
    let ids = [columns.user, columns.item];
    csv.text = ids
        .into_iter()
        .filter(|&j| long(&table.columns()[j]))
        .map(|j| table.names().name(j).to_string())
        .collect();
    if csv.text.is_empty() {
        return columns.ratings(&table, options);
    }
    drop(table);
    columns.ratings(&read_csv(path, &csv)?.into_table()?, options)
}

/// Takes ratings from the columns of a table.
///
/// # Errors
/// When a column is missing (the error names those there are); as [`Ratings::from_positions`].
pub fn ratings_from_table(table: &Table, options: &RatingsOptions) -> Result<Ratings> {
    find_columns(table, options, "the table")?.ratings(table, options)
}

/// Whether the names only count the columns.
fn is_numbered(table: &Table) -> bool {
    let names = table.names().names();
    names.iter().enumerate().all(|(j, name)| **name == *format!("column{}", j + 1))
}

struct Columns {
    user: usize,
    item: usize,
    rating: usize,
    time: Option<usize>,
}

impl Columns {
    fn ratings(&self, table: &Table, options: &RatingsOptions) -> Result<Ratings> {
        let all = table.columns();
        let Some(values) = all[self.rating].numbers() else {
            let cell = all[self.rating].cell(0);
            let name = table.names().name(self.rating);
            let message =
                format!("the ratings in column {name} are not numbers but such as \"{cell}\"");
            let hint = "rating=\"…\" names the right column";
            return Err(Error::argument_hint("rating", message, hint));
        };
        let times = self.time.and_then(|j| all[j].numbers());
        let times = times.filter(|times| times.iter().all(|t| t.is_finite()));
        Ratings::from_columns(&all[self.user], &all[self.item], values, times, options.duplicates)
    }
}

fn find_columns(table: &Table, options: &RatingsOptions, source: &str) -> Result<Columns> {
    let asked = [&options.user, &options.item, &options.rating, &options.time];
    if is_numbered(table) && asked.iter().all(|name| name.is_none()) {
        if table.width() < 3 {
            let message = format!(
                "{source} has {} columns without names; ratings need user, item and rating",
                table.width()
            );
            return Err(Error::argument("path", message));
        }
        let time = (table.width() > 3 && table.columns()[3].numbers().is_some()).then_some(3);
        return Ok(Columns { user: 0, item: 1, rating: 2, time });
    }
    let find = |asked: &Option<String>, known: &[&str]| -> Result<Option<usize>> {
        if let Some(name) = asked {
            return table.names().find("column", name).map(Some);
        }
        let plain = |name: &str| name.to_lowercase().replace(['_', '-', ' ', '.'], "");
        let names: Vec<String> = table.names().names().iter().map(|name| plain(name)).collect();
        Ok(known.iter().find_map(|known| names.iter().position(|name| name == known)))
    };
    let user = find(&options.user, USER)?;
    let item = find(&options.item, ITEM)?;
    let rating = find(&options.rating, RATING)?;
    let time = find(&options.time, TIME)?;
    if let (Some(user), Some(item), Some(rating)) = (user, item, rating) {
        return Ok(Columns { user, item, rating, time });
    }
    let wanted = [("user", user), ("item", item), ("rating", rating)];
    let missing: Vec<&str> =
        wanted.iter().filter(|(_, found)| found.is_none()).map(|(name, _)| *name).collect();
    let plural = if missing.len() == 1 { "" } else { "s" };
    let message = format!(
        "{source} has no column{plural} for {}; its columns are {}",
        missing.join(" and "),
        table.names().names().join(", ")
    );
    let hint =
        format!("name the column{plural}, as in {}=\"{}\"", missing[0], table.names().name(0));
    Err(Error::argument_hint(missing[0], message, hint))
}

/// Reads a file that names items, such as MovieLens' `movies.csv`, for [`attach_titles`].
///
/// # Errors
/// As [`read_csv`].
pub fn read_titles(path: impl AsRef<Path>) -> Result<Table> {
    let path = path.as_ref();
    let mut csv =
        CsvOptions { row_labels: Some(false), shaped: Shaped::Table, ..Default::default() };
    let text = read_text(path)?;
    if text.lines().next().is_some_and(|line| line.contains("::")) {
        csv.separator = Separator::Text("::".into());
    }
    parse_csv(&path.display().to_string(), text, &csv)?.into_table()
}

/// Gives the items of `ratings` titles: from the first column (the items' labels) and the one called
/// `title` or `name`, else the second.
///
/// # Errors
/// When the table has fewer than two columns or knows none of the items.
pub fn attach_titles(ratings: &Ratings, table: &Table) -> Result<Ratings> {
    if table.width() < 2 {
        return Err(Error::argument("titles", "titles need a column of items and one of titles"));
    }
    let name = |wanted: &str| {
        table.names().names().iter().position(|name| name.eq_ignore_ascii_case(wanted))
    };
    let at = name("title").or_else(|| name("name")).filter(|&j| j > 0).unwrap_or(1);
    let ids = (0..table.len()).map(|i| table.columns()[0].cell(i).trim().into()).collect();
    let ids = Labels::new(ids);
    let items = ratings.items();
    let mut known = 0;
    let titles = items.names().iter().map(|item| match ids.position(item) {
        None => "".into(),
        Some(row) => {
            known += 1;
            table.columns()[at].cell(row).trim().into()
        }
    });
    let titles = titles.collect();
    if known == 0 && !items.is_empty() {
        let message = format!(
            "none of the {} items is in column {} of the titles",
            items.len(),
            table.names().name(0)
        );
        return Err(Error::argument("titles", message));
    }
    Ok(ratings.with_items(items.with_titles(titles)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Shape;
    use crate::testdata::shared;

    fn read(text: &str, options: &RatingsOptions) -> Result<Ratings> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read_ratings(file.path(), options)
    }

    #[test]
    fn columns_by_name_or_position() {
        let usual = RatingsOptions::default();
        let named = read("rating,Item ID,user_id\n4,b,2\n5,a,10\n", &usual).unwrap();
        assert_eq!((named.get(1, 1), named.users().name(1)), (Some(5.0), "10"));
        assert!(named.times().is_none());
        for text in
            ["1\t7\t3\t99\n2\t8\t4\t98\n", "1::7::3::99\n2::8::4::98\n", "1,7,3,99\n2,8,4,98\n"]
        {
            let r = read(text, &usual).unwrap();
            assert_eq!((r.shape(), r.get(0, 0)), (Shape(2, 2), Some(3.0)), "{text}");
            assert_eq!(r.times(), Some(&[99.0, 98.0][..]));
        }
        let asked = RatingsOptions {
            user: Some("who".into()),
            item: Some("what".into()),
            rating: Some("much".into()),
            ..Default::default()
        };
        assert_eq!(read("who,what,much\nann,tea,3\nbob,tea,2\n", &asked).unwrap().nnz(), 2);
    }

    #[test]
    fn missing_columns_and_bad_ratings_are_named() {
        let usual = RatingsOptions::default();
        let message = |text: &str| read(text, &usual).unwrap_err().to_string();
        let missing = message("userId,film_name,grade\n1,a,3\n2,b,4\n");
        assert!(missing.contains("no columns for item and rating"), "{missing}");
        assert!(missing.contains("userId, film_name, grade"), "{missing}");
        assert!(message("user,item,rating\n1,2,3\n1,3,\n").contains("row 2"));
        assert!(message("user,item,rating\n1,2,3\n1,3,4\n1,4,good\n").contains("\"good\""));
        assert!(message("1,2\n3,4\n").contains("2 columns without names"));
        assert!(message("user,item,rating\n,2,3\n").contains("names nobody"));
    }

    #[test]
    fn long_identifiers_stay_apart() {
        let text = "user,item,rating\n76561198012345678,1,3\n76561198012345679,1,4\n";
        let r = read(text, &RatingsOptions::default()).unwrap();
        assert_eq!((r.shape(), r.users().name(1)), (Shape(2, 1), "76561198012345679"));
    }

    #[test]
    fn movielens_with_titles() {
        let Some(directory) = shared("ratings/ml-latest-small") else { return };
        let r = read_ratings(directory.join("ratings.csv"), &RatingsOptions::default()).unwrap();
        assert_eq!((r.shape(), r.nnz()), (Shape(610, 9724), 100_836));
        assert_eq!((r.scale(), r.users().name(9)), (Some((0.5, 5.0)), "10"));
        assert!((r.mean().unwrap() - 3.501557).abs() < 1e-6);
        assert_eq!(r.user_times(0).unwrap()[0], 964982703.0);
        let titles = read_titles(directory.join("movies.csv")).unwrap();
        let r = attach_titles(&r, &titles).unwrap();
        let film = r.items().position("318").unwrap();
        assert_eq!(r.items().title(film), Some("Shawshank Redemption, The (1994)"));
        let films = read_ratings(directory.join("movies.csv"), &RatingsOptions::default());
        assert!(films.unwrap_err().to_string().contains("movieId, title, genres"));
    }

    #[test]
    fn movietweetings_compressed_with_an_index_column() {
        let Some(path) = shared("ratings/movietweetings-8k/train_data.csv.gz") else { return };
        let r = read_ratings(path, &RatingsOptions::default()).unwrap();
        assert_eq!((r.nnz(), r.scale().unwrap().1), (8000, 10.0));
        assert!(r.times().is_some());
    }
}
