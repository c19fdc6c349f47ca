//! Stems and stairs.

use super::arguments::Look;
use super::data::Given;
use super::object;
use crate::builtins::argument::Rest;
use crate::builtins::entry::Context;
use crate::value::{Result, Value};
use matfac::Matrix;
use matfac::plot::{Line, LineStyle, Mark, Marker, Rule, Spans};

/// Draws a marker at each value, on a stalk from `base`.
pub fn stem(cx: &mut Context<'_>, data: Rest, look: Look, base: f64) -> Result<Vec<Value>> {
    let mut given = Given::read("stem", &data)?;
    // Ours are filled as it is.
    given.take("filled");
    let spec = given.spec()?;
    let lines = given.lines(&look)?;
    let style = spec.style.unwrap_or(LineStyle::Solid);
    cx.host.figures().plot(|axes| {
        let rule = Rule { at: base, style: LineStyle::Solid, ..Rule::default() };
        axes.marks.push(Mark::HLine(rule));
        for line in lines {
            let stalks = Spans {
                at: line.x.clone(),
                low: vec![base; line.y.len()],
                high: line.y.clone(),
                width: look.linewidth.unwrap_or(1.4),
                style,
                base: Some(base),
                ..Spans::default()
            };
            let marker = line.marker.or(Some(Marker::Circle));
            axes.marks.push(Mark::Line(Line { style: LineStyle::None, marker, ..line }));
            axes.marks.push(Mark::Spans(stalks));
        }
    });
    Ok(object::outputs(cx))
}

/// Draws lines that keep each value until the next x; with two outputs, the corners instead.
pub fn stairs(cx: &mut Context<'_>, data: Rest, look: Look) -> Result<Vec<Value>> {
    let lines: Vec<Line> =
        Given::read("stairs", &data)?.lines(&look)?.into_iter().map(stepped).collect();
    if cx.nargout > 1 {
        // The lines are the columns of one matrix, and so of one length.
        let rows = lines.first().map_or(0, |line| line.x.len());
        let columns = |pick: fn(&Line) -> &Vec<f64>| -> Value {
            Matrix::from_fn(rows, lines.len(), |i, j| pick(&lines[j])[i]).into()
        };
        return Ok(vec![columns(|line| &line.x), columns(|line| &line.y)]);
    }
    cx.host.figures().plot(|axes| axes.marks.extend(lines.into_iter().map(Mark::Line)));
    Ok(object::outputs(cx))
}

/// A line with a corner before each new value.
fn stepped(line: Line) -> Line {
    let twice = |v: &[f64]| v.iter().flat_map(|&v| [v, v]).collect::<Vec<f64>>();
    let (mut x, mut y) = (twice(&line.x), twice(&line.y));
    if !x.is_empty() {
        x.remove(0);
        y.pop();
    }
    Line { x, y, ..line }
}
