//! One figure of every kind, for the tests and for looking at.

use super::*;
use crate::Matrix;

/// Even noise in -1 … 1 without a random generator.
pub(super) fn noise(i: usize) -> f64 {
    let x = (i as f64 * 12.9898).sin() * 43758.5453;
    2.0 * (x - x.floor()) - 1.0
}

pub(super) fn with(marks: Vec<Mark>) -> Axes {
    Axes { marks, ..Axes::default() }
}

pub(super) fn line(x: Vec<f64>, y: Vec<f64>, label: &str) -> Line {
    Line { x, y, label: Some(label.into()), ..Line::default() }
}

pub(super) fn grid(n: usize, to: f64) -> Vec<f64> {
    (0..n).map(|i| i as f64 / (n - 1) as f64 * to).collect()
}

pub(super) fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| s.to_string()).collect()
}

pub(super) fn lines() -> Figure {
    let x = grid(200, 10.0);
    let styles = [LineStyle::Solid, LineStyle::Dashed, LineStyle::Dotted, LineStyle::DashDot];
    let marks = styles.iter().enumerate().map(|(k, &style)| {
        let y = x.iter().map(|v| (v + k as f64 * 0.7).sin() * (-v / 12.0).exp()).collect();
        Mark::Line(Line { style, ..line(x.clone(), y, &format!("phase {k}")) })
    });
    let axes = with(marks.collect());
    Figure::of(Axes {
        title: "Damped waves <of> \"light\" & sound: ∑ λᵢ".into(),
        x_label: "time (s)".into(),
        y_label: "amplitude".into(),
        ..axes
    })
}

pub(super) fn convergence() -> Figure {
    let x: Vec<f64> = (1..=40).map(|i| i as f64).collect();
    let fall = |rate: f64| x.iter().map(|v| 3.0 * (-rate * v).exp() + 1e-9).collect::<Vec<_>>();
    let mut fast = line(x.clone(), fall(0.9), "multiplicative updates");
    fast.marker = Some(Marker::Circle);
    fast.marker_size = 4.5;
    let slow = line(x.clone(), fall(0.3), "coordinate descent");
    Figure::of(Axes {
        y_scale: Scale::Log,
        title: "Convergence".into(),
        x_label: "iteration".into(),
        y_label: "‖A − WH‖".into(),
        ..with(vec![Mark::Line(fast), Mark::Line(slow)])
    })
}

pub(super) fn clusters() -> Figure {
    let of: Vec<usize> = (0..150).map(|i| i % 3).collect();
    let x = of.iter().enumerate().map(|(i, &k)| k as f64 * 2.0 + noise(i)).collect();
    let y =
        of.iter().enumerate().map(|(i, &k)| noise(i + 500) - (k as f64 - 1.0).powi(2)).collect();
    let colours =
        PointColours::Categories { of, names: names(&["setosa", "versicolor", "virginica"]) };
    let scatter = Scatter { x, y, colours, ..Scatter::default() };
    Figure::of(Axes {
        title: "Scores".into(),
        x_label: "PC 1 (72.9 %)".into(),
        y_label: "PC 2 (22.8 %)".into(),
        ..with(vec![Mark::Scatter(scatter)])
    })
}

pub(super) fn values() -> Figure {
    let x: Vec<f64> = (0..800).map(noise).collect();
    let y: Vec<f64> = (0..800).map(|i| noise(i + 3000)).collect();
    let v = x.iter().zip(&y).map(|(a, b)| (a * a + b * b).sqrt() * 1e6).collect();
    let colours = PointColours::Values(v);
    let scatter = Scatter { x, y, colours, ..Scatter::default() };
    Figure::of(Axes {
        equal_aspect: true,
        colour_label: "distance".into(),
        ..with(vec![Mark::Scatter(scatter)])
    })
}

pub(super) fn bars() -> Figure {
    let titles = ["Drama", "Comedy", "Action", "Thriller", "Documentary", "Film noir", "Western"];
    let mut figure =
        Figure::bar(names(&titles), vec![1500.0, 1200.0, 503.0, 492.0, 127.0, 24.0, -68.0]);
    figure.axes_mut().title = "Films by genre".into();
    figure.axes_mut().y_label = "films".into();
    figure
}

pub(super) fn grouped() -> Figure {
    let bar = |k: usize| {
        let heights = (0..4).map(|i| 2.0 + noise(i * 3 + k)).collect();
        let label = Some(["train", "test", "holdout"][k].to_string());
        Mark::Bar(Bar { x: vec![1.0, 2.0, 3.0, 4.0], heights, label, ..Bar::default() })
    };
    let x_ticks = Ticks::Categories(names(&["k = 5", "k = 10", "k = 20", "k = 40"]));
    Figure::of(Axes { x_ticks, ..with((0..3).map(bar).collect()) })
}

pub(super) fn sideways() -> Figure {
    let many: Vec<String> =
        (1..=14).map(|i| format!("A rather long film title, part {i}")).collect();
    let bar = Bar {
        x: (1..=14).map(|i| i as f64).collect(),
        heights: (0..14).map(|i| 5.0 - i as f64 * 0.3).collect(),
        horizontal: true,
        ..Bar::default()
    };
    let mut axes = with(vec![Mark::Bar(bar)]);
    axes.y_ticks = Ticks::Categories(many);
    axes.y_reversed = true;
    axes.x_label = "predicted rating".into();
    Figure::of(axes)
}

pub(super) fn upright() -> Figure {
    let many: Vec<String> = (1..=25).map(|i| format!("category {i}")).collect();
    Figure::bar(many, (0..25).map(|i| 3.0 + noise(i)).collect())
}

pub(super) fn image() -> Figure {
    let mut a = Matrix::from_fn(12, 20, |i, j| ((i as f64 - 5.0) * (j as f64 - 8.0) / 20.0).cos());
    a[(3, 4)] = f64::NAN;
    let mut figure = Figure::image(a);
    figure.axes_mut().title = "A".into();
    figure
}

pub(super) fn big_image() -> Figure {
    let a = Matrix::from_fn(1500, 2100, |i, j| {
        ((i as f64 / 90.0).sin() + (j as f64 / 120.0).cos()) * 1e-4 + 1e-5 * noise(i * j)
    });
    let mut figure = Figure::image(a);
    figure.axes_mut().colour_map = ColourMap::Diverging;
    figure.axes_mut().equal_aspect = true;
    figure.axes_mut().colour_label = "residual".into();
    figure
}

pub(super) fn picture() -> Figure {
    let pixel = |k: usize| Colour::new((k % 64 * 4) as u8, (k / 64 * 5) as u8, 128);
    let picture = Picture { rows: 48, cols: 64, pixels: (0..48 * 64).map(pixel).collect() };
    let mut axes = with(vec![Mark::Picture(picture)]);
    axes.visible = false;
    axes.y_reversed = true;
    axes.equal_aspect = true;
    axes.title = "a picture".into();
    Figure::of(axes)
}

/// An image of unequal sides in true proportion.
pub(super) fn stripe(rows: usize, cols: usize) -> Figure {
    let mut figure = Figure::image(Matrix::from_fn(rows, cols, |i, j| (i * j) as f64 * 100.0));
    figure.axes_mut().equal_aspect = true;
    figure.axes_mut().x_label = "column".into();
    figure.axes_mut().y_label = "row".into();
    figure.axes_mut().title = format!("{rows} × {cols}");
    figure
}

pub(super) fn tangle(n: usize) -> Figure {
    Figure::line((0..n).map(noise).collect(), (0..n).map(|i| noise(i + n)).collect())
}

pub(super) fn labelled() -> Figure {
    let x: Vec<f64> = (0..30).map(noise).collect();
    let y: Vec<f64> = (0..30).map(|i| noise(i + 77)).collect();
    let texts = (0..30).map(|i| format!("film {i}")).collect();
    let text = Text { x: x.clone(), y: y.clone(), texts, ..Text::default() };
    let rule = |at, label: &str| Rule { at, label: Some(label.into()), ..Rule::default() };
    Figure::of(with(vec![
        Mark::Scatter(Scatter { x, y, ..Scatter::default() }),
        Mark::HLine(rule(0.0, "mean")),
        Mark::VLine(rule(0.25, "median")),
        Mark::Text(text),
    ]))
}

pub(super) fn markers() -> Figure {
    let marks = "o.+x*sd^v<>p".chars().enumerate().map(|(k, c)| {
        let y = (0..6).map(|i| k as f64 + (i as f64).sin() * 0.3).collect();
        Mark::Line(Line {
            marker: Marker::from_char(c),
            marker_size: 8.0,
            width: 1.0,
            ..line((0..6).map(f64::from).collect(), y, &c.to_string())
        })
    });
    let mut axes = with(marks.collect());
    axes.legend = Some(Legend { labels: vec![], location: Location::Outside });
    Figure::of(axes)
}

pub(super) fn gaps() -> Figure {
    let mut y: Vec<f64> = (0..60).map(|i| (i as f64 / 5.0).sin() * 3e7).collect();
    y[20] = f64::NAN;
    y[21] = f64::INFINITY;
    y[40] = f64::NAN;
    y[42] = f64::NAN;
    let mut figure = Figure::line((0..60).map(|i| i as f64 * 1e4).collect(), y);
    figure.axes_mut().y_label =
        "a very long label that would not fit beside the axis at all".repeat(2);
    figure.axes_mut().x_label = "steps".into();
    figure.axes_mut().title =
        "A title that goes on for much longer than one line of a small figure can hold, so that it \
         has to be broken"
            .into();
    figure
}

pub(super) fn subplots() -> Figure {
    let pick = |f: Figure| f.axes.into_iter().next().unwrap();
    let all = vec![pick(lines()), pick(clusters()), pick(image()), pick(convergence())];
    Figure { size: (900, 620), ..Figure::subplots(2, 2, all) }
}

pub(super) fn walk(n: usize) -> Figure {
    let mut sum = 0.0;
    let y = (0..n).map(|i| {
        sum += noise(i);
        sum
    });
    let y: Vec<f64> = y.collect();
    Figure::line((0..n).map(|i| i as f64).collect(), y)
}

pub(super) fn cloud(n: usize) -> Figure {
    let x = (0..n).map(|i| noise(i) + noise(i + n) + noise(i + 2 * n)).collect();
    let y = (0..n).map(|i| noise(i + 3 * n) + noise(i + 5 * n)).collect();
    Figure::scatter(x, y)
}

pub(super) fn dark() -> Figure {
    Figure { theme: Theme::Dark, ..lines() }
}

pub(super) fn small() -> Figure {
    Figure { size: (220, 150), ..convergence() }
}

pub(super) fn spectrum() -> Figure {
    let v: Vec<f64> = (1..=10).map(|i| 1.0 / (i * i) as f64).collect();
    scree(&v, Some(0.9))
}

pub(super) fn log_log() -> Figure {
    let x: Vec<f64> = (0..40).map(|i| 10f64.powf(i as f64 / 10.0)).collect();
    let y = x.iter().map(|v| 1e-7 * v * v * v).collect();
    let mut figure = Figure::line(x, y);
    figure.axes_mut().x_scale = Scale::Log;
    figure.axes_mut().y_scale = Scale::Log;
    figure.axes_mut().x_label = "n".into();
    figure
}

pub(super) fn all_kinds() -> Vec<(&'static str, Figure)> {
    let mut kinds = vec![
        ("lines", lines()),
        ("convergence", convergence()),
        ("clusters", clusters()),
        ("values", values()),
        ("bars", bars()),
        ("grouped", grouped()),
        ("sideways", sideways()),
        ("upright", upright()),
        ("image", image()),
        ("big_image", big_image()),
        ("picture", picture()),
        ("tall", stripe(300, 40)),
        ("wide", stripe(12, 200)),
        ("tangle", tangle(1_000_000)),
        ("labelled", labelled()),
        ("markers", markers()),
        ("gaps", gaps()),
        ("subplots", subplots()),
        ("walk", walk(1_000_000)),
        ("cloud", cloud(1_000_000)),
        ("dark", dark()),
        ("small", small()),
        ("spectrum", spectrum()),
        ("wide_spectrum", scree(&(1..60).map(|i| 1.0 / i as f64).collect::<Vec<_>>(), Some(0.8))),
        ("log_log", log_log()),
        ("empty", Figure::default()),
    ];
    kinds.extend(super::sample_charts::charts());
    kinds
}
