//! Figures as a whole: every kind is drawn on both surfaces, and bad input is refused.
//!
//! With the environment variable `MATFAC_GALLERY` naming a directory, `gallery` also writes its
//! pictures there, to be looked at.

use super::scene::{Align, Item, Rect, Scene, Words};
use super::*;
use crate::Matrix;
use std::time::Instant;

/// Even noise in -1 … 1 without a random generator.
fn noise(i: usize) -> f64 {
    let x = (i as f64 * 12.9898).sin() * 43758.5453;
    2.0 * (x - x.floor()) - 1.0
}

fn with(marks: Vec<Mark>) -> Axes {
    Axes { marks, ..Axes::default() }
}

fn line(x: Vec<f64>, y: Vec<f64>, label: &str) -> Line {
    Line { x, y, label: Some(label.into()), ..Line::default() }
}

fn grid(n: usize, to: f64) -> Vec<f64> {
    (0..n).map(|i| i as f64 / (n - 1) as f64 * to).collect()
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| s.to_string()).collect()
}

fn lines() -> Figure {
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

fn convergence() -> Figure {
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

fn clusters() -> Figure {
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

fn values() -> Figure {
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

fn bars() -> Figure {
    let titles = ["Drama", "Comedy", "Action", "Thriller", "Documentary", "Film noir", "Western"];
    let mut figure =
        Figure::bar(names(&titles), vec![1500.0, 1200.0, 503.0, 492.0, 127.0, 24.0, -68.0]);
    figure.axes_mut().title = "Films by genre".into();
    figure.axes_mut().y_label = "films".into();
    figure
}

fn grouped() -> Figure {
    let bar = |k: usize| {
        let heights = (0..4).map(|i| 2.0 + noise(i * 3 + k)).collect();
        let label = Some(["train", "test", "holdout"][k].to_string());
        Mark::Bar(Bar { x: vec![1.0, 2.0, 3.0, 4.0], heights, label, ..Bar::default() })
    };
    let x_ticks = Ticks::Categories(names(&["k = 5", "k = 10", "k = 20", "k = 40"]));
    Figure::of(Axes { x_ticks, ..with((0..3).map(bar).collect()) })
}

fn sideways() -> Figure {
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

fn upright() -> Figure {
    let many: Vec<String> = (1..=25).map(|i| format!("category {i}")).collect();
    Figure::bar(many, (0..25).map(|i| 3.0 + noise(i)).collect())
}

fn image() -> Figure {
    let mut a = Matrix::from_fn(12, 20, |i, j| ((i as f64 - 5.0) * (j as f64 - 8.0) / 20.0).cos());
    a[(3, 4)] = f64::NAN;
    let mut figure = Figure::image(a);
    figure.axes_mut().title = "A".into();
    figure
}

fn big_image() -> Figure {
    let a = Matrix::from_fn(1500, 2100, |i, j| {
        ((i as f64 / 90.0).sin() + (j as f64 / 120.0).cos()) * 1e-4 + 1e-5 * noise(i * j)
    });
    let mut figure = Figure::image(a);
    figure.axes_mut().colour_map = ColourMap::Diverging;
    figure.axes_mut().equal_aspect = true;
    figure.axes_mut().colour_label = "residual".into();
    figure
}

fn picture() -> Figure {
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
fn stripe(rows: usize, cols: usize) -> Figure {
    let mut figure = Figure::image(Matrix::from_fn(rows, cols, |i, j| (i * j) as f64 * 100.0));
    figure.axes_mut().equal_aspect = true;
    figure.axes_mut().x_label = "column".into();
    figure.axes_mut().y_label = "row".into();
    figure.axes_mut().title = format!("{rows} × {cols}");
    figure
}

fn tangle(n: usize) -> Figure {
    Figure::line((0..n).map(noise).collect(), (0..n).map(|i| noise(i + n)).collect())
}

fn labelled() -> Figure {
    let x: Vec<f64> = (0..30).map(noise).collect();
    let y: Vec<f64> = (0..30).map(|i| noise(i + 77)).collect();
    let texts = (0..30).map(|i| format!("film {i}")).collect();
    let text = Text { x: x.clone(), y: y.clone(), texts, colour: None };
    let rule = |at, label: &str| Rule { at, label: Some(label.into()), ..Rule::default() };
    Figure::of(with(vec![
        Mark::Scatter(Scatter { x, y, ..Scatter::default() }),
        Mark::HLine(rule(0.0, "mean")),
        Mark::VLine(rule(0.25, "median")),
        Mark::Text(text),
    ]))
}

fn markers() -> Figure {
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

fn gaps() -> Figure {
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

fn subplots() -> Figure {
    let pick = |f: Figure| f.axes.into_iter().next().unwrap();
    let all = vec![pick(lines()), pick(clusters()), pick(image()), pick(convergence())];
    Figure { size: (900, 620), ..Figure::subplots(2, 2, all) }
}

fn walk(n: usize) -> Figure {
    let mut sum = 0.0;
    let y = (0..n).map(|i| {
        sum += noise(i);
        sum
    });
    let y: Vec<f64> = y.collect();
    Figure::line((0..n).map(|i| i as f64).collect(), y)
}

fn cloud(n: usize) -> Figure {
    let x = (0..n).map(|i| noise(i) + noise(i + n) + noise(i + 2 * n)).collect();
    let y = (0..n).map(|i| noise(i + 3 * n) + noise(i + 5 * n)).collect();
    Figure::scatter(x, y)
}

fn dark() -> Figure {
    Figure { theme: Theme::Dark, ..lines() }
}

fn small() -> Figure {
    Figure { size: (220, 150), ..convergence() }
}

fn spectrum() -> Figure {
    let v: Vec<f64> = (1..=10).map(|i| 1.0 / (i * i) as f64).collect();
    scree(&v, Some(0.9))
}

fn log_log() -> Figure {
    let x: Vec<f64> = (0..40).map(|i| 10f64.powf(i as f64 / 10.0)).collect();
    let y = x.iter().map(|v| 1e-7 * v * v * v).collect();
    let mut figure = Figure::line(x, y);
    figure.axes_mut().x_scale = Scale::Log;
    figure.axes_mut().y_scale = Scale::Log;
    figure.axes_mut().x_label = "n".into();
    figure
}

fn all_kinds() -> Vec<(&'static str, Figure)> {
    vec![
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
    ]
}

fn decoded(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height, pixels)
}

/// Where a text is.
fn extent(w: &Words) -> Rect {
    let length = font::width(&w.text, w.size, w.bold);
    let before = match w.align {
        Align::Start => 0.0,
        Align::Middle => length / 2.0,
        Align::End => length,
    };
    let (x, y) = w.at;
    let (up, down) = (w.size * font::CAP_HEIGHT, 0.0);
    if w.upright {
        Rect::new(x - up, y + before - length, x + down, y + before)
    } else {
        Rect::new(x - before, y - up, x - before + length, y + down)
    }
}

fn all_words(scene: &Scene) -> Vec<&Words> {
    let words = scene.items.iter().filter_map(|i| match i {
        Item::Words(w) => Some(w),
        _ => None,
    });
    words.collect()
}

#[test]
fn gallery() {
    let folder = std::env::var_os("MATFAC_GALLERY").map(std::path::PathBuf::from);
    for (name, figure) in all_kinds() {
        let start = Instant::now();
        let bytes = figure.to_png(2.0).unwrap();
        let png_time = start.elapsed();
        let (width, height, pixels) = decoded(&bytes);
        assert_eq!((width, height), (figure.size.0 * 2, figure.size.1 * 2), "{name}");
        assert!(pixels.chunks(3).any(|p| p != &pixels[..3]), "{name} is blank");
        let start = Instant::now();
        let svg = figure.to_svg().unwrap();
        let svg_time = start.elapsed();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{name}");
        // Noise does not compress, so embedded pictures of it may be larger.
        let most = if ["cloud", "big_image"].contains(&name) { 2_000_000 } else { 200_000 };
        assert!(svg.len() < most, "{name}: {} bytes", svg.len());
        println_if(folder.is_some(), || {
            format!(
                "{name}: png {png_time:?} {} bytes, svg {svg_time:?} {} bytes",
                bytes.len(),
                svg.len()
            )
        });
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("{name}.png")), &bytes).unwrap();
            std::fs::write(folder.join(format!("{name}.svg")), &svg).unwrap();
        }
    }
}

#[allow(clippy::print_stdout, reason = "only when pictures are asked for")]
fn println_if(wanted: bool, text: impl Fn() -> String) {
    if wanted {
        println!("{}", text());
    }
}

#[test]
fn no_text_is_clipped_and_none_covers_another() {
    for (name, figure) in all_kinds() {
        let scene = figure.scene().unwrap();
        let page = Rect::new(0.0, 0.0, scene.width as f64, scene.height as f64);
        let words = all_words(&scene);
        for (i, w) in words.iter().enumerate() {
            let r = extent(w);
            assert!(
                page.contains((r.left, r.top)) && page.contains((r.right, r.bottom)),
                "{name}: \"{}\" is at {r:?}",
                w.text
            );
            for other in &words[..i] {
                assert!(!extent(other).overlaps(&r), "{name}: \"{}\", \"{}\"", w.text, other.text);
            }
        }
    }
}

#[test]
fn titles_are_escaped_in_xml() {
    let svg = lines().to_svg().unwrap();
    assert!(svg.contains("Damped waves &lt;of&gt; &quot;light&quot; &amp; sound: ∑ λᵢ"), "{svg}");
    let mut figure = Figure::default();
    figure.axes_mut().title = "a\u{0}b\u{1b}c".into();
    assert!(figure.to_svg().unwrap().contains("a b c"));
}

#[test]
fn legend_entries_are_the_labelled_series() {
    let texts = |f: &Figure| -> Vec<String> {
        all_words(&f.scene().unwrap()).iter().map(|w| w.text.clone()).collect()
    };
    let count =
        |f: &Figure, prefix: &str| texts(f).iter().filter(|t| t.starts_with(prefix)).count();
    assert_eq!(count(&lines(), "phase"), 4);
    assert_eq!(count(&clusters(), "v"), 2);
    let mut figure = lines();
    figure.axes_mut().legend = Some(Legend { labels: names(&["first"]), location: Location::East });
    assert_eq!((count(&figure, "phase"), count(&figure, "first")), (3, 1));
    figure.axes_mut().legend = Some(Legend { labels: vec![], location: Location::Hidden });
    assert_eq!(count(&figure, "phase"), 0);
    figure.axes_mut().legend = Some(Legend { labels: vec!["x".into(); 5], ..Legend::default() });
    let error = figure.to_svg().unwrap_err().to_string();
    assert!(error.contains('5') && error.contains('4'), "{error}");
}

#[test]
fn the_legend_avoids_the_data() {
    // Rising data leave the top left or the bottom right free.
    let x = grid(50, 1.0);
    let figure = Figure::of(with(vec![Mark::Line(line(x.clone(), x, "rising"))]));
    let scene = figure.scene().unwrap();
    let words = all_words(&scene);
    let at = words.iter().find(|w| w.text == "rising").unwrap().at;
    assert!(at.0 < 320.0 && at.1 < 200.0, "{at:?}");
}

#[test]
fn contradictions_are_refused_with_both_numbers() {
    let error = Figure::line(vec![1.0, 2.0], vec![1.0]).to_png(1.0).unwrap_err().to_string();
    assert!(error.contains('2') && error.contains('1'), "{error}");
    let mut scatter = Scatter { x: vec![1.0], y: vec![1.0], ..Scatter::default() };
    scatter.colours = PointColours::Categories { of: vec![3], names: names(&["a"]) };
    assert!(Figure::of(with(vec![Mark::Scatter(scatter.clone())])).to_svg().is_err());
    scatter.colours = PointColours::Values(vec![]);
    assert!(Figure::of(with(vec![Mark::Scatter(scatter)])).to_svg().is_err());
    assert!(Figure::bar(names(&["a"]), vec![]).to_svg().is_err());
    let picture = Picture { rows: 2, cols: 2, pixels: vec![] };
    assert!(Figure::of(with(vec![Mark::Picture(picture)])).to_svg().is_err());
    assert!(Figure { size: (0, 10), ..lines() }.to_svg().is_err());
    assert!(Figure { grid: (0, 0), ..lines() }.to_svg().is_err());
    for scale in [0.0, -1.0, f64::NAN, 1e9, f64::INFINITY] {
        assert!(lines().to_png(scale).is_err(), "{scale}");
    }
    let mut log = Figure::line(vec![1.0], vec![-1.0]);
    log.axes_mut().y_scale = Scale::Log;
    assert!(log.to_svg().unwrap_err().hint().unwrap().contains("linear"));
}

#[test]
fn awkward_data_are_drawn() {
    let odd = [
        vec![],
        vec![0.0],
        vec![1.0, 1.0, 1.0],
        vec![f64::NAN; 3],
        vec![f64::INFINITY, 1.0, f64::NEG_INFINITY],
        vec![f64::MAX, f64::MIN],
        vec![1e300, -1e300, 0.0],
        vec![f64::MIN_POSITIVE, 0.0],
        vec![5e-324, 1e-310],
        vec![1e15, 1e15 + 1.0, 1e15 + 2.0],
        vec![1.0, 1.0 + 1e-15],
        vec![-0.0, 0.0],
    ];
    for y in &odd {
        let x: Vec<f64> = (0..y.len()).map(|i| i as f64).collect();
        for size in [(640, 400), (1, 1), (3, 900), (40, 40), (900, 20)] {
            let line = Line { marker: Some(Marker::Star), ..line(y.clone(), x.clone(), "x") };
            let values = PointColours::Values(y.clone());
            let scatter =
                Scatter { x: y.clone(), y: y.clone(), colours: values, ..Scatter::default() };
            let bar =
                Bar { x: y.clone(), heights: y.clone(), label: Some("b".into()), ..Bar::default() };
            let marks = vec![
                Mark::Line(Line { style: LineStyle::DashDot, ..line }),
                Mark::Scatter(scatter),
                Mark::Bar(Bar { horizontal: true, ..bar.clone() }),
                Mark::Bar(bar),
                Mark::Image(Image { matrix: Matrix::row_vector(y.clone()), limits: None }),
                Mark::HLine(Rule { at: f64::NAN, label: Some("r".into()), ..Rule::default() }),
                Mark::VLine(Rule { at: 1.0, label: Some("r".into()), ..Rule::default() }),
            ];
            for mark in marks {
                for scale in [Scale::Linear, Scale::Log] {
                    let mut axes = with(vec![mark.clone()]);
                    (axes.x_scale, axes.y_scale) = (scale, scale);
                    axes.equal_aspect = true;
                    axes.title = "title".into();
                    axes.y_label = "label".into();
                    let figure = Figure { size, ..Figure::of(axes) };
                    let (svg, png) = (figure.to_svg(), figure.to_png(1.0));
                    assert_eq!(svg.is_ok(), png.is_ok());
                    assert!(svg.is_ok() || scale == Scale::Log, "{y:?} {mark:?} {svg:?}");
                    assert!(!svg.is_ok_and(|s| s.contains("NaN") || s.contains("inf")));
                }
            }
        }
    }
}

#[test]
fn limits_cut_everything_to_the_frame() {
    for (name, mut figure) in all_kinds() {
        for axes in &mut figure.axes {
            axes.x_limits = Some((1.3, 1.9));
            axes.y_limits = Some((0.31, 0.4));
        }
        assert!(figure.to_png(1.0).is_ok(), "{name}");
        assert!(figure.to_svg().is_ok(), "{name}");
    }
}

#[test]
fn a_straight_line_is_smooth() {
    // Along an edge of slope 1/3 a hard-edged line has two colours; a smooth one has shades.
    let mut figure = Figure::line(vec![0.0, 3.0], vec![0.0, 1.0]);
    figure.axes_mut().grid = false;
    figure.axes_mut().visible = false;
    let (_, _, pixels) = decoded(&figure.to_png(1.0).unwrap());
    let mut shades: Vec<&[u8]> = pixels.chunks(3).collect();
    shades.sort();
    shades.dedup();
    assert!(shades.len() > 20, "{}", shades.len());
    assert!(shades.contains(&&[0x00, 0x72, 0xB2][..]), "the line's own colour is reached");
}
