//! Groups of rows around k means, and their value.

use super::argument::{Count, options};
use super::entry::builtins;
use super::fitting::{last_change, tell_end};
use crate::value::{Array, Data, Host, Object, Precision, Result, Value, format_scalar};
use matfac::Matrix;
use matfac::data::{End, Monitor};
use matfac::models::kmeans::Start;
use matfac::models::{Kmeans, KmeansOptions, PcaOptions, kmeans, pca};
use matfac::plot::{Figure, Mark, PointColours, Scatter};
use std::any::Any;
use std::fmt::Write;

options! {
    /// How the means are drawn.
    Init { PlusPlus = "k-means++", Random = "random" }
}

builtins! { "models of a matrix";
    /// Groups of rows around k means, such that the sum of squared distances to the nearest mean is small.
    ///
    /// One output is a model with fields labels, centers (k×d), sizes, within (the sum of squares of each group), inertia
    /// (of all), history, iterations and converged; the largest group comes first. `transform(m, X)` gives distances to the
    /// means, so that `[~, group] = min(transform(m, X), [], 2)` places new rows. More outputs are MATLAB's. A local minimum
    /// is found: the best of several starts is kept.
    ///
    /// >>> m = kmeans([0; 0.2; 10; 10.2; 10.4], 2); m.labels'
    /// ans = 1×5
    ///    2   2   1   1   1
    /// >>> [idx, C, sumd] = kmeans([0 0; 0 1; 9 9; 9 8; 9 9], 2); C
    /// C = 2×2
    ///    9.0000   8.6667
    ///         0   0.5000
    /// >>> kmeans([1; 2], 3)
    /// error: k must lie between 1 and 2, the number of rows; it is 3
    ///
    /// See also: pca, nmf, spectral
    /// Reference: Lloyd (1982), IEEE Transactions on Information Theory 28; Arthur & Vassilvitskii (2007), SODA.
    fn kmeans(
        cx,
        /** The data, n×d, full or sparse: a row for each point. */ X: Data,
        /** How many groups. */ k: Count,
        /** The first means: rows far apart (k-means++), or any rows (random). */ init: Init = "k-means++",
        /** The first means themselves, k×d. */ start: Option<Matrix>,
        /** How many starts. */ restarts: Count = 10,
        /** Stop after this many iterations of a start. */ maxiter: usize = 300,
        /** Stop when the means move less, squared, than this times the mean variance of the columns. */ tol: f64 = 1e-4,
        /** The seed of the starts. */ seed: usize = 0,
    ) -> [idx, C, sumd, D] {
        let start = match (start, init) {
            (Some(centers), _) => Start::Centers(centers),
            (None, Init::PlusPlus) => Start::PlusPlus,
            (None, Init::Random) => Start::Random,
        };
        let (k, restarts, max_iter, seed) = (k.0, restarts.0, maxiter, seed as u64);
        fit(cx.host, X, KmeansOptions { k, start, restarts, tol, max_iter, seed }, cx.nargout)
    }
}

/// A fitted model of n rows.
#[derive(Debug)]
struct KmeansModel {
    model: Kmeans,
    /// What it was fitted to.
    data: Data,
    restarts: usize,
}

fn fit(
    host: &mut dyn Host,
    data: Data,
    options: KmeansOptions,
    nargout: usize,
) -> Result<Vec<Value>> {
    let restarts = options.restarts;
    let model = kmeans::kmeans(data.view(), &options, &host.monitor())?;
    let reached = format!("inertia {}{}", number(model.inertia), last_change(&model.history));
    tell_end(host, model.end, "kmeans", model.history.len(), &reached, "raise maxiter, or tol")?;
    let distances = match nargout {
        4.. => Some(model.distances(data.view())?.map(|d| d * d)),
        _ => None,
    };
    let model = KmeansModel { model, data, restarts };
    if nargout < 2 {
        return Ok(vec![Value::object(model)]);
    }
    let mut outputs: Vec<Value> = ["labels", "centers", "within"]
        .into_iter()
        .filter_map(|name| model.field(name))
        .collect::<Result<_>>()?;
    outputs.extend(distances.map(Value::from));
    Ok(outputs)
}

fn number(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

fn column(numbers: impl Iterator<Item = f64>) -> Value {
    Matrix::column_vector(numbers.collect()).into()
}

impl Object for KmeansModel {
    fn class(&self) -> &'static str {
        "kmeans model"
    }

    fn summary(&self) -> String {
        /// How many groups are listed.
        const LISTED: usize = 10;
        let Kmeans { labels, centers, sizes, within, inertia, history, end } = &self.model;
        let (n, k, d) = (labels.len(), centers.rows(), centers.cols());
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let end = match end {
            End::Converged => "converged",
            End::Limit => "not converged",
            End::Interrupted => "interrupted",
        };
        let mut out = format!(
            "kmeans model: {n} row{} of {d} number{} in {k} group{}\n  inertia     {}\n  iterations  {}, {end}, the best of {} start{}\n",
            plural(n),
            plural(d),
            plural(k),
            number(*inertia),
            history.len(),
            self.restarts,
            plural(self.restarts),
        );
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {:>5}  {:>8}  {:>12}", "group", "rows", "sum of sq.");
        for (c, (size, within)) in sizes.iter().zip(within).enumerate().take(LISTED) {
            let _ = writeln!(out, "  {:>5}  {size:>8}  {:>12}", c + 1, number(*within));
        }
        if k > LISTED {
            let _ = writeln!(out, "  … {} more", k - LISTED);
        }
        out + "  fields: " + &self.fields().join(" ")
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "labels",
            "centers",
            "sizes",
            "within",
            "inertia",
            "history",
            "iterations",
            "converged",
            "k",
        ]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let model = &self.model;
        Some(Ok(match name {
            "labels" => {
                let labels = model.labels.iter().map(|&l| (l + 1) as f64).collect();
                let rows = self.data.row_labels().cloned();
                Array::labelled(Matrix::column_vector(labels), rows, None).into()
            }
            "centers" => {
                let cols = self.data.col_labels().cloned();
                Array::labelled(model.centers.clone(), None, cols).into()
            }
            "sizes" => column(model.sizes.iter().map(|&size| size as f64)),
            "within" => column(model.within.iter().copied()),
            "inertia" => model.inertia.into(),
            "history" => column(model.history.iter().copied()),
            "iterations" => model.history.len().into(),
            "converged" => (model.end == End::Converged).into(),
            "k" => model.centers.rows().into(),
            _ => return None,
        }))
    }

    fn transform(&self, x: &Data, _host: &mut dyn Host) -> Option<Result<Value>> {
        let distances = self.model.distances(x.view()).map_err(Into::into);
        let rows = x.row_labels().cloned();
        Some(distances.map(|d| Array::labelled(d, rows, None).into()))
    }

    fn reconstruct(&self) -> Option<Result<Value>> {
        let Kmeans { labels, centers, .. } = &self.model;
        let nearest = Matrix::from_fn(labels.len(), centers.cols(), |i, j| centers[(labels[i], j)]);
        let (rows, cols) = (self.data.row_labels().cloned(), self.data.col_labels().cloned());
        Some(Ok(Array::labelled(nearest, rows, cols).into()))
    }

    fn score(&self, x: &Data, _host: &mut dyn Host) -> Option<Result<Value>> {
        let nearest = |d: Matrix| {
            let least = |i: usize| (0..d.cols()).map(|c| d[(i, c)]).fold(f64::INFINITY, f64::min);
            -(0..d.rows()).map(|i| least(i).powi(2)).sum::<f64>()
        };
        Some(self.model.distances(x.view()).map_err(Into::into).map(|d| nearest(d).into()))
    }

    fn plot(&self) -> Option<Result<Figure>> {
        Some(self.picture())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl KmeansModel {
    /// The rows in their first two principal components, coloured by group.
    fn picture(&self) -> Result<Figure> {
        let of = self.model.labels.clone();
        let names: Vec<String> =
            (1..=self.model.centers.rows()).map(|c| format!("group {c}")).collect();
        let (n, d) = self.data.shape();
        let options = PcaOptions { k: Some(n.min(d).min(2)), ..Default::default() };
        let scores = pca(self.data.view(), &options, &Monitor::default())?.scores;
        let x = scores.col(0).to_vec();
        // One component has nothing beside it but the groups themselves.
        let (y, y_label) = match scores.cols() {
            1 => (of.iter().map(|&c| (c + 1) as f64).collect(), "group"),
            _ => (scores.col(1).to_vec(), "PC2"),
        };
        let mut figure = Figure::scatter(Vec::new(), Vec::new());
        let axes = figure.axes_mut();
        let colours = PointColours::Categories { of, names };
        axes.marks = vec![Mark::Scatter(Scatter { x, y, colours, ..Default::default() })];
        axes.title = format!("{} groups", self.model.centers.rows());
        axes.x_label = "PC1".into();
        axes.y_label = y_label.into();
        Ok(figure)
    }
}
