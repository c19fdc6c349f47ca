//! Lines, rules, and the scree plot.

use super::arguments::{Look, colour, lengths, marker, numbers, pixels};
use super::data::Given;
use super::object;
use crate::builtins::argument::Rest;
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value, uninterruptible};
use matfac::plot::{Axes, Colour, Line, LineSpec, LineStyle, Mark, Marker, Rule, Scale};

/// x, y and the specification that follows them.
pub struct Group {
    pub series: Vec<Line>,
    pub spec: LineSpec,
}

/// Draws lines, or the picture of an object; `scales` are those of the x and y axes, when the function sets them.
pub fn plot(
    cx: &mut Context<'_>,
    mut data: Rest,
    mut look: Look,
    scales: [Option<Scale>; 2],
) -> Result<Vec<Value>> {
    let scales = named_scales(&mut data.0).unwrap_or(scales);
    if let [Value::Object(object)] = &data.0[..] {
        let Some(figure) = object.plot() else {
            return Err(Fault::new(format!("a {} has no picture of its own", object.class()))
                .hint(format!("plot one of its fields: {}", object.fields().join(", ")))
                .blame(Blame::Positional(0)));
        };
        cx.host.figures().adopt(figure?);
        return Ok(object::outputs(cx));
    }
    let groups = groups(&data.0, &mut look)?;
    let lines = styled(groups, &look)?;
    positive(&lines, scales)?;
    cx.host.figures().plot(|axes| {
        set_scales(axes, scales);
        axes.marks.extend(lines.into_iter().map(Mark::Line));
    });
    Ok(object::outputs(cx))
}

/// Adds lines to the current axes, held or not.
pub fn line(cx: &mut Context<'_>, data: Rest, look: Look) -> Result<Vec<Value>> {
    let lines = Given::read("line", &data)?.lines(&look)?;
    cx.host.figures().add(|axes| axes.marks.extend(lines.into_iter().map(Mark::Line)));
    Ok(object::outputs(cx))
}

/// Takes a last word that names logarithmic axes.
fn named_scales(values: &mut Vec<Value>) -> Option<[Option<Scale>; 2]> {
    let log = Some(Scale::Log);
    let scales = match values.last()?.as_text()? {
        "logx" => [log, None],
        "logy" => [None, log],
        "loglog" => [log, log],
        _ => return None,
    };
    values.pop();
    Some(scales)
}

/// A logarithmic axis with nothing to show is better refused here than when the figure is drawn.
fn positive(lines: &[Line], [x, y]: [Option<Scale>; 2]) -> Result<()> {
    let x_values = lines.iter().flat_map(|line| &line.x);
    let y_values = lines.iter().flat_map(|line| &line.y);
    let hopeless = if x == Some(Scale::Log) && none_is_positive(x_values) {
        "x"
    } else if y == Some(Scale::Log) && none_is_positive(y_values) {
        "y"
    } else {
        return Ok(());
    };
    Err(Fault::new(format!(
        "a logarithmic {hopeless} axis needs positive numbers, and there are none"
    ))
    .hint("plot draws them on linear axes"))
}

/// Whether there are numbers, and none of them is above 0.
fn none_is_positive<'a>(values: impl Iterator<Item = &'a f64>) -> bool {
    let mut values = values.peekable();
    values.peek().is_some() && !values.any(|&v| v > 0.0)
}

fn set_scales(axes: &mut Axes, [x, y]: [Option<Scale>; 2]) {
    axes.x_scale = x.unwrap_or(axes.x_scale);
    axes.y_scale = y.unwrap_or(axes.y_scale);
}

/// Reads `y`, `x, y` and `x, y, spec` groups, and MATLAB's pairs such as `"LineWidth", 2`.
fn groups(values: &[Value], look: &mut Look) -> Result<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    while let Some(value) = values.get(at) {
        if let Some(word) = value.as_text() {
            if let Some(given) = values.get(at + 1)
                && pair(word, given, look, at + 1)?
            {
                at += 2;
                continue;
            }
            return Err(match groups.is_empty() {
                true => Fault::new(format!("plot draws numbers, and \"{word}\" comes first")),
                false => Fault::new(format!("\"{word}\" follows a line specification")),
            }
            .blame(Blame::Positional(at)));
        }
        let two = values.get(at + 1).filter(|next| next.as_text().is_none());
        let series = match two {
            Some(y) => {
                let (x, y) = (numbers("plot", value, at)?, numbers("plot", y, at + 1)?);
                at += 2;
                pairs(&x, &y).map_err(|fault| fault.blame(Blame::Positional(at - 1)))?
            }
            None => {
                at += 1;
                alone(value, at - 1)?
            }
        };
        let mut spec = LineSpec::default();
        if let Some(text) = values.get(at).and_then(Value::as_text)
            && !(is_option(text) && at + 1 < values.len())
        {
            spec =
                LineSpec::parse(text).map_err(|error| Box::<Fault>::from(error).at_position(at))?;
            at += 1;
        }
        groups.push(Group { series, spec });
    }
    if groups.is_empty() {
        return Err(Fault::new("plot needs something to draw")
            .hint("plot(y), plot(x, y), plot(x, y, \"r--o\") or plot(model)"));
    }
    Ok(groups)
}

trait AtPosition {
    /// Blames the positional argument, whatever name the numerics blame.
    fn at_position(self, position: usize) -> Self;
}

impl AtPosition for Box<Fault> {
    fn at_position(mut self, position: usize) -> Self {
        self.blame = Blame::Positional(position);
        self
    }
}

const OPTIONS: [&str; 6] = ["color", "label", "displayname", "linewidth", "marker", "markersize"];

fn is_option(word: &str) -> bool {
    OPTIONS.contains(&word.to_lowercase().as_str())
}

/// Takes one of MATLAB's pairs; false when the word is none.
fn pair(word: &str, value: &Value, look: &mut Look, position: usize) -> Result<bool> {
    let wrong = |kind: &str| {
        Fault::new(format!("{word} needs {kind}, and this is a {}", value.describe()))
            .blame(Blame::Positional(position))
    };
    let text = || value.as_text().map(str::to_string).ok_or_else(|| wrong("a string"));
    let number = || value.as_number().ok_or_else(|| wrong("a number"));
    match word.to_lowercase().as_str() {
        "color" => look.color = Some(value.clone()),
        "label" | "displayname" => look.label = Some(text()?),
        "linewidth" => look.linewidth = Some(number()?),
        "marker" => look.marker = Some(text()?),
        "markersize" => look.markersize = Some(number()?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// The lines of `y` alone: over 1, 2, 3 …, or of complex numbers over their real parts.
fn alone(value: &Value, position: usize) -> Result<Vec<Line>> {
    if let Value::Complex(z) = value {
        let x = Array::from(matfac::linalg::complex::real(z));
        let y = Array::from(matfac::linalg::complex::imag(z));
        return pairs(&x, &y);
    }
    let y = numbers("plot", value, position)?;
    let count = if y.data.is_vector() { y.data.len() } else { y.data.rows() };
    let x = matfac::Matrix::column_vector((1..=count).map(|i| i as f64).collect());
    pairs(&Array::from(x), &y)
}

/// One line for each column of `y`, whose names label them.
pub fn pairs(x: &Array, y: &Array) -> Result<Vec<Line>> {
    let (n, total) = (x.data.len(), y.data.len());
    let line = |x: &[f64], y: &[f64]| Line { x: x.to_vec(), y: y.to_vec(), ..Line::default() };
    let x_is_list = x.data.is_vector() || x.data.is_empty();
    if x_is_list && (y.data.is_vector() || y.data.is_empty()) {
        if n != total {
            return Err(lengths(("x", n), ("y", total)));
        }
        return Ok(vec![line(x.data.as_slice(), y.data.as_slice())]);
    }
    // Octave looks for the dimension of y that fits x.
    let turned;
    let y = if x_is_list && y.data.rows() != n && y.data.cols() == n {
        turned = y.transposed();
        &turned
    } else {
        y
    };
    let same = !x_is_list && (x.data.rows(), x.data.cols()) == (y.data.rows(), y.data.cols());
    let fits = same || (x_is_list && y.data.rows() == n);
    if !fits {
        let of = |a: &Array| format!("{}×{}", a.data.rows(), a.data.cols());
        return Err(Fault::new(format!("x is {} and y is {}", of(x), of(y)))
            .hint("x has an entry for each row of y, or both have the same size"));
    }
    let columns = (0..y.data.cols()).map(|j| {
        let x = if same { x.data.col(j) } else { x.data.as_slice() };
        let label = y.col_labels().map(|labels| labels.name(j).to_string());
        Line { label, ..line(x, y.data.col(j)) }
    });
    Ok(columns.collect())
}

/// The lines in the look that specifications and keywords give them.
pub fn styled(groups: Vec<Group>, look: &Look) -> Result<Vec<Line>> {
    let own: Option<Colour> = look.color.as_ref().map(colour).transpose()?;
    let own_marker: Option<Marker> = look.marker.as_deref().map(marker).transpose()?;
    let width = look.linewidth.map(|x| pixels("linewidth", x)).transpose()?;
    let size = look.markersize.map(|x| pixels("markersize", x)).transpose()?;
    let mut lines = Vec::new();
    for Group { series, spec } in groups {
        for mut line in series {
            line.style = spec.line_style();
            line.colour = own.or(spec.colour);
            line.marker = own_marker.or(spec.marker);
            // A line of one point would not be seen.
            if line.y.len() == 1 && line.marker.is_none() {
                line.marker = Some(Marker::Circle);
            }
            line.width = width.unwrap_or(line.width);
            line.marker_size = size.unwrap_or(line.marker_size);
            lines.push(line);
        }
    }
    if let Some(label) = &look.label {
        match &mut lines[..] {
            [line] => line.label = Some(label.clone()),
            several => {
                return Err(Fault::new(format!(
                    "label names one line, and {} are drawn",
                    several.len()
                ))
                .hint("legend(\"first\", \"second\") names several")
                .blame(Blame::Keyword("label".into())));
            }
        }
    }
    Ok(lines)
}

/// Lines across the axes.
pub fn rules(
    cx: &mut Context<'_>,
    places: Vec<f64>,
    style: Option<String>,
    label: Option<String>,
    color: Option<Value>,
    vertical: bool,
) -> Result<()> {
    let spec = LineSpec::parse(style.as_deref().unwrap_or(""))?;
    let own = color.as_ref().map(colour).transpose()?;
    let rule = Rule {
        at: 0.0,
        style: spec.style.unwrap_or(LineStyle::Dashed),
        colour: own.or(spec.colour),
        label,
    };
    cx.host.figures().edit(|axes| {
        for at in places {
            let rule = Rule { at, ..rule.clone() };
            axes.marks.push(if vertical { Mark::VLine(rule) } else { Mark::HLine(rule) });
        }
    });
    Ok(())
}

/// Each component's share of the variance.
pub fn scree(
    cx: &mut Context<'_>,
    m: &Value,
    line: Option<f64>,
    k: Option<usize>,
) -> Result<Vec<Value>> {
    if let Some(line) = line
        && !(line > 0.0 && line <= 1.0)
    {
        return Err(Fault::new(format!("line is a share of the variance, and this is {line}"))
            .hint("a number from 0 to 1, such as 0.95")
            .blame(Blame::Keyword("line".into())));
    }
    let shares = match m {
        Value::Object(object) => {
            let field = |name: &str| object.field(name).and_then(Result::ok);
            if let Some(ratio) = ["ratio", "explained", "spectrum"].into_iter().find_map(field) {
                ratio
            } else if let Some(s) = ["singular_values", "s"].into_iter().find_map(field) {
                let squares = s.to_array()?.data.as_slice().iter().map(|s| s * s).collect();
                matfac::Matrix::column_vector(squares).into()
            } else {
                return Err(Fault::new(format!("a {} has no variances", object.class()))
                    .hint("scree takes a pca, an svd, or the variances themselves")
                    .blame(Blame::Positional(0)));
            }
        }
        other => other.clone(),
    };
    let given = numbers("scree", &shares, 0)?;
    if given.data.is_empty() {
        return Err(Fault::new("scree needs at least one variance, and this is empty")
            .blame(Blame::Positional(0)));
    }
    let (rows, cols) = (given.data.rows(), given.data.cols());
    let of_matrix = rows > 1 && cols > 1;
    let shares = if of_matrix {
        let work = 4.0 * (rows * cols * rows.min(cols)) as f64;
        let run = move || matfac::factor::singular_values(&given.data);
        uninterruptible(cx.host, work, 8 * rows * cols, run)?.into_iter().map(|s| s * s).collect()
    } else {
        given.data.as_slice().to_vec()
    };
    if let Some(k) = k {
        let text = told(&shares, k, of_matrix.then_some((rows, cols)));
        cx.host.print(&text);
    }
    cx.host.figures().adopt(matfac::plot::scree(&shares, line));
    Ok(object::outputs(cx))
}

/// What an approximation of rank k keeps, loses and costs.
fn told(variances: &[f64], k: usize, shape: Option<(usize, usize)>) -> String {
    let k = k.min(variances.len());
    let total: f64 = variances.iter().sum();
    let share = |part: &[f64]| if total > 0.0 { part.iter().sum::<f64>() / total } else { 0.0 };
    let kept = 100.0 * if total > 0.0 { share(&variances[..k]) } else { 1.0 };
    let error = share(&variances[k..]).max(0.0).sqrt();
    let mut text =
        format!("rank {k}: {} % of the energy, relative error {}", short(kept), short(error));
    if let Some((m, n)) = shape {
        let (numbers, entries) = (k * (m + n + 1), m * n);
        let ratio = entries as f64 / numbers.max(1) as f64;
        text += &format!(", {numbers} numbers for {entries} ({} to 1)", short(ratio));
    }
    text + "\n"
}

/// A number with six significant digits.
fn short(x: f64) -> String {
    let digits = if x == 0.0 { 0 } else { 5 - x.abs().log10().floor() as i32 };
    let text = format!("{x:.*}", digits.clamp(0, 12) as usize);
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
