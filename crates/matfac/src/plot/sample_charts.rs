//! One figure of each kind that has a mark or a builder of its own, beside those of `samples`.

use super::samples::{bars, clusters, grid, line, names, noise, stripe, with};
use super::*;
use crate::Matrix;

fn area() -> Figure {
    let x: Vec<f64> = (0..=20).map(f64::from).collect();
    let mut below = vec![0.0; 21];
    let mut marks = Vec::new();
    for (k, name) in ["train", "bus", "car"].iter().enumerate() {
        let above: Vec<f64> =
            below.iter().enumerate().map(|(i, b)| b + 2.0 + noise(i * 3 + k)).collect();
        let outline = |a: &[f64], b: &[f64]| -> Vec<f64> {
            a.iter().chain(b.iter().rev()).copied().collect()
        };
        marks.push(Mark::Patch(Patch {
            x: outline(&x, &x),
            y: outline(&above, &below),
            base: Some(0.0),
            alpha: 0.75,
            label: Some((*name).into()),
            ..Patch::default()
        }));
        below = above;
    }
    Figure::of(Axes { title: "Passengers".into(), x_label: "week".into(), ..with(marks) })
}

fn stem() -> Figure {
    let x: Vec<f64> = (0..30).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|v| (v / 3.0).sin() * (-v / 15.0).exp()).collect();
    let points = Line {
        style: LineStyle::None,
        marker: Some(Marker::Circle),
        ..line(x.clone(), y.clone(), "h")
    };
    let stalks = Spans { low: vec![0.0; 30], at: x, high: y, base: Some(0.0), ..Spans::default() };
    let base = Rule { style: LineStyle::Solid, ..Rule::default() };
    Figure::of(Axes {
        x_label: "n".into(),
        y_label: "h[n]".into(),
        ..with(vec![Mark::HLine(base), Mark::Line(points), Mark::Spans(stalks)])
    })
}

fn stairs() -> Figure {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for i in 0..15 {
        x.extend([f64::from(i), f64::from(i) + 1.0]);
        y.extend([noise(i as usize); 2]);
    }
    Figure::of(with(vec![Mark::Line(line(x, y, "level"))]))
}

fn errors() -> Figure {
    let x: Vec<f64> = (1..=8).map(f64::from).collect();
    let series = |k: usize| -> [Mark; 2] {
        let y: Vec<f64> = x.iter().map(|v| 1.0 / v + k as f64 * 0.2).collect();
        let error = |i: usize| 0.05 + 0.03 * noise(i + k).abs();
        let low = y.iter().enumerate().map(|(i, v)| v - error(i)).collect();
        let high = y.iter().enumerate().map(|(i, v)| v + error(i)).collect();
        let label = ["train", "held out"][k];
        [
            Mark::Line(Line { marker: Some(Marker::Circle), ..line(x.clone(), y, label) }),
            Mark::Spans(Spans { at: x.clone(), low, high, cap: 7.0, ..Spans::default() }),
        ]
    };
    Figure::of(Axes {
        x_label: "rank".into(),
        y_label: "error".into(),
        ..with([series(0), series(1)].concat())
    })
}

fn stacked(horizontal: bool) -> Figure {
    let bar = |k: usize| {
        let heights =
            (0..5).map(|i| 2.0 + noise(i * 3 + k) - if i == 4 { 3.0 } else { 0.0 }).collect();
        Mark::Bar(Bar {
            x: (1..=5).map(f64::from).collect(),
            heights,
            horizontal,
            arrangement: Arrangement::Stacked,
            label: Some(["north", "east", "south"][k].into()),
            ..Bar::default()
        })
    };
    let categories = Ticks::Categories(names(&["2019", "2020", "2021", "2022", "2023"]));
    let axes = with((0..3).map(bar).collect());
    Figure::of(if horizontal {
        Axes { y_ticks: categories, ..axes }
    } else {
        Axes { x_ticks: categories, ..axes }
    })
}

fn histograms() -> Figure {
    let bar = |k: usize| {
        let values: Vec<f64> = (0..2000)
            .map(|i| noise(i) + noise(i + 7000) + noise(i + 9999) + 1.5 * k as f64)
            .collect();
        let (heights, x) = histogram(&values, 25).unwrap();
        let arrangement = Arrangement::Overlaid;
        let label = Some(["men", "women"][k].to_string());
        Mark::Bar(Bar { x, heights, arrangement, width: 1.0, label, ..Bar::default() })
    };
    Figure::of(Axes {
        x_label: "height".into(),
        y_label: "count".into(),
        ..with(vec![bar(0), bar(1)])
    })
}

fn heat_map() -> Figure {
    let matrix = Matrix::from_fn(6, 6, |i, j| if i == j { 1.0 } else { noise(i * j + i + j) });
    let labels = matrix.as_slice().iter().map(|v| format!("{v:.2}")).collect();
    let all = names(&["height", "weight", "age", "income", "rooms", "distance"]);
    Figure::of(Axes {
        title: "Correlations".into(),
        colour_map: ColourMap::Diverging,
        colour_limits: Some((-1.0, 1.0)),
        x_ticks: Ticks::Categories(all.clone()),
        y_ticks: Ticks::Categories(all),
        y_reversed: true,
        grid: false,
        ..with(vec![Mark::Image(Image { matrix, labels: Some(labels), ..Image::default() })])
    })
}

fn boxes(style: BoxStyle) -> Figure {
    let group = |k: usize| {
        (0..80).map(|i| noise(i + 99 * k) * noise(i + 31 * k) * 4.0 + k as f64).collect()
    };
    let groups: Vec<Vec<f64>> = (0..4).map(group).collect();
    let mut figure = Figure::of(boxplot(&groups, names(&["als", "biases", "knn", "nmf"]), style));
    figure.axes_mut().title = "Error by method".into();
    figure
}

/// MATLAB's landscape.
fn peaks(n: usize) -> (Vec<f64>, Matrix) {
    let at: Vec<f64> = grid(n, 6.0).iter().map(|v| v - 3.0).collect();
    let z = Matrix::from_fn(n, n, |i, j| {
        let (x, y) = (at[j], at[i]);
        3.0 * (1.0 - x).powi(2) * (-x * x - (y + 1.0).powi(2)).exp()
            - 10.0 * (x / 5.0 - x.powi(3) - y.powi(5)) * (-x * x - y * y).exp()
            - (-(x + 1.0).powi(2) - y * y).exp() / 3.0
    });
    (at, z)
}

fn contours(filled: bool) -> Figure {
    let (at, z) = peaks(60);
    let contours = Contours {
        x: at.clone(),
        y: at,
        z,
        filled,
        labels: !filled,
        width: 1.3,
        ..Contours::default()
    };
    Figure::of(Axes {
        colour_bar: filled,
        x_label: "x".into(),
        ..with(vec![Mark::Contours(contours)])
    })
}

fn surface(mesh: bool) -> Figure {
    let (at, z) = peaks(45);
    let surface = Surface {
        x: Matrix::from_fn(45, 45, |_, j| at[j]),
        y: Matrix::from_fn(45, 45, |i, _| at[i]),
        z,
        values: None,
        mesh,
    };
    Figure::of(Axes {
        title: "Peaks".into(),
        x_label: "longitude".into(),
        y_label: "latitude".into(),
        z_label: "height".into(),
        colour_bar: !mesh,
        ..with(vec![Mark::Surface(surface)])
    })
}

fn causes() -> Figure {
    let heights = [120.0, 45.0, 90.0, 15.0, 8.0, 3.0];
    let all = names(&["wear", "heat", "rust", "shock", "other", "unknown"]);
    let mut figure = Figure::of(pareto(&heights, all, None));
    figure.axes_mut().title = "Causes of failure".into();
    figure.axes_mut().y_label = "failures".into();
    figure
}

fn scatter_matrix() -> Figure {
    let of: Vec<usize> = (0..150).map(|i| i % 3).collect();
    let data = Matrix::from_fn(150, 3, |i, j| {
        of[i] as f64 * (j as f64 + 0.5) + noise(i * 7 + j * 1000) * 1.5
    });
    let classes = (of, names(&["setosa", "versicolor", "virginica"]));
    pairs(&data, &names(&["length", "width", "depth"]), Some(&classes)).unwrap()
}

fn dated() -> Figure {
    let x: Vec<f64> = (0..400).map(|i| 737_791.0 + f64::from(i)).collect();
    let y = x.iter().map(|v| (v / 40.0).sin() * 8.0 + 12.0).collect();
    let axes = with(vec![Mark::Line(line(x, y, ""))]);
    Figure::of(Axes { x_ticks: Ticks::Dates(None), y_label: "temperature".into(), ..axes })
}

fn annotated() -> Figure {
    let arrow = Annotation {
        shape: AnnotationShape::Arrow,
        from: (0.6, 0.75),
        to: (0.42, 0.6),
        text: "the largest".into(),
        ..Annotation::default()
    };
    let rectangle = Annotation {
        shape: AnnotationShape::Box,
        from: (0.7, 0.45),
        to: (0.95, 0.6),
        text: "nothing to\nsee here".into(),
        fill: Some(Colour::from_hex(0xFFF3C4)),
        colour: Some(Colour::from_hex(0x6B5900)),
        ..Annotation::default()
    };
    let mut figure = stem();
    figure.annotations = vec![arrow, rectangle];
    figure.title = "A page with a title".into();
    figure
}

fn words() -> Figure {
    let text = |x: f64, anchor: Anchor, word: &str| {
        Mark::Text(Text {
            x: vec![x],
            y: vec![1.0],
            texts: vec![word.into()],
            anchor,
            ..Text::default()
        })
    };
    let marks = vec![
        Mark::Scatter(Scatter { x: vec![1.0, 2.0, 3.0], y: vec![1.0; 3], ..Scatter::default() }),
        text(1.0, Anchor::At(0.0, -0.8), "left"),
        text(2.0, Anchor::At(-0.5, -0.8), "centre"),
        text(3.0, Anchor::At(-1.0, 1.8), "right"),
    ];
    Figure::of(with(marks))
}

/// Axes of different margins: their frames are of one size all the same.
fn uneven() -> Figure {
    let pick = |f: Figure| f.axes.into_iter().next().unwrap();
    let all = vec![pick(stripe(12, 20)), pick(bars()), pick(clusters()), pick(stairs())];
    Figure { size: (900, 620), title: "Four of a kind".into(), ..Figure::subplots(2, 2, all) }
}

pub(super) fn charts() -> Vec<(&'static str, Figure)> {
    vec![
        ("area", area()),
        ("stem", stem()),
        ("stairs", stairs()),
        ("errorbar", errors()),
        ("stacked", stacked(false)),
        ("stacked_sideways", stacked(true)),
        ("hist", histograms()),
        ("heatmap", heat_map()),
        ("boxplot", boxes(BoxStyle::default())),
        (
            "boxplot_sideways",
            boxes(BoxStyle { horizontal: true, notch: true, ..BoxStyle::default() }),
        ),
        ("contour", contours(false)),
        ("contourf", contours(true)),
        ("surf", surface(false)),
        ("mesh", surface(true)),
        ("pareto", causes()),
        ("pairs", scatter_matrix()),
        ("dates", dated()),
        ("annotated", annotated()),
        ("words", words()),
        ("uneven", uneven()),
    ]
}
