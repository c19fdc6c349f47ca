//! The legend: one entry per labelled series, in the place that covers the least data.

use super::Colour;
use super::figure::{Axes, Location};
use super::font;
use super::layout::{Layout, Look};
use super::marks::{LineStyle, Mark, Marker, PointColours};
use super::points;
use super::scene::{Align, Paint, Point, Rect, Scene, Words};
use crate::error::{Error, Result};

/// One entry: a label and how its series looks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) label: String,
    colour: Colour,
    sample: Sample,
}

/// How a series looks beside its label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sample {
    Line { style: LineStyle, width: f64, marker: Option<(Marker, f64)> },
    Point(Marker, f64),
    Patch,
}

/// The free border inside the legend, and the length of a sample.
const PAD: f64 = 7.0;
const SAMPLE: f64 = 24.0;
const GAP: f64 = 6.0;

/// One thing that a legend can name: its label, if it has one, and how it looks.
pub(super) type Series = (Option<String>, Colour, Sample);

/// The series of a mark that has this colour.
pub(super) fn series_of(mark: &Mark, colour: Colour) -> Vec<Series> {
    match mark {
        Mark::Line(line) => {
            let marker = line.marker.map(|m| (m, line.marker_size.clamp(1.0, 10.0)));
            let width = line.width.clamp(0.0, 6.0);
            let sample = Sample::Line { style: line.style, width, marker };
            vec![(line.label.clone(), colour, sample)]
        }
        Mark::Scatter(scatter) => {
            let size = scatter.size.unwrap_or(6.5).clamp(3.0, 10.0);
            let sample = Sample::Point(scatter.marker, size);
            coloured(&scatter.colours, &scatter.label, colour, sample)
        }
        Mark::Patch(patch) => coloured(&patch.colours, &patch.label, colour, Sample::Patch),
        Mark::Bar(bar) => vec![(bar.label.clone(), colour, Sample::Patch)],
        _ => Vec::new(),
    }
}

/// All series with the labels that the user gave them in the legend or else where they were drawn.
pub(super) fn all_series(axes: &Axes, colours: &[Colour]) -> Result<Vec<Series>> {
    let mut series: Vec<Series> = axes
        .marks
        .iter()
        .zip(colours)
        .flat_map(|(mark, &colour)| series_of(mark, colour))
        .collect();
    let given = axes.legend.as_ref().map_or(&[][..], |l| &l.labels);
    if given.len() > series.len() {
        return Err(Error::argument(
            "legend",
            format!("the legend has {} labels and the axes {} series", given.len(), series.len()),
        ));
    }
    for ((label, ..), name) in series.iter_mut().zip(given) {
        *label = Some(name.clone());
    }
    for (label, ..) in &mut series {
        label.take_if(|l| l.is_empty());
    }
    Ok(series)
}

/// The entries of every labelled series, labels of the legend first.
pub(super) fn entries(axes: &Axes, colours: &[Colour]) -> Result<Vec<Entry>> {
    let series = all_series(axes, colours)?;
    if axes.legend.as_ref().is_some_and(|l| l.location == Location::Hidden) {
        return Ok(Vec::new());
    }
    let entry = |(label, colour, sample): Series| Some(Entry { label: label?, colour, sample });
    Ok(series.into_iter().filter_map(entry).collect())
}

/// The series of points or polygons: one, or one for each category.
fn coloured(
    colours: &PointColours,
    label: &Option<String>,
    colour: Colour,
    sample: Sample,
) -> Vec<Series> {
    let PointColours::Categories { names, .. } = colours else {
        return vec![(label.clone(), colour, sample)];
    };
    let first = super::PALETTE.iter().position(|&c| c == colour).unwrap_or(0);
    let named =
        |(k, name): (usize, &String)| (Some(name.clone()), Colour::of_series(first + k), sample);
    names.iter().enumerate().map(named).collect()
}

fn row_height(look: &Look) -> f64 {
    look.tick_size * 1.5
}

/// A legend of more entries than this would cover the data wherever it stood inside the frame.
const MOST_INSIDE: usize = 6;

/// Where the legend of these entries stands.
pub(super) fn location(axes: &Axes, entries: &[Entry]) -> Location {
    match axes.legend.as_ref().map_or(Location::Best, |l| l.location) {
        Location::Best if entries.len() > MOST_INSIDE => Location::Outside,
        location => location,
    }
}

/// The room a legend outside the axes takes, 0 for one inside.
pub(super) fn outside_width(location: Location, entries: &[Entry], look: &Look, cell: Rect) -> f64 {
    if entries.is_empty() || location != Location::Outside {
        return 0.0;
    }
    width(entries, look, cell.width() * 0.4)
}

/// The legend's width, at most `most`.
fn width(entries: &[Entry], look: &Look, most: f64) -> f64 {
    let text = entries.iter().map(|e| font::width(&e.label, look.tick_size, false));
    // Whole pixels, as the place has, so that the longest label still fits.
    (2.0 * PAD + SAMPLE + GAP + text.fold(0.0, f64::max)).min(most).ceil()
}

/// The legend's rectangle and how many of its entries it shows; nothing when there is no room or nothing to name.
fn plan(
    location: Location,
    entries: &[Entry],
    layout: &Layout,
    look: &Look,
    seen: &[Point],
) -> Option<(Rect, usize)> {
    let f = layout.frame;
    let row = row_height(look);
    let fitting = ((f.height() - 2.0 * PAD) / row).floor() as usize;
    if entries.is_empty() || fitting == 0 || f.width() < 40.0 {
        return None;
    }
    // When not all fit, the last row says how many are missing.
    let shown = if entries.len() > fitting { fitting - 1 } else { entries.len() };
    let rows = entries.len().min(fitting);
    let outside = location == Location::Outside;
    let most = if outside { layout.cell.width() * 0.4 } else { f.width() * 0.7 };
    let (w, h) = (width(entries, look, most), rows as f64 * row + 2.0 * PAD - row * 0.3);
    Some((place(location, layout, (w, h), seen), shown))
}

/// Pieces of data behind a legend in the best place inside the frame above which it stands outside instead, if it takes
/// less than this share of the width there.
const MOST_COVERED: usize = 6;
const MOST_WIDTH: f64 = 0.36;

/// Whether the legend covers so much data wherever it stands that it should stand outside.
pub(super) fn covers_data(
    location: Location,
    entries: &[Entry],
    layout: &Layout,
    look: &Look,
    seen: &[Point],
) -> bool {
    if location != Location::Best {
        return false;
    }
    let outside = outside_width(Location::Outside, entries, look, layout.cell);
    plan(location, entries, layout, look, seen).is_some_and(|(place, _)| {
        let behind = seen.iter().filter(|&&p| place.contains(p)).count();
        behind > MOST_COVERED && outside < MOST_WIDTH * layout.cell.width()
    })
}

/// Draws the legend.
pub(super) fn draw(
    scene: &mut Scene,
    location: Location,
    entries: &[Entry],
    layout: &Layout,
    look: &Look,
    seen: &[Point],
) {
    let Some((place, shown)) = plan(location, entries, layout, look, seen) else { return };
    let row = row_height(look);
    let outside = location == Location::Outside;
    let missing = entries.len() - shown;
    let shown = &entries[..shown];
    let w = place.width();
    scene.fill(place, Paint { colour: look.page, alpha: 0.88 });
    if !outside {
        scene.frame(place, 0.8, look.grid);
    }
    let room = w - 2.0 * PAD - SAMPLE - GAP;
    for (i, entry) in shown.iter().enumerate() {
        let middle = place.top + PAD + (i as f64 + 0.35) * row;
        draw_sample(scene, entry, (place.left + PAD, middle), look);
        write(scene, &entry.label, (place.left + PAD + SAMPLE + GAP, middle), room, look);
    }
    if missing > 0 {
        let middle = place.top + PAD + (shown.len() as f64 + 0.35) * row;
        let text = format!("… {missing} more");
        write(scene, &text, (place.left + PAD + SAMPLE + GAP, middle), room, look);
    }
}

fn write(scene: &mut Scene, text: &str, (x, middle): Point, room: f64, look: &Look) {
    scene.words(Words {
        text: font::fitted(text, look.tick_size, false, room + 0.01),
        at: (x, middle + look.tick_size * font::CAP_HEIGHT / 2.0),
        align: Align::Start,
        size: look.tick_size,
        bold: false,
        upright: false,
        colour: look.ink,
    });
}

fn draw_sample(scene: &mut Scene, entry: &Entry, (x, y): Point, look: &Look) {
    let centre = (x + SAMPLE / 2.0, y);
    let paint = entry.colour.into();
    match entry.sample {
        Sample::Line { style, width, marker } => {
            if style != LineStyle::None {
                let path = vec![(x, y), (x + SAMPLE, y)];
                for points in points::dashed(path, style.pattern(), width) {
                    scene.path(points, width, entry.colour);
                }
            }
            if let Some((marker, size)) = marker {
                let rim = Some(look.page);
                points::draw_marker(&mut scene.items, marker, centre, size, paint, rim);
            }
        }
        Sample::Point(marker, size) => {
            points::draw_marker(&mut scene.items, marker, centre, size, paint, None);
        }
        Sample::Patch => {
            let half = look.tick_size * 0.42;
            let rect = Rect::new(x + 2.0, y - half, x + SAMPLE - 2.0, y + half);
            scene.fill(rect, entry.colour);
        }
    }
}

/// The rectangle for a legend of size `w` × `h`.
fn place(location: Location, layout: &Layout, (w, h): (f64, f64), seen: &[Point]) -> Rect {
    let f = layout.frame;
    let inset = 6.0;
    let (left, right) = (f.left + inset, f.right - inset - w);
    let (top, bottom) = (f.top + inset, f.bottom - inset - h);
    let (centre, middle) = (f.centre().0 - w / 2.0, f.centre().1 - h / 2.0);
    let at = |x: f64, y: f64| Rect::new(x.round(), y.round(), (x + w).round(), (y + h).round());
    let spots = [
        (Location::NorthEast, at(right, top)),
        (Location::NorthWest, at(left, top)),
        (Location::SouthEast, at(right, bottom)),
        (Location::SouthWest, at(left, bottom)),
        (Location::East, at(right, middle)),
        (Location::West, at(left, middle)),
        (Location::North, at(centre, top)),
        (Location::South, at(centre, bottom)),
    ];
    match location {
        Location::Outside => at(layout.outside_at, f.top),
        Location::Best | Location::Hidden => {
            let covered = |spot: &Rect| {
                let grown = spot.grown(4.0);
                seen.iter().filter(|&&p| grown.contains(p)).count()
            };
            let best = spots.iter().min_by_key(|(_, spot)| covered(spot));
            best.map_or(at(right, top), |(_, spot)| *spot)
        }
        wanted => {
            let found = spots.iter().find(|(location, _)| *location == wanted);
            found.map_or(at(right, top), |(_, spot)| *spot)
        }
    }
}
