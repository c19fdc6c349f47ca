//! Figures as a whole: every kind is drawn on both surfaces, and bad input is refused.
//!
//! With the environment variable `MATFAC_GALLERY` naming a directory, `gallery` also writes its
//! pictures there, to be looked at.

use super::samples::{all_kinds, clusters, grid, line, lines, names, with};
use super::scene::{Align, Item, Rect, Scene, Words};
use super::*;
use crate::Matrix;
use std::time::Instant;

pub(super) fn decoded(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height, pixels)
}

/// Where a text is.
pub(super) fn extent(w: &Words) -> Rect {
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

pub(super) fn all_words(scene: &Scene) -> Vec<&Words> {
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
        let most = match name {
            "cloud" | "big_image" => 2_000_000,
            // Two thousand faces with their outlines.
            "surf" | "mesh" => 450_000,
            _ => 200_000,
        };
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
                Mark::Image(Image { matrix: Matrix::row_vector(y.clone()), ..Image::default() }),
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
