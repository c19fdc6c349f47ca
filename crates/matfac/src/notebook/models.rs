//! Models of a matrix and recommenders.

use super::card::Card;
use super::grid::{Grid, number};
use super::types::displays;
use crate::data::End;
use crate::models::{Kmeans, Nmf, Pca};
use crate::recommend::{Aim, Ease, FactorModel, Fit, ItemKnn, Knn, Popularity, Setting, SlopeOne};

fn ending(end: End) -> &'static str {
    match end {
        End::Converged => "converged",
        End::Limit => "stopped at the limit on iterations",
        End::Interrupted => "interrupted",
    }
}

fn fit_card(fit: &Fit) -> Card {
    let (users, items) = (fit.seen.users().len(), fit.seen.items().len());
    let mut card = Card::new(format!("{} model", fit.method))
        .fact("users × items", format!("{users} × {items}"))
        .fact("observed", format!("{} ({:.2} %)", fit.seen.nnz(), 100.0 * fit.seen.density()));
    for (name, setting) in &fit.settings {
        card = card.fact(name, setting_text(setting));
    }
    let Some(last) = fit.history.last() else { return card };
    if fit.aim == Aim::Ratings
        && let Some(rmse) = last.rmse
    {
        card = card.number("training rmse", rmse);
    }
    let objective: Vec<f64> = fit.history.iter().map(|epoch| epoch.objective).collect();
    card.fact("iterations", format!("{}, {}", fit.history.len(), ending(fit.end)))
        .column("objective", &objective)
}

fn setting_text(setting: &Setting) -> String {
    match setting {
        Setting::Number(x) => number(*x),
        Setting::Word(word) => (*word).into(),
        Setting::Flag(yes) => (if *yes { "yes" } else { "no" }).into(),
    }
}

displays! {
    [] Pca, |m| Card::new(format!("pca model, {} of {} components", m.components.cols(), m.mean.len()))
        .fact("rows", m.n.to_string())
        .fact("explained", format!("{:.2} %", 100.0 * m.ratio.iter().sum::<f64>()))
        .fact("solver", m.solver)
        .table("", Grid::columns(&[("variance", &m.variance), ("share", &m.ratio)]))
        .matrix("components", &m.components)
        .matrix("scores", &m.scores);
    [] Nmf, |m| Card::new(format!("nmf model, {} parts", m.h.rows()))
        .number("objective", m.objective)
        .number("relative error", m.error)
        .fact("iterations", format!("{}, {}", m.iterations, ending(m.end)))
        .matrix("W", &m.w)
        .matrix("H", &m.h);
    [] Kmeans, |m| Card::new(format!("kmeans model, {} clusters of {} rows", m.sizes.len(), m.labels.len()))
        .number("inertia", m.inertia)
        .fact("iterations", format!("{}, {}", m.history.len(), ending(m.end)))
        .table("", Grid::columns(&[("rows", &m.sizes.iter().map(|&n| n as f64).collect::<Vec<_>>()), ("within", &m.within)]))
        .matrix("centers", &m.centers);
    [] FactorModel, |m| fit_card(&m.fit);
    [] Knn, |m| fit_card(&m.fit);
    [] ItemKnn, |m| fit_card(&m.fit);
    [] SlopeOne, |m| fit_card(&m.fit);
    [] Popularity, |m| fit_card(&m.fit);
    [] Ease, |m| fit_card(&m.fit);
}
