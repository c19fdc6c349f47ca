//! What is said of figures and axes: sizes, titles, limits, legends.

use super::data::strings;
use super::object::FigureValue;
use super::{Every, Switch, ThemeName, object};
use crate::builtins::argument::{Count, Rest};
use crate::builtins::entry::Context;
use crate::value::{Blame, Cells, Fault, Result, Value};
use matfac::plot::{Axes, ColourMap, Figure, Legend, Location, Mark, Theme, Ticks};

/// Pixels a figure may have on a side; far beyond any screen, far below what memory holds.
const MOST_PIXELS: usize = 10_000;

/// A side of a figure in pixels.
pub fn side(name: &str, count: Option<Count>, default: u32) -> Result<u32> {
    match count {
        None => Ok(default),
        Some(Count(n)) if n <= MOST_PIXELS => Ok(n as u32),
        Some(Count(n)) => {
            Err(Fault::new(format!("{name} is at most {MOST_PIXELS}, and this is {n}"))
                .blame(Blame::Keyword(name.into())))
        }
    }
}

/// Makes a figure current again, as it is.
pub fn again(cx: &mut Context<'_>, figure: &FigureValue) -> Result<Vec<Value>> {
    cx.host.figures().resume(figure.handle());
    Ok(object::outputs(cx))
}

/// How a new figure is.
#[derive(Debug)]
pub struct Page {
    pub width: Option<Count>,
    pub height: Option<Count>,
    pub theme: ThemeName,
    pub interactive: bool,
}

/// Starts a figure; one whose number is that of a figure not shown yet goes on with it.
pub fn figure(cx: &mut Context<'_>, number: Option<usize>, page: Page) -> Result<Vec<Value>> {
    let Page { width, height, theme, interactive } = page;
    let (default_width, default_height) = Figure::default().size;
    let size = (side("width", width, default_width)?, side("height", height, default_height)?);
    let theme = match theme {
        ThemeName::Light => Theme::Light,
        ThemeName::Dark => Theme::Dark,
    };
    match number {
        Some(number) if cx.host.figures().go_to(number) => {}
        number => {
            cx.host.figures().start(Figure { size, theme, interactive, ..Figure::default() });
            cx.host.figures().call(number);
        }
    }
    Ok(object::outputs(cx))
}

/// Chooses axes of a grid.
pub fn subplot(cx: &mut Context<'_>, m: usize, n: usize, k: usize) -> Result<()> {
    if m.saturating_mul(n) > 400 {
        return Err(
            Fault::new(format!("{m}×{n} axes are too many for a figure")).hint("at most 400")
        );
    }
    if k > m * n {
        return Err(Fault::new(format!("there is no axes number {k} among {m}×{n}"))
            .blame(Blame::Keyword("k".into())));
    }
    cx.host.figures().select((m, n), k - 1);
    Ok(())
}

/// `subplot(235)`
pub fn subplot_digits(cx: &mut Context<'_>, digits: usize) -> Result<()> {
    let (m, n, k) = (digits / 100, digits / 10 % 10, digits % 10);
    if digits > 999 || m == 0 || n == 0 || k == 0 {
        return Err(Fault::new(format!("{digits} does not name axes"))
            .hint("subplot(2, 3, 5), or subplot(235) for short")
            .blame(Blame::Positional(0)));
    }
    subplot(cx, m, n, k)
}

/// Whether plots join the current axes.
pub fn hold(cx: &mut Context<'_>, mode: Option<Switch>) -> Result<()> {
    let figures = cx.host.figures();
    figures.reopen();
    figures.hold = mode.map_or(!figures.hold, |mode| mode == Switch::On);
    Ok(())
}

/// Changes the current axes.
pub fn say(cx: &mut Context<'_>, change: impl FnOnce(&mut Axes)) -> Result<()> {
    cx.host.figures().edit(change);
    Ok(())
}

/// Names what is plotted.
pub fn legend(cx: &mut Context<'_>, labels: Rest, location: Option<String>) -> Result<()> {
    let place = location.as_deref().map(Location::parse).transpose()?;
    let mut names: Vec<String> = Vec::new();
    for (i, value) in labels.0.iter().enumerate() {
        match (value, value.as_number()) {
            (Value::Cell(_) | Value::Text(_), _) => {
                let list = strings(value, "a name in the legend");
                names.extend(list.map_err(|fault| fault.blame(Blame::Positional(i)))?);
            }
            (_, Some(x)) => names.push(matfac::data::number_text(x)),
            _ => {
                return Err(Fault::new(format!(
                    "a name in the legend is a string, and this is a {}",
                    value.describe()
                ))
                .blame(Blame::Positional(i)));
            }
        }
    }
    let word = match &names[..] {
        [word] => word.to_lowercase(),
        _ => String::new(),
    };
    cx.host.figures().edit(|axes| {
        let legend = axes.legend.get_or_insert_with(Legend::default);
        legend.location = place.unwrap_or(legend.location);
        match word.as_str() {
            "off" | "hide" => legend.location = Location::Hidden,
            "on" | "show" => legend.location = place.unwrap_or(Location::Best),
            // `legend()` shows what has a name already.
            _ if names.is_empty() => {}
            _ => {
                let series = axes.series();
                // Before anything is plotted, the names wait for it.
                if series > 0 && names.len() > series {
                    axes.legend = None;
                    let (names, are) =
                        (names.len(), if series == 1 { "series is" } else { "series are" });
                    let plural = if names == 1 { "" } else { "s" };
                    return Err(Fault::new(format!(
                        "the legend has {names} name{plural}, and {series} {are} plotted"
                    ))
                    .blame(Blame::Positional(series)));
                }
                if let Some(legend) = &mut axes.legend {
                    legend.labels = names;
                }
            }
        }
        Ok(())
    })
}

/// Whether lines mark the ticks.
pub fn grid(cx: &mut Context<'_>, mode: Option<Switch>) -> Result<()> {
    say(cx, |axes| axes.grid = mode.map_or(!axes.grid, |mode| mode == Switch::On))
}

/// The ends of both axes, or how they are drawn.
pub fn axis(cx: &mut Context<'_>, how: Rest) -> Result<()> {
    for (i, value) in how.0.iter().enumerate() {
        let Some(word) = value.as_text() else {
            let given = value.to_array().map(|a| a.data.as_slice().to_vec()).unwrap_or_default();
            match given[..] {
                [x1, x2, y1, y2] if x1 < x2 && y1 < y2 => cx.host.figures().edit(|axes| {
                    axes.x_limits = Some((x1, x2));
                    axes.y_limits = Some((y1, y2));
                }),
                _ => {
                    return Err(Fault::new("axis needs four numbers, each lower end first")
                        .hint("axis([x1 x2 y1 y2])")
                        .blame(Blame::Positional(i)));
                }
            }
            continue;
        };
        let change: fn(&mut Axes) = match word {
            "equal" | "image" | "square" => |axes| axes.equal_aspect = true,
            "normal" => |axes| axes.equal_aspect = false,
            "off" => |axes| axes.visible = false,
            "on" => |axes| axes.visible = true,
            "ij" => |axes| axes.y_reversed = true,
            "xy" => |axes| axes.y_reversed = false,
            "auto" => |axes| (axes.x_limits, axes.y_limits) = (None, None),
            "tight" => tight,
            _ => {
                return Err(Fault::new(format!("axis does not know \"{word}\""))
                    .hint("one of equal, image, square, normal, on, off, ij, xy, auto, tight")
                    .blame(Blame::Positional(i)));
            }
        };
        cx.host.figures().edit(change);
    }
    Ok(())
}

/// Ends the axes where the data end.
fn tight(axes: &mut Axes) {
    let extent = |pick: fn(&Mark) -> Option<&[f64]>| {
        let values = axes.marks.iter().filter_map(pick).flatten().filter(|v| v.is_finite());
        let ends = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (low.min(v), high.max(v)));
        (ends.0 < ends.1).then_some(ends)
    };
    let x = extent(|mark| match mark {
        Mark::Line(line) => Some(&line.x),
        Mark::Scatter(points) => Some(&points.x),
        _ => None,
    });
    let y = extent(|mark| match mark {
        Mark::Line(line) => Some(&line.y),
        Mark::Scatter(points) => Some(&points.y),
        _ => None,
    });
    (axes.x_limits, axes.y_limits) = (x.or(axes.x_limits), y.or(axes.y_limits));
}

/// Sets or frees the ends of an axis or of the colour map.
pub fn limits(
    cx: &mut Context<'_>,
    function: &str,
    given: &Rest,
    set: impl FnOnce(&mut Axes, Option<(f64, f64)>),
) -> Result<()> {
    let list: Vec<f64> = match &given.0[..] {
        [word] if word.as_text() == Some("auto") => {
            cx.host.figures().edit(|axes| set(axes, None));
            return Ok(());
        }
        [value] => value.to_array().map(|a| a.data.as_slice().to_vec()).unwrap_or_default(),
        [low, high] => low.as_number().into_iter().chain(high.as_number()).collect(),
        _ => Vec::new(),
    };
    match list[..] {
        [low, high] if low < high && low.is_finite() && high.is_finite() => {
            cx.host.figures().edit(|axes| set(axes, Some((low, high))));
            Ok(())
        }
        _ => Err(Fault::new(format!("{function} needs two numbers, the lower first"))
            .hint(format!("{function}([0 1]), or {function}(\"auto\")"))
            .blame(Blame::Positional(0))),
    }
}

/// Sets the ticks of an axis.
pub fn ticks(
    cx: &mut Context<'_>,
    at: Vec<f64>,
    labels: Rest,
    set: impl FnOnce(&mut Axes, Ticks),
) -> Result<()> {
    let names: Vec<String> =
        labels.0.iter().filter_map(Value::as_text).map(str::to_string).collect();
    if !labels.0.is_empty() && names.len() != at.len() {
        return Err(super::arguments::lengths(
            ("the list of ticks", at.len()),
            ("the list of their names", names.len()),
        ));
    }
    let ticks = match (at.is_empty(), names.is_empty()) {
        (true, _) => Ticks::None,
        (false, true) => Ticks::At(at),
        (false, false) => Ticks::Labelled(at, names),
    };
    say(cx, |axes| set(axes, ticks))
}

/// Chooses the colour map; the names of all of them for "list", and the current one's when none is given.
pub fn colormap(cx: &mut Context<'_>, name: Option<&str>) -> Result<Vec<Value>> {
    let Some(name) = name else {
        let map = cx.host.figures().edit(|axes| axes.colour_map);
        return Ok(vec![Value::from(map.name())]);
    };
    if name == "list" {
        let names = ColourMap::names().into_iter().map(Value::from).collect();
        return Ok(vec![Value::cell(Cells::column_vector(names))]);
    }
    let map = ColourMap::parse(name)
        .map_err(|error| Box::<Fault>::from(error).blame(Blame::Positional(0)))?;
    say(cx, |axes| axes.colour_map = map)?;
    Ok(Vec::new())
}

/// Shows or hides the colour bar.
pub fn colorbar(cx: &mut Context<'_>, mode: Switch, label: Option<String>) -> Result<()> {
    say(cx, |axes| {
        axes.colour_bar = mode == Switch::On;
        axes.colour_label = label.unwrap_or_default();
    })
}

/// Forgets figures: the current one, one by its number, or all.
pub fn close(cx: &mut Context<'_>, which: Option<Every>, number: Option<usize>) -> Result<()> {
    match (which, number) {
        (Some(Every::All), _) => cx.host.figures().close_all(),
        (None, Some(number)) => {
            if cx.host.figures().go_to(number) {
                cx.host.figures().close();
            }
        }
        (None, None) => cx.host.figures().close(),
    }
    Ok(())
}

/// Forgets the figure that a value stands for.
pub fn close_figure(cx: &mut Context<'_>, figure: &FigureValue) -> Result<()> {
    cx.host.figures().forget(figure.handle());
    Ok(())
}

/// Empties the current figure, or its current axes.
pub fn clear(cx: &mut Context<'_>, whole: bool) -> Result<()> {
    cx.host.figures().clear(whole);
    Ok(())
}
