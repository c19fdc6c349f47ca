//! The kinds of charts by their calling forms: what marks they make, and what they refuse.

use crate::common::{run_in, run_script};
use crate::figures::{figures, refused};
use matfac::plot::{
    Arrangement, Axes, Bar, ColourMap, Line, LineStyle, Mark, Patch, PointColours, Spans, Ticks,
};
use mf::session::Session;

/// The axes of the only figure.
#[track_caller]
fn axes(text: &str) -> Axes {
    let all = figures(text);
    assert_eq!((all.len(), all[0].axes.len()), (1, 1), "{text}");
    all[0].axes[0].clone()
}

/// The marks of one kind.
fn pick<T>(axes: &Axes, kind: fn(&Mark) -> Option<&T>) -> Vec<&T> {
    axes.marks.iter().filter_map(kind).collect()
}

fn as_line(mark: &Mark) -> Option<&Line> {
    if let Mark::Line(line) = mark { Some(line) } else { None }
}

fn as_bar(mark: &Mark) -> Option<&Bar> {
    if let Mark::Bar(bar) = mark { Some(bar) } else { None }
}

fn as_spans(mark: &Mark) -> Option<&Spans> {
    if let Mark::Spans(spans) = mark { Some(spans) } else { None }
}

fn as_patch(mark: &Mark) -> Option<&Patch> {
    if let Mark::Patch(patch) = mark { Some(patch) } else { None }
}

#[test]
fn bars_in_all_forms() {
    let grouped = axes("bar([3 1; 4 2])");
    let bars = pick(&grouped, as_bar);
    assert_eq!((bars.len(), bars[1].heights.clone()), (2, vec![1.0, 2.0]));
    let stacked =
        axes("bar([2020 2021], [3 1; 4 2], \"stacked\", 0.5, \"r\"); legend({\"a\", \"b\"})");
    let bars = pick(&stacked, as_bar);
    assert!(bars.iter().all(|bar| bar.arrangement == Arrangement::Stacked && bar.width == 0.5));
    assert!(bars[0].colour.is_some() && bars[0].x == [2020.0, 2021.0]);
    assert_eq!(stacked.legend.unwrap().labels, ["a", "b"]);
    let lying = axes("barh({\"x\", \"y\"}, [3 1])");
    assert_eq!(lying.y_ticks, Ticks::Categories(vec!["x".into(), "y".into()]));
    assert!(pick(&lying, as_bar)[0].horizontal);
    assert_eq!(pick(&axes("bar(1:3, 1:3, \"hist\")"), as_bar)[0].width, 1.0);
    assert_eq!(pick(&axes("bar([5 6 7], basevalue=4)"), as_bar)[0].base, 4.0);
    assert_eq!(pick(&axes("bar(4)"), as_bar)[0].heights, [4.0]);
    assert!(pick(&axes("bar([1 2 3], \"FaceColor\", \"r\")"), as_bar)[0].colour.is_some());
}

#[test]
fn histograms_count_as_octave_does() {
    let output = |text: &str| run_script(text).output;
    assert_eq!(output("n = hist([0 1 2 3 4], 2); disp(n)"), "   3   2\n");
    assert_eq!(output("n = hist([1 1 1]); disp(n)"), "   0   0   0   0   3   0   0   0   0   0\n");
    assert_eq!(
        output("[n, x] = hist([1 2; 3 4; 2 2], 3); disp([n x])"),
        "   2.0000   2.0000   1.5000\n   1.0000        0   2.5000\n        0   1.0000   3.5000\n"
    );
    assert_eq!(output("disp(hist([1 2 3 4], 2, 1))"), "   0.5000   0.5000\n");
    assert_eq!(output("disp(hist([1 2 3 4], 2, normalization=\"cdf\"))"), "   0.5000   1.0000\n");
    assert_eq!(output("disp(sum(hist(randn(1, 500), 20, normalization=\"pdf\") > 0) > 5)"), "1\n");
    let two = axes("hist(randn(100, 1)); hold on; hist(randn(100, 1) + 2)");
    assert!(pick(&two, as_bar).iter().all(|bar| bar.arrangement == Arrangement::Overlaid));
    refused("hist([1 2], 0.5)", &["whole number of bins"]);
    refused("hist([1 2], [2 1])", &["must ascend"]);
    refused("hist([NaN Inf])", &["at least one finite number"]);
    refused("hist([1 2], 3, normalization=\"area\")", &["probability"]);
}

#[test]
fn stems_stairs_and_error_bars() {
    let stem = axes("stem([1 -3 2], \"filled\", \"r\")");
    assert_eq!(pick(&stem, as_spans)[0].high, [1.0, -3.0, 2.0]);
    let marker = pick(&stem, as_line)[0];
    assert!(marker.style == LineStyle::None && marker.marker.is_some() && marker.colour.is_some());
    assert_eq!(pick(&axes("stairs([1 3], [5 6])"), as_line)[0].x, [1.0, 3.0, 3.0]);
    let errors = |text: &str| {
        let axes = axes(text);
        let spans = pick(&axes, as_spans);
        spans.iter().map(|s| (s.horizontal, s.low.clone(), s.high.clone())).collect::<Vec<_>>()
    };
    assert_eq!(errors("errorbar([3 2], [1 0.5])"), [(false, vec![2.0, 1.5], vec![4.0, 2.5])]);
    assert_eq!(
        errors("errorbar([1 2], [3 2], [1 1], [2 2], \"o\")"),
        [(false, vec![2.0, 1.0], vec![5.0, 4.0])]
    );
    assert_eq!(
        errors("errorbar([1 2], [3 2], [1 1], \"horizontal\")"),
        [(true, vec![0.0, 1.0], vec![2.0, 3.0])]
    );
    assert_eq!(errors("errorbar([1 2], [3 2], [1 1], \"~>\")").len(), 2);
    assert_eq!(errors("errorbar(1:2, [1 2; 3 4], 0.1)").len(), 2);
    refused("errorbar(1:3, [3 2], [1 1])", &["x has 3 entries and y has 2"]);
    refused("errorbar(1)", &["errorbar(x, y, e)"]);
    refused("stem(\"r\")", &["needs something to draw"]);
    refused("stairs(1:3, \"r\", \"b\")", &["what is \"b\""]);
}

#[test]
fn areas_and_polygons() {
    let areas = axes("area([1 2; 3 1; 2 2]); legend(\"a\", \"b\")");
    let patches = pick(&areas, as_patch);
    assert_eq!(patches[1].y, [3.0, 4.0, 4.0, 2.0, 3.0, 1.0]);
    assert_eq!(pick(&axes("area(1:3, [4 5 6], 2)"), as_patch)[0].base, Some(2.0));
    let gaps = axes("area([1 NaN 2])");
    assert!(pick(&gaps, as_patch)[0].y.iter().all(|y| y.is_finite()));
    let fill = axes("fill([0 1 1], [0 0 1], \"r\", [2 3 3], [0 0 1], [0 0 1], edgecolor=\"k\")");
    let patches = pick(&fill, as_patch);
    assert!(patches.len() == 2 && patches[0].edge.is_some());
    let two = axes("fill([0 2; 1 3; 1 3], [0 0; 0 0; 1 1], [1 5])");
    assert_eq!(pick(&two, as_patch)[0].colours, PointColours::Values(vec![1.0, 5.0]));
    refused("fill([0 1], [0 1], \"reddish\")", &["no colour"]);
    refused("area(1:3, 1:2)", &["x has 3 entries and y has 2"]);
    refused("area(1:3, facealpha=2)", &["from 0 to 1"]);
}

#[test]
fn boxes_pareto_and_pairs() {
    let boxes = axes("boxplot([1 2 3 4 50; 2 3 4 5 6]', labels={\"a\", \"b\"})");
    assert_eq!(boxes.x_ticks, Ticks::Categories(vec!["a".into(), "b".into()]));
    assert_eq!(pick(&boxes, as_line)[1].y, [50.0]);
    let grouped = axes("boxplot([1 2 3 4], {\"u\", \"v\", \"u\", \"v\"})");
    assert_eq!(grouped.x_ticks, Ticks::Categories(vec!["u".into(), "v".into()]));
    assert_eq!(pick(&axes("boxplot({1:3, [4 5], []})"), as_spans)[0].at.len(), 4);
    let pareto = axes("pareto([2 7 1], {\"x\", \"y\", \"z\"})");
    assert_eq!(pick(&pareto, as_bar)[0].heights, [7.0, 2.0, 1.0]);
    assert!(matches!(pareto.right_ticks, Ticks::Labelled(..)));
    let all =
        figures("pairs(rand(20, 3), color=repmat([1; 2], 10, 1), names={\"a\", \"b\", \"c\"})");
    assert_eq!((all[0].grid, all[0].axes.len()), ((3, 3), 9));
    assert_eq!(all[0].axes[6].x_label, "a");
    let all = figures("figure(theme=\"dark\"); pairs(rand(9, 2)); pairs(rand(9, 3))");
    let pages: Vec<_> = all.iter().map(|f| (f.theme, f.axes.len())).collect();
    assert_eq!(pages, [(matfac::plot::Theme::Dark, 4), (matfac::plot::Theme::Light, 9)]);
    refused("boxplot([1 2 3], [1 2])", &["x has 3 entries", "groups has 2"]);
    refused("boxplot([1 2; 3 4], labels={\"a\"})", &["labels has 1 entry"]);
    refused("pairs(rand(5, 20))", &["1 to 12 columns"]);
    refused("pairs(rand(5, 2), color=rand(5, 1))", &["which class"]);
    refused("pareto([1 2], {\"a\"})", &["y has 2 entries"]);
}

#[test]
fn heights_on_a_grid() {
    let contours = |text: &str| match axes(text).marks.swap_remove(0) {
        Mark::Contours(contours) => contours,
        other => panic!("{other:?}"),
    };
    assert_eq!(contours("contour(magic(4))").x, [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(contours("contour(magic(4), [7 7])").levels, [7.0]);
    let given =
        contours("[x, y] = meshgrid(3:-1:1, 1:2); contour(x, y, [1 2 3; 4 5 6], [2 3], \"r\")");
    assert_eq!(
        (given.x, given.z[(0, 0)], given.levels),
        (vec![1.0, 2.0, 3.0], 3.0, vec![2.0, 3.0])
    );
    assert!(given.colour.is_some() && given.labels && !given.filled);
    assert!(contours("contourf(magic(4), 5)").filled);
    let surface = axes("surf(0:2, 0:1, [1 2 3; 4 5 6], view=[60 20]); zlabel(\"z\"); zlim([0 9])");
    assert_eq!(
        (surface.view, surface.z_limits, surface.z_label.as_str()),
        ((60.0, 20.0), Some((0.0, 9.0)), "z")
    );
    assert!(
        matches!(&surface.marks[0], Mark::Surface(s) if s.x[(1, 2)] == 2.0 && s.y[(1, 0)] == 1.0)
    );
    assert_eq!(axes("mesh(magic(3)); view(2)").view, (0.0, 90.0));
    for odd in ["NaN(3)", "ones(3)", "[1 Inf; 2 3]", "[1e300 -1e300; 0 1]", "magic(300)"] {
        figures(&format!(
            "surf({odd}); contour({odd}); contourf({odd}); mesh({odd}); heatmap({odd})"
        ));
    }
    refused("contour([1 2 3])", &["at least 2×2"]);
    refused("surf(1:3, 1:2, ones(3, 3))", &["y has 2 entries and z has 3 rows"]);
    refused("contour([1 1 2], 1:2, ones(2, 3))", &["must ascend or descend"]);
    refused("surf(ones(3), ones(2))", &["its colours are 2×2"]);
    refused("surf(magic(3)); view(10, 95)", &["from -90 to 90"]);
}

#[test]
fn matrices_choose_their_colours() {
    assert_eq!(axes("imagesc([-1 2])").colour_map, ColourMap::Diverging);
    assert_eq!(axes("imagesc([-1e-17 2])").colour_map, ColourMap::Viridis);
    assert_eq!(axes("imagesc([-1 2], colormap=\"magma\")").colour_map, ColourMap::Magma);
    assert_eq!(axes("colormap(\"cividis\"); imagesc([-1 2])").colour_map, ColourMap::Cividis);
    let placed = axes("imagesc([10 20], [0 1], [1 2; 3 4])");
    assert!(matches!(&placed.marks[0], Mark::Image(image) if image.x == Some((10.0, 20.0))));
    let heat = axes("heatmap({\"x\", \"y\"}, {\"a\"}, [-1 0.5])");
    assert_eq!(heat.x_ticks, Ticks::Categories(vec!["x".into(), "y".into()]));
    let texts = |mark: &Mark| match mark {
        Mark::Image(image) => image.labels.clone(),
        _ => None,
    };
    assert_eq!(texts(&heat.marks[0]).unwrap(), ["−1.00", "0.50"]);
    assert_eq!(texts(&axes("heatmap([1 NaN 300])").marks[0]).unwrap(), ["1", "", "300"]);
    assert!(texts(&axes("heatmap(rand(30))").marks[0]).is_none());
    assert_eq!(run_script("disp(size(colormap(\"list\"), 1) >= 5)").output, "1\n");
    refused("heatmap({\"x\"}, {\"a\"}, [1 2])", &["1 names for 2 columns"]);
    refused("imagesc([1 1], [0 1], [1 2; 3 4])", &["first and the last cell"]);
}

#[test]
fn words_dates_and_the_page() {
    let all = figures(
        "plot(1:3); annotation(\"textarrow\", [0.2 0.5], [0.8 0.5], string=\"é 漢 🎉\"); sgtitle(\"page\")",
    );
    assert_eq!((all[0].annotations[0].text.as_str(), all[0].title.as_str()), ("é 漢 🎉", "page"));
    assert_eq!(
        axes("plot(datenum(2020, 1:3, 1), 1:3); datetick(\"x\", \"yyyy\")").x_ticks,
        Ticks::Dates(Some("yyyy".into()))
    );
    assert_eq!(axes("plot(1:3); datetick(\"y\")").y_ticks, Ticks::Dates(None));
    let classes = axes("scatter(1:3, 1:3, color={\"cat\", \"dog\", \"cat\"})");
    match &classes.marks[0] {
        Mark::Scatter(points) => assert_eq!(
            points.colours,
            PointColours::Categories { of: vec![0, 1, 0], names: vec!["cat".into(), "dog".into()] }
        ),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        axes("plot(1:3); line([1 3], [1 3]); text(2, 2, {\"a\"}, horizontalalignment=\"center\")")
            .marks
            .len(),
        3
    );
    refused("annotation(\"arrow\", [0 1])", &["x(1), y(1)"]);
    refused("annotation(\"cloud\", [0 1])", &["textbox"]);
    refused("datetick(\"x\", 99)", &["format 99"]);
    refused("scatter(1:3, 1:3, color={\"a\"})", &["color has 1 entry and x has 3"]);
}

#[test]
fn figures_have_numbers() {
    let all = figures(
        "figure(1); plot(1:3); figure(2); plot(1:4); figure(1); title(\"one\"); hold on; plot(3:-1:1)",
    );
    let seen: Vec<(usize, &str)> =
        all.iter().map(|f| (f.axes[0].marks.len(), f.axes[0].title.as_str())).collect();
    assert_eq!(seen, [(1, ""), (2, "one")]);
    assert_eq!(figures("figure(1); plot(1:3); figure(2); plot(1:4); close(1)").len(), 1);
    assert_eq!(figures("f = plot(1:3); figure; plot(1:4); close(f)").len(), 1);
    assert_eq!(
        figures("f = plot(1:3); figure; plot(1:4); figure(f); title(\"t\")")[1].axes[0].title,
        "t"
    );
    assert!(figures("plot(1:3); clf").is_empty());
    assert_eq!(axes("plot(1:3); cla; bar(1:2)").marks.len(), 1);
    assert_eq!(run_in(&Session::start(), "plot(1:3); f = gcf(); clf; f").figures, 0);
}

#[test]
fn the_pictures_of_the_tutorials() {
    let drawn = |text: &str, count: usize| {
        let all = figures(text);
        assert_eq!(all.len(), 1, "{text}");
        let axes = all[0].axes.iter().filter(|axes| !axes.marks.is_empty()).count();
        assert_eq!(axes, count, "{text}");
        all[0].to_png(1.0).unwrap();
    };
    drawn("scree(randn(30, 8), line=0.9)", 1);
    drawn("semilogy(svd(hilb(12)), \"o-\"); ylabel(\"singular value\")", 1);
    drawn(
        "A = 255 * rand(12, 16); [U, S, V] = svd(A);
         subplot(1, 3, 1); imshow(A); title(\"original\")
         for k = [2 3]
           B = U(:, 1:k) * S(1:k, 1:k) * V(:, 1:k)';
           subplot(1, 3, k); imshow(B); title(sprintf(\"k = %d, %.1f dB\", k, psnr(B, A)))
         end",
        3,
    );
    drawn(
        "X = randn(60, 4); m = pca(X, k=2); scatter(m.scores, color=repmat({\"a\"; \"b\"; \"c\"}, 20, 1))",
        1,
    );
    drawn(
        "e = [5 3 2 2.5 3]; [low, k] = min(e); plot(1:5, e, \"o-\"); xline(k, label=sprintf(\"rank %d\", k))",
        1,
    );
    drawn("semilogy((1:50)', [0.8 .^ (1:50); 0.9 .^ (1:50)]'); legend(\"fast\", \"slow\")", 1);
    drawn(
        "for t = 1:3, subplot(1, 3, t); imshow(rand(9, 12)); title(sprintf(\"frame %d\", t)); end",
        3,
    );
    drawn("m = pca(randn(40, 5), k=3); bar(100 * m.ratio); ylabel(\"% explained\")", 1);
    drawn("r = 1 + 4 * rand(80, 1); scatter(r, r + 0.3 * randn(80, 1)); line([1 5], [1 5])", 1);
}
