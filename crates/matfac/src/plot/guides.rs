//! What helps to read the data: grid, frame, ticks, titles, rules, texts and the colour bar.

use super::axis_ticks::AxisTicks;
use super::figure::Axes;
use super::font;
use super::layout::{ColourBar, GAP, Layout, Look, PAD, TICK};
use super::marks::{Anchor, LineStyle, Mark, Rule, Text};
use super::points;
use super::scale::Map;
use super::scene::{Align, Item, Paint, Point, Rect, Scene, Words};
use super::ticks::power_of_ten;

/// Light lines at the ticks, below the data.
pub(super) fn grid(scene: &mut Scene, axes: &Axes, layout: &Layout, look: &Look) {
    let Rect { left, top, right, bottom } = layout.frame;
    let mut draw = |ticks: &[f64], vertical: bool, colour| {
        for &tick in ticks {
            let path = if vertical {
                let x = layout.x.clamped(tick);
                vec![(x, top), (x, bottom)]
            } else {
                let y = layout.y.clamped(tick);
                vec![(left, y), (right, y)]
            };
            scene.path(path, 0.8, colour);
        }
    };
    // Bars show their positions themselves; lines through them are only noise.
    let bars = |lying: bool| {
        axes.marks.iter().any(|m| matches!(m, Mark::Bar(bar) if bar.horizontal == lying))
    };
    if per_decade(&layout.x) >= 80.0 {
        draw(&layout.x_ticks.minor, true, look.minor_grid);
    }
    if per_decade(&layout.y) >= 80.0 {
        draw(&layout.y_ticks.minor, false, look.minor_grid);
    }
    if !bars(false) {
        draw(&layout.x_ticks.at, true, look.grid);
    }
    if !bars(true) {
        draw(&layout.y_ticks.at, false, look.grid);
    }
}

/// Pixels between a power of ten and the next.
fn per_decade(map: &Map) -> f64 {
    (map.to - map.from).abs() / (map.hi / map.lo).log10()
}

/// A text in the figure's ink.
fn words(text: &str, at: Point, align: Align, size: f64, look: &Look) -> Words {
    Words { text: text.to_string(), at, align, size, bold: false, upright: false, colour: look.ink }
}

/// The frame with ticks, labels and the title, above the data.
pub(super) fn frame(scene: &mut Scene, axes: &Axes, layout: &Layout, look: &Look, boxed: bool) {
    let f = layout.frame;
    if axes.is_flat() {
        if boxed {
            scene.frame(f, 1.0, look.faint);
        } else {
            scene.path(vec![(f.left, f.top), (f.left, f.bottom)], 1.0, look.faint);
            scene.path(vec![(f.left, f.bottom), (f.right, f.bottom)], 1.0, look.faint);
        }
        x_ticks(scene, layout, look);
        y_ticks(scene, layout, look);
        right_ticks(scene, axes, layout, look);
        axis_labels(scene, axes, layout, look);
    }
    let width = |line: &str| font::width(line, look.title_size, true);
    for (i, line) in layout.title.iter().enumerate() {
        // Centred on the frame, unless that would leave the cell.
        let half = width(line) / 2.0;
        let (low, high) = (layout.cell.left + 4.0 + half, layout.cell.right - 4.0 - half);
        let x = f.centre().0.min(high).max(low);
        let y =
            layout.title_top + PAD + look.title_size * (font::CAP_HEIGHT + 0.1 + 1.3 * i as f64);
        let title = words(line, (x, y), Align::Middle, look.title_size, look);
        scene.words(Words { bold: true, ..title });
    }
}

fn x_ticks(scene: &mut Scene, layout: &Layout, look: &Look) {
    let f = layout.frame;
    let size = look.tick_size;
    let AxisTicks { at, labels, minor, exponent, upright } = &layout.x_ticks;
    for &tick in minor.iter().filter(|_| per_decade(&layout.x) >= 30.0) {
        let x = layout.x.clamped(tick);
        scene.path(vec![(x, f.bottom), (x, f.bottom + TICK * 0.6)], 0.8, look.faint);
    }
    for (&tick, label) in at.iter().zip(labels) {
        let x = layout.x.clamped(tick);
        scene.path(vec![(x, f.bottom), (x, f.bottom + TICK)], 1.0, look.faint);
        let top = f.bottom + TICK + GAP;
        let (at, align) = if *upright {
            ((x + size * font::CAP_HEIGHT / 2.0, top - GAP / 2.0), Align::End)
        } else {
            ((x, top + size * font::CAP_HEIGHT), Align::Middle)
        };
        scene.words(Words { upright: *upright, ..words(label, at, align, size, look) });
    }
    if *exponent != 0 {
        let factor = format!("×{}", power_of_ten(*exponent));
        let at = (f.right, layout.x_label_at);
        scene.words(words(&factor, at, Align::End, size, look));
    }
}

fn y_ticks(scene: &mut Scene, layout: &Layout, look: &Look) {
    let f = layout.frame;
    let size = look.tick_size;
    for &tick in layout.y_ticks.minor.iter().filter(|_| per_decade(&layout.y) >= 30.0) {
        let y = layout.y.clamped(tick);
        scene.path(vec![(f.left - TICK * 0.6, y), (f.left, y)], 0.8, look.faint);
    }
    for (&tick, label) in layout.y_ticks.at.iter().zip(&layout.y_ticks.labels) {
        let y = layout.y.clamped(tick);
        scene.path(vec![(f.left - TICK, y), (f.left, y)], 1.0, look.faint);
        let at = (f.left - TICK - GAP, y + size * font::CAP_HEIGHT / 2.0);
        scene.words(words(label, at, Align::End, size, look));
    }
    if layout.y_ticks.exponent != 0 {
        let factor = format!("×{}", power_of_ten(layout.y_ticks.exponent));
        scene.words(words(&factor, (f.left, f.top - size * 0.7), Align::Start, size, look));
    }
}

/// The second y axis.
fn right_ticks(scene: &mut Scene, axes: &Axes, layout: &Layout, look: &Look) {
    let Some(ticks) = &layout.right_ticks else { return };
    let (f, size) = (layout.frame, look.tick_size);
    for (&tick, label) in ticks.at.iter().zip(&ticks.labels) {
        let y = layout.y.clamped(tick);
        scene.path(vec![(f.right, y), (f.right + TICK, y)], 1.0, look.faint);
        let at = (f.right + TICK + GAP, y + size * font::CAP_HEIGHT / 2.0);
        scene.words(words(label, at, Align::Start, size, look));
    }
    let x = f.right + TICK + GAP + ticks.widest(size) + GAP + look.label_size * 0.9;
    let text = font::fitted(&axes.right_label, look.label_size, false, f.height());
    let label = words(&text, (x, f.centre().1), Align::Middle, look.label_size, look);
    scene.words(Words { upright: true, ..label });
}

/// The title of the whole page; returns the rest of the page.
pub(super) fn page_title(scene: &mut Scene, title: &str, page: Rect, look: &Look) -> Rect {
    let size = look.title_size * 1.1;
    if title.trim().is_empty() {
        return page;
    }
    let lines = font::wrapped(title, size, true, page.width() - 16.0, 3);
    let height = size * 1.3 * lines.len() as f64 + PAD;
    if height > page.height() / 2.0 {
        return page;
    }
    for (k, line) in lines.iter().enumerate() {
        let y = PAD + size * (font::CAP_HEIGHT + 0.1 + 1.3 * k as f64);
        let title = words(line, (page.centre().0, y), Align::Middle, size, look);
        scene.words(Words { bold: true, ..title });
    }
    Rect { top: page.top + height, ..page }
}

fn axis_labels(scene: &mut Scene, axes: &Axes, layout: &Layout, look: &Look) {
    let f = layout.frame;
    let size = look.label_size;
    // A label longer than the frame is centred on the cell instead.
    let place = |length: f64, frame: (f64, f64), cell: (f64, f64)| {
        let half = length / 2.0;
        ((frame.0 + frame.1) / 2.0).min(cell.1 - 4.0 - half).max(cell.0 + 4.0 + half)
    };
    if layout.x_label_at.is_finite() && !axes.x_label.is_empty() {
        let factor = if layout.x_ticks.exponent != 0 { look.tick_size * 4.0 } else { 0.0 };
        let room = layout.cell.width() - 8.0 - factor;
        let text = font::fitted(&axes.x_label, size, false, room);
        let length = font::width(&text, size, false);
        let cell = (layout.cell.left, layout.cell.right - factor);
        let x = place(length, (f.left, f.right), cell);
        scene.words(words(&text, (x, layout.x_label_at), Align::Middle, size, look));
    }
    if layout.y_label_at.is_finite() && !axes.y_label.is_empty() {
        // The title, which may reach further left than the frame, stays free.
        let top = if layout.title.is_empty() { layout.cell.top } else { f.top - 6.0 };
        let room = layout.cell.bottom - top - 8.0;
        let text = font::fitted(&axes.y_label, size, false, room);
        let length = font::width(&text, size, false);
        let y = place(length, (f.top, f.bottom), (top, layout.cell.bottom));
        let at = (layout.y_label_at, y);
        scene.words(Words { upright: true, ..words(&text, at, Align::Middle, size, look) });
    }
}

/// Rules and texts, above the data and the frame; `seen` learns where they are.
pub(super) fn annotations(
    scene: &mut Scene,
    axes: &Axes,
    layout: &Layout,
    look: &Look,
    seen: &mut Vec<Point>,
) {
    let mut taken: Vec<Rect> = Vec::new();
    for mark in &axes.marks {
        match mark {
            Mark::HLine(rule) => draw_rule(scene, rule, layout, look, seen, false, &mut taken),
            Mark::VLine(rule) => draw_rule(scene, rule, layout, look, seen, true, &mut taken),
            _ => {}
        }
    }
    let f = layout.frame;
    for mark in &axes.marks {
        let steps = (0..=100).map(|i| i as f64 / 100.0);
        match mark {
            Mark::HLine(rule) => {
                let y = layout.y.clamped(rule.at);
                seen.extend(steps.map(|t| (f.left + t * f.width(), y)));
            }
            Mark::VLine(rule) => {
                let x = layout.x.clamped(rule.at);
                seen.extend(steps.map(|t| (x, f.top + t * f.height())));
            }
            _ => {}
        }
    }
    for mark in &axes.marks {
        if let Mark::Text(text) = mark {
            draw_texts(scene, text, layout, look, seen, &mut taken);
        }
    }
    for r in taken {
        let steps = (0..=10).map(|i| i as f64 / 10.0);
        seen.extend(steps.map(|t| (r.left + t * r.width(), (r.top + r.bottom) / 2.0)));
    }
}

/// Draws a rule across the frame, with its label on the side that covers less data.
fn draw_rule(
    scene: &mut Scene,
    rule: &Rule,
    layout: &Layout,
    look: &Look,
    seen: &[Point],
    vertical: bool,
    taken: &mut Vec<Rect>,
) {
    let f = layout.frame;
    let map = if vertical { layout.x } else { layout.y };
    let Some(at) = map.at(rule.at) else { return };
    let path = if vertical {
        vec![(at, f.top), (at, f.bottom)]
    } else {
        vec![(f.left, at), (f.right, at)]
    };
    if !f.contains(path[0]) {
        return;
    }
    let colour = rule.colour.unwrap_or(look.faint);
    if rule.style != LineStyle::None {
        for points in points::dashed(path, rule.style.pattern(), 1.3) {
            scene.path(points, 1.3, colour);
        }
    }
    let Some(label) = &rule.label else { return };
    let size = look.tick_size;
    let text = font::fitted(label, size, false, f.width() - 12.0);
    let width = font::width(&text, size, false);
    let height = size * font::CAP_HEIGHT;
    let gap = 4.0;
    // The boxes the label could take, best first among equals.
    let boxed = |left: f64, bottom: f64| Rect::new(left, bottom - height, left + width, bottom);
    let places = if vertical {
        let (after, before) = (at + gap, at - gap - width);
        let (high, low) = (f.top + gap + height, f.bottom - gap);
        [boxed(after, high), boxed(before, high), boxed(after, low), boxed(before, low)]
    } else {
        let (end, start) = (f.right - gap - width, f.left + gap);
        let (above, below) = (at - gap, at + gap + height);
        [boxed(end, above), boxed(start, above), boxed(end, below), boxed(start, below)]
    };
    let cost = |place: &Rect| {
        let inside = f.contains((place.left, place.top)) && f.contains((place.right, place.bottom));
        let clash = taken.iter().filter(|t| t.overlaps(place)).count();
        let grown = place.grown(3.0);
        let covered = seen.iter().filter(|&&p| grown.contains(p)).count();
        (!inside, clash, covered)
    };
    let Some(best) = places.iter().min_by_key(|place| cost(place)) else { return };
    taken.push(best.grown(2.0));
    // A veil keeps the words readable where the data cannot be avoided.
    scene.fill(best.grown(1.5), Paint { colour: look.page, alpha: 0.75 });
    let label = words(&text, (best.left, best.bottom), Align::Start, size, look);
    scene.words(Words { colour, ..label });
}

/// Draws words beside their points: right of them unless another side covers less.
fn draw_texts(
    scene: &mut Scene,
    text: &Text,
    layout: &Layout,
    look: &Look,
    seen: &[Point],
    taken: &mut Vec<Rect>,
) {
    if let Anchor::At(across, down) = text.anchor {
        return anchored(scene, text, (across, down), layout, look, taken);
    }
    // Among very many points there is no free place to look for.
    let seen = if seen.len() * text.x.len() < 3_000_000 { seen } else { &[] };
    let size = text_size(text, look);
    let height = size * font::CAP_HEIGHT;
    for ((&x, &y), label) in text.x.iter().zip(&text.y).zip(&text.texts) {
        let (Some(x), Some(y)) = (layout.x.at(x), layout.y.at(y)) else { continue };
        if !layout.frame.contains((x, y)) || taken.len() > 5_000 {
            continue;
        }
        let width = font::width(label, size, false);
        let (right, left) = (x + 5.0, x - 5.0 - width);
        let (above, below, level) = (y - 4.0, y + 4.0 + height, y + height / 2.0);
        let places = [(right, above), (left, above), (right, below), (left, below)];
        let places = places.into_iter().chain([(right + 2.0, level), (left - 2.0, level)]);
        let boxes =
            places.map(|(left, bottom)| Rect::new(left, bottom - height, left + width, bottom));
        let allowed = boxes.into_iter().filter(|place| {
            layout.cell.contains((place.left, place.top))
                && layout.cell.contains((place.right, place.bottom))
                && !taken.iter().any(|t| t.overlaps(place))
        });
        let free = allowed.min_by_key(|place| {
            let room = place.grown(2.0);
            seen.iter().filter(|&&p| room.contains(p)).count()
        });
        if let Some(place) = free {
            taken.push(place.grown(1.0));
            let word = words(label, (place.left, place.bottom), Align::Start, size, look);
            scene.words(Words { colour: text.colour.unwrap_or(look.ink), ..word });
        }
    }
}

fn text_size(text: &Text, look: &Look) -> f64 {
    text.size.filter(|size| size.is_finite()).map_or(look.tick_size * 0.95, |s| s.clamp(2.0, 200.0))
}

/// Draws words where they are told to stand.
fn anchored(
    scene: &mut Scene,
    text: &Text,
    (across, down): (f64, f64),
    layout: &Layout,
    look: &Look,
    taken: &mut Vec<Rect>,
) {
    let size = text_size(text, look);
    let height = size * font::CAP_HEIGHT;
    for ((&x, &y), label) in text.x.iter().zip(&text.y).zip(&text.texts) {
        let (Some(x), Some(y)) = (layout.x.at(x), layout.y.at(y)) else { continue };
        if !layout.frame.grown(0.5).contains((x, y)) {
            continue;
        }
        for (k, line) in label.lines().enumerate() {
            let width = font::width(line, size, false);
            let (left, bottom) = (x + across * width, y + down * height + 1.3 * size * k as f64);
            taken.push(Rect::new(left, bottom - height, left + width, bottom));
            let word = words(line, (left, bottom), Align::Start, size, look);
            scene.words(Words { colour: text.colour.unwrap_or(look.ink), ..word });
        }
    }
}

/// The colour bar right of the frame.
pub(super) fn colour_bar(scene: &mut Scene, axes: &Axes, bar: &ColourBar, look: &Look) {
    let r = bar.rect;
    let size = look.tick_size;
    let rows = ((r.height() * 2.0) as usize).clamp(1, 512);
    let shade = |i: usize| axes.colour_map.at(1.0 - (i as f64 + 0.5) / rows as f64);
    let pixels = (0..rows).map(shade).collect();
    scene.items.push(Item::Cells { rect: r, rows, cols: 1, pixels });
    scene.frame(r, 1.0, look.faint);
    for (&tick, label) in bar.ticks.at.iter().zip(&bar.ticks.labels) {
        let y = bar.map.clamped(tick);
        scene.path(vec![(r.right, y), (r.right + TICK, y)], 1.0, look.faint);
        let at = (r.right + TICK + GAP, y + size * font::CAP_HEIGHT / 2.0);
        scene.words(words(label, at, Align::Start, size, look));
    }
    if bar.ticks.exponent != 0 {
        let factor = format!("×{}", power_of_ten(bar.ticks.exponent));
        scene.words(words(&factor, (r.left, r.top - size * 0.7), Align::Start, size, look));
    }
    if !axes.colour_label.is_empty() {
        let widest =
            bar.ticks.labels.iter().map(|l| font::width(l, size, false)).fold(0.0, f64::max);
        let text = font::fitted(&axes.colour_label, look.label_size, false, r.height());
        let x = r.right + TICK + GAP + widest + GAP + look.label_size * 0.9;
        let label = words(&text, (x, r.centre().1), Align::Middle, look.label_size, look);
        scene.words(Words { upright: true, ..label });
    }
}
