//! How every kind of figure looks, at three sizes and on both backgrounds: what is drawn stays on the page, texts neither
//! leave it nor cover each other, ticks are within their frame, legends name the series; and small pictures kept in the
//! repository show it as somebody looked at it.
//!
//! `MATFAC_PICTURES=renew cargo test -p matfac looks` writes those pictures anew, after a change that is meant to be seen.
//! Look at them before they are kept. With `MATFAC_GALLERY` naming a directory, all sizes are written there as well.

use super::arrange;
use super::samples::all_kinds;
use super::scene::{Item, Point, Rect, Scene};
use super::tests::{all_words, decoded, extent};
use super::*;
use std::path::PathBuf;

const SIZES: [(u32, u32); 3] = [(320, 200), (640, 400), (1600, 1000)];

/// Kinds that are about their own size, or of so much data that one size is enough.
const ONE_SIZE: [&str; 6] = ["tangle", "walk", "cloud", "big_image", "small", "dark"];

/// Every kind in every size and on both backgrounds.
fn variants() -> impl Iterator<Item = (String, Figure)> {
    all_kinds().into_iter().flat_map(|(name, figure)| {
        let sizes = if ONE_SIZE.contains(&name) { &SIZES[..1] } else { &SIZES[..] };
        let each = sizes.iter().flat_map(|&size| [(size, Theme::Light), (size, Theme::Dark)]);
        let each: Vec<_> = each
            .map(|(size, theme)| {
                let name = format!("{name}, {}×{}, {theme:?}", size.0, size.1);
                (name, Figure { size, theme, ..figure.clone() })
            })
            .collect();
        each.into_iter()
    })
}

/// The corners of what an item covers.
fn corners(item: &Item) -> Vec<Point> {
    match item {
        Item::Path { points, .. } | Item::Polygon { points, .. } => points.clone(),
        Item::Fill { rect, .. } | Item::Cells { rect, .. } => {
            vec![(rect.left, rect.top), (rect.right, rect.bottom)]
        }
        Item::Circle { centre, radius, .. } => {
            vec![(centre.0 - radius, centre.1 - radius), (centre.0 + radius, centre.1 + radius)]
        }
        Item::Words(words) => {
            let r = extent(words);
            vec![(r.left, r.top), (r.right, r.bottom)]
        }
        Item::Crowd { items, .. } => items.iter().flat_map(corners).collect(),
    }
}

fn page(scene: &Scene) -> Rect {
    Rect::new(0.0, 0.0, f64::from(scene.width), f64::from(scene.height))
}

#[test]
fn nothing_leaves_the_page_and_no_text_covers_another() {
    let mut wrong = Vec::new();
    for (name, figure) in variants() {
        let scene = figure.scene().unwrap();
        let page = page(&scene);
        for item in &scene.items {
            let outside =
                corners(item).into_iter().find(|&corner| !page.grown(0.6).contains(corner));
            // Markers at the frame's edge reach over it, and no further than the margin.
            if outside.is_some() {
                wrong.push(format!("{name}: {outside:?} of {item:?}"));
            }
        }
        let words = all_words(&scene);
        for (i, w) in words.iter().enumerate() {
            let r = extent(w);
            if let Some(other) = words[..i].iter().find(|other| extent(other).overlaps(&r)) {
                wrong.push(format!("{name}: \"{}\" covers \"{}\"", w.text, other.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ticks_are_in_their_frame_and_legends_name_the_series() {
    for (name, figure) in variants() {
        let whole = Rect::new(0.0, 0.0, f64::from(figure.size.0), f64::from(figure.size.1));
        let scene = figure.scene().unwrap();
        let words = all_words(&scene);
        for prepared in arrange::prepared(&figure, whole).unwrap() {
            let layout = &prepared.layout;
            let frame = layout.frame.grown(0.01);
            assert!(frame.width() >= 12.0 && frame.height() >= 12.0, "{name}: {frame:?}");
            for &tick in &layout.x_ticks.at {
                let x = layout.x.at(tick).unwrap();
                assert!(x >= frame.left && x <= frame.right, "{name}: x tick {tick} at {x}");
            }
            for &tick in &layout.y_ticks.at {
                let y = layout.y.at(tick).unwrap();
                assert!(y >= frame.top && y <= frame.bottom, "{name}: y tick {tick} at {y}");
            }
            // A series that has a name is in the legend, in order, once.
            let rows: Vec<&String> = prepared.entries.iter().map(|entry| &entry.label).collect();
            let shown: Vec<&String> =
                words.iter().map(|w| &w.text).filter(|text| rows.contains(text)).collect();
            let cut = words.iter().any(|w| w.text.ends_with(" more") || w.text.ends_with('…'));
            if !cut && figure.axes.len() == 1 && figure.size.0 > 320 {
                assert_eq!(shown, rows, "{name}");
            }
        }
    }
}

/// The reference of a kind: both backgrounds beside each other, a pixel for each pixel.
fn reference(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(format!("{name}.png"))
}

/// Width, height and RGB of both backgrounds, the dark one below.
fn both(figure: &Figure) -> (u32, u32, Vec<u8>) {
    let one =
        |theme| decoded(&Figure { size: SIZES[0], theme, ..figure.clone() }.to_png(1.0).unwrap());
    let ((width, height, light), (_, _, dark)) = (one(Theme::Light), one(Theme::Dark));
    (width, 2 * height, [light, dark].concat())
}

/// How unlike two pictures are, each averaged over blocks of 4×4 pixels, which forgives other smoothing of edges: the
/// share of blocks that differ visibly.
fn unlikeness(a: &[u8], b: &[u8], width: usize) -> f64 {
    let block = |pixels: &[u8], x: usize, y: usize, channel: usize| -> f64 {
        let at = |i: usize| pixels[((y + i / 4) * width + x + i % 4) * 3 + channel];
        (0..16).map(|i| f64::from(at(i))).sum::<f64>() / 16.0
    };
    let height = a.len() / 3 / width;
    let places = (0..height / 4).flat_map(|y| (0..width / 4).map(move |x| (4 * x, 4 * y)));
    let (mut differ, mut all) = (0.0, 0.0);
    for (x, y) in places {
        all += 1.0;
        if (0..3).any(|c| (block(a, x, y, c) - block(b, x, y, c)).abs() > 24.0) {
            differ += 1.0;
        }
    }
    differ / all
}

/// So many blocks may differ before a picture is another one: a tick's label is about one in a hundred.
const ALIKE: f64 = 0.004;

#[test]
fn pictures_are_those_that_were_looked_at() {
    let renew = std::env::var_os("MATFAC_PICTURES").is_some_and(|word| word == "renew");
    let mut changed = Vec::new();
    for (name, figure) in all_kinds() {
        let (width, height, pixels) = both(&figure);
        if renew {
            let picture = canvas::Pixels { width, height, rgb: pixels };
            std::fs::create_dir_all(reference("x").parent().unwrap()).unwrap();
            std::fs::write(reference(name), picture.to_png(1.0).unwrap()).unwrap();
            continue;
        }
        let kept = std::fs::read(reference(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let (w, h, kept) = decoded(&kept);
        let unlike = if (w, h) == (width, height) {
            unlikeness(&kept, &pixels, width as usize)
        } else {
            1.0
        };
        if unlike > ALIKE {
            changed.push(format!("{name}: {:.1} % differ", 100.0 * unlike));
        }
    }
    assert!(changed.is_empty(), "look at tests/pictures, then renew: {changed:?}");
}

#[test]
fn the_comparison_sees_what_is_blank_moved_or_missing() {
    let (name, figure) = all_kinds().swap_remove(1);
    let (width, _, kept) = both(&figure);
    let seen = |other: &[u8]| unlikeness(&kept, other, width as usize);
    assert!(seen(&kept) == 0.0, "{name}");
    assert!(seen(&vec![255; kept.len()]) > ALIKE);
    let mut moved = kept.clone();
    moved.rotate_right(3 * 8);
    assert!(seen(&moved) > ALIKE);
    let mut untitled = figure.clone();
    untitled.axes_mut().title.clear();
    assert!(seen(&both(&untitled).2) > ALIKE);
    let mut shorter = figure.clone();
    shorter.axes_mut().marks.pop();
    assert!(seen(&both(&shorter).2) > ALIKE);
}

#[test]
fn gallery_of_sizes() {
    let Some(folder) = std::env::var_os("MATFAC_GALLERY").map(PathBuf::from) else { return };
    for (name, figure) in variants() {
        let name = name.replace(", ", "_").replace('×', "x");
        std::fs::write(folder.join(format!("{name}.png")), figure.to_png(1.0).unwrap()).unwrap();
    }
}
