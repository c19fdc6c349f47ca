//! Figures as programs draw them: which picture a plot goes into, and what is refused.

use crate::common::{run_in, run_script};
use matfac::plot::{Figure, Mark, PointColours, Scale, Ticks};
use mf::session::{Event, Session};
use mf::syntax::Source;
use std::sync::Arc;

/// The figures a script draws.
#[track_caller]
pub(crate) fn figures(text: &str) -> Vec<Arc<Figure>> {
    figures_in(&Session::start(), text)
}

#[track_caller]
fn figures_in(session: &Session, text: &str) -> Vec<Arc<Figure>> {
    let mut figures = Vec::new();
    for event in session.submit(Source::new("script", text)) {
        match event {
            Event::Figure(figure) => figures.push(figure),
            Event::Done(mf::session::Outcome::Failed(error)) => {
                panic!("{text}\n{}", error.render(false))
            }
            _ => {}
        }
    }
    for figure in &figures {
        assert!(figure.to_svg().is_ok(), "{text}");
    }
    figures
}

#[track_caller]
pub(crate) fn refused(text: &str, parts: &[&str]) {
    let error = run_in(&Session::start(), text).error.unwrap_or_else(|| panic!("{text} is taken"));
    let report = error.render(false);
    for part in parts {
        assert!(report.contains(part), "{text}: {report}");
    }
}

fn marks(figure: &Figure) -> Vec<usize> {
    figure.axes.iter().map(|axes| axes.marks.len()).collect()
}

#[test]
fn nothing_drawn_is_lost() {
    let all =
        figures("plot(1:3); plot(1:4); hold on; plot(1:5); title(\"two\"); figure; bar([1 2])");
    assert_eq!(all.iter().map(|f| marks(f)).collect::<Vec<_>>(), [[1], [2], [1]]);
    assert_eq!(all[1].axes[0].title, "two");
    assert!(figures("figure; title(\"alone\")").is_empty());
    let all = figures("figure(width=300, height=200); xlim([0 5]); plot(1:3)");
    assert_eq!((all.len(), all[0].size), (1, (300, 200)));
    assert_eq!(all[0].axes[0].x_limits, Some((0.0, 5.0)));
    assert!(figures("plot(1:3); close").is_empty());
    assert!(figures("plot(1:3); plot(1:4); close all").is_empty());
}

#[test]
fn a_later_title_is_for_the_figure_shown_last() {
    let session = Session::start();
    assert_eq!(figures_in(&session, "f = plot(1:3);").len(), 1);
    let again = figures_in(&session, "title(\"late\")");
    assert_eq!((again.len(), again[0].axes[0].title.as_str()), (1, "late"));
    assert_eq!(run_in(&session, "x = 1;").figures, 0);
    assert_eq!(figures_in(&session, "plot(1:4)")[0].axes[0].title, "");
    assert_eq!(run_in(&session, "f").output, "f = figure 640×400 \"late\": 1 line\n");
    // Without any figure the title waits, and the user is told.
    let run = run_script("title(\"early\")");
    assert_eq!((run.figures, run.warnings.len()), (0, 1));
}

#[test]
fn forms_of_plot() {
    let lines = |text: &str| {
        let marks = figures(text)[0].axes[0].marks.clone();
        let line = |mark| match mark {
            Mark::Line(line) => line,
            other => panic!("{other:?}"),
        };
        marks.into_iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(lines("plot([1 4 9])")[0].x, [1.0, 2.0, 3.0]);
    assert_eq!(lines("plot([1 2; 3 4; 5 6])").len(), 2);
    assert_eq!(lines("plot([1 2 3], [1 2 3; 4 5 6])").len(), 2);
    let three = lines("plot(1:2, 1:2, \"r--o\", 1:2, 1:2, 1:3, 1:3, \"k.\")");
    assert_eq!(three.len(), 3);
    assert!(three[0].colour.is_some() && three[0].marker.is_some() && three[1].colour.is_none());
    let pairs = lines("plot(1:2, [2 3], \"--\", \"LineWidth\", 3, \"DisplayName\", \"a\")");
    assert_eq!((pairs[0].width, pairs[0].label.as_deref()), (3.0, Some("a")));
    assert_eq!(lines("plot(1:2, linewidth=3, color=[1 0 0])")[0].width, 3.0);
    assert_eq!(lines("plot([1+2i 3-1i])")[0].y, [2.0, -1.0]);
    for text in ["plot([])", "plot([NaN NaN])", "plot(5)", "plot([1 Inf 2])", "semilogy([-1 0 1])"]
    {
        assert_eq!(lines(text).len(), 1, "{text}");
    }
    assert_eq!(figures("loglog([1 10])")[0].axes[0].x_scale, Scale::Log);
}

#[test]
fn points_by_class_and_by_value() {
    let colours = |text: &str| match &figures(text)[0].axes[0].marks[0] {
        Mark::Scatter(points) => points.colours.clone(),
        other => panic!("{other:?}"),
    };
    match colours("scatter(1:4, 1:4, color=[2 7 2 7])") {
        PointColours::Categories { of, names } => {
            assert_eq!((of, names), (vec![0, 1, 0, 1], vec!["2".into(), "7".to_string()]));
        }
        other => panic!("{other:?}"),
    }
    let values = colours("scatter(1:4, 1:4, [], [0.5 1 2 3], \"filled\")");
    assert!(matches!(values, PointColours::Values(_)));
    assert!(matches!(colours("scatter(1:30, 1:30, color=1:30)"), PointColours::Values(_)));
    assert!(matches!(colours("scatter(1:4, 1:4, color=\"red\")"), PointColours::One(_)));
    assert!(matches!(colours("scatter(1:4, 1:4, 20, \"r\")"), PointColours::One(_)));
}

#[test]
fn bars_grids_and_files() {
    let bars = figures("bar([3 1; 4 2]); legend(\"a\", \"b\")");
    assert_eq!(marks(&bars[0]), [2]);
    assert_eq!(bars[0].axes[0].x_ticks, Ticks::At(vec![1.0, 2.0]));
    let grid = figures("subplot(2, 2, 1); plot(1:3); subplot(2, 2, 4); bar(1:3)");
    assert_eq!((grid.len(), marks(&grid[0])), (1, vec![1, 0, 0, 1]));
    assert!(!grid[0].axes[1].visible);
    let directory = tempfile::tempdir().unwrap();
    for (name, start) in [("a.png", &b"\x89PNG"[..]), ("b.svg", b"<svg")] {
        let path = directory.path().join(name);
        figures(&format!("f = plot(1:3); title(\"t\"); saveas(f, \"{}\")", path.display()));
        let bytes = std::fs::read(path).unwrap();
        assert!(bytes.windows(start.len()).take(200).any(|w| w == start), "{name}");
    }
}

#[test]
fn what_is_refused() {
    refused("plot([1 2 3], [1 2])", &["x has 3 entries and y has 2"]);
    refused("plot(1:3, ones(2, 2))", &["x is 1×3 and y is 2×2"]);
    refused("plot(1:3, \"q\")", &["is not a line style", "o + * . x"]);
    refused("plot(1:3, color=\"reddish\")", &["no colour \"reddish\"", "orange"]);
    refused("plot(1:3, marker=\"oo\")", &["no marker", "o + * . x"]);
    refused("plot(\"r\")", &["comes first"]);
    refused("semilogy([-1 0])", &["logarithmic y axis needs positive numbers"]);
    refused("plot()", &["something to draw"]);
    refused("plot([1 2; 3 4], label=\"a\")", &["2 are drawn", "legend"]);
    refused("scatter(1:3, 1:2)", &["x has 3 entries and y has 2"]);
    refused("scatter(1:3, 1:3, color=1:2)", &["color has 2 entries and there are 3 points"]);
    refused("bar(1:3, 1:2)", &["x has 3 entries and y has 2"]);
    refused("imagesc([1 2], colormap=\"jet\")", &["jet", "viridis"]);
    refused("imagesc([1 2], [2 1])", &["the lower first"]);
    refused("scree([1 2], line=95)", &["0.95"]);
    refused("subplot(2, 2, 5)", &["no axes number 5 among 2×2"]);
    refused("plot(1:3); xlim([2 1])", &["the lower first"]);
    refused("plot(1:3); axis sideways", &["sideways", "equal"]);
    refused("plot(1:3); legend(\"a\", \"b\")", &["2 names, and 1 series is plotted"]);
    refused("saveas(\"x.png\")", &["no figure to save"]);
    refused("plot(1:3); saveas(\"x\")", &[".png, .svg, .html or .vl.json"]);
    refused("plot(1:3); saveas(\"/no/such/place/x.png\")", &["cannot write"]);
    refused("figure(width=1000000)", &["at most"]);
}

#[test]
fn patterns_of_sparse_matrices() {
    let line_of = |figure: &Figure| match &figure.axes[0].marks[..] {
        [Mark::Pattern(_), Mark::Line(line)] => line.clone(),
        other => panic!("an outline and marks, not {other:?}"),
    };
    let all = figures("spy(sparse([1 2], [1 3], 1)); spy([1 0; 1 1], \"rx\", 8)");
    let axes = &all[0].axes[0];
    assert_eq!(
        (axes.x_label.as_str(), axes.y_reversed, axes.equal_aspect),
        ("nnz = 2", true, true)
    );
    assert_eq!((axes.x_limits, axes.y_limits), (Some((0.5, 3.5)), Some((0.5, 2.5))));
    let line = line_of(&all[0]);
    assert_eq!((line.x, line.y), (vec![1.0, 3.0], vec![1.0, 2.0]));
    let line = line_of(&all[1]);
    assert_eq!((line.marker, line.marker_size), (Some(matfac::plot::Marker::Cross), 8.0));
    assert_eq!(line.colour, Some(matfac::plot::Colour::parse("r").unwrap()));
    let observed = figures("spy(ratings([5 NaN; 3 1]))");
    assert_eq!(observed[0].axes[0].x_label, "nnz = 3");
    // A million marks become a few thousand areas.
    let large = figures("n = 1e6; spy(sparse(1:n, 1:n, 1))");
    let [Mark::Pattern(pattern)] = &large[0].axes[0].marks[..] else { panic!("areas alone") };
    assert_eq!(pattern.sides, (1_000_000, 1_000_000));
    assert!(pattern.shades.len() < 200_000 && pattern.shades[(0, 0)] == 1.0);
    refused("spy({1})", &["spy draws a matrix, and this is a 1×1 cell"]);
    refused("spy(1, \"q\")", &["what is 'q'?"]);
    refused("spy(1, -2)", &["markersize is a number of pixels"]);
    refused("spy(1, [1 2])", &["marker size"]);
    let run = run_in(
        &Session::start(),
        "S = sparse(1:100, 1:100, 1); plot(S(:, 1)); imagesc(S); bar(S(1:3, 1))",
    );
    assert!(run.error.is_none() && run.warnings.is_empty(), "{:?} {:?}", run.error, run.warnings);
    assert_eq!(run.figures, 3);
}
