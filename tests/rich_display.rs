//! What a notebook shows of values, `display` in its forms, and figures in files.

use crate::common::{error_of, output_of, run_in};
use mf::session::{Event, Session};
use mf::syntax::Source;
use mf::value::{Form, Shown};
use std::process::Command;

/// The values that a program shows a front end that wants three of them in every form.
#[track_caller]
fn shown(text: &str) -> Vec<Shown> {
    let session = Session::start();
    session.show_rich(3);
    let mut values = Vec::new();
    for event in session.submit(Source::new("script", text)) {
        match event {
            Event::Value { shown, .. } => values.push(shown),
            Event::Done(mf::session::Outcome::Failed(error)) => {
                panic!("{text}\n{}", error.render(false))
            }
            _ => {}
        }
    }
    values
}

/// The page of the one value that a program shows; every tag that is opened in it is closed.
#[track_caller]
fn html(text: &str) -> String {
    let page = shown(text).remove(0).html.unwrap_or_else(|| panic!("{text}: no HTML"));
    for tag in ["table", "tr", "td", "th", "svg", "div", "caption"] {
        let opened = page.matches(&format!("<{tag}>")).count();
        let styled = page.matches(&format!("<{tag} ")).count();
        let closed = page.matches(&format!("</{tag}>")).count();
        assert_eq!(opened + styled, closed, "{tag} in {page}");
    }
    page
}

#[test]
fn matrices_are_tables_with_their_names_and_what_is_cut_has_numbers() {
    let page = html("A = [1.5 -2; 3 NaN]");
    assert!(page.contains("A 2×2") && page.contains(">NaN</td>"), "{page}");
    assert!(!page.contains("<th>"));
    let page = html("B = (1:200)' * (1:60)");
    assert!(page.contains("<th>200</th>") && page.contains("<th>60</th>"), "{page}");
    assert!(page.contains("⋮") && page.contains("…") && !page.contains("<th>30</th>"));
    assert!(page.matches("<tr>").count() < 40 && page.len() < 60_000);
    let page = html("x = 1:3");
    assert_eq!(page.matches("<td").count(), 3);
    assert!(html("S = sparse([1 2], [1 2], 1)").contains("2×2 sparse, 2 entries (50 %)"));
    // Without a table, the text says all.
    for plain in ["x = 3", "x = []", "x = \"a<b\"", "f = @(x) x < 1"] {
        assert_eq!(shown(plain)[0].html, None, "{plain}");
    }
}

#[test]
fn only_the_first_values_and_only_where_they_are_wanted_are_more_than_text() {
    let forms = |values: Vec<Shown>| -> Vec<_> {
        values.iter().map(|value| (value.html.is_some(), value.latex.is_some())).collect()
    };
    let text = "for i = 1:5, if i == 5, clc, end, A = [i 2], end";
    let (rich, plain) = ((true, true), (false, false));
    assert_eq!(forms(shown(text)), [rich, rich, rich, plain, rich]);
    // What a program collects is not shown.
    let text = "for i = 1:9, s = evalc(\"A = [i 2]\"); end; A";
    assert_eq!(forms(shown(text)), [rich]);
    let (session, mut values) = (Session::start(), Vec::new());
    for event in session.submit(Source::new("script", "A = [1 2]\nc = {[1 2]}")) {
        if let Event::Value { shown, .. } = event {
            values.push(shown);
        }
    }
    assert_eq!(forms(values), [plain, plain]);
}

#[test]
fn numbers_are_coloured_by_their_size_where_asked() {
    let colours = |text: &str| html(text).matches("background:rgba").count();
    assert_eq!(colours("A = [0 1; -2 NaN]; display(A, \"html\", shade=true)"), 2);
    assert_eq!(colours("A = [0 1; -2 3]; display(A, \"html\")"), 0);
    assert_eq!(colours("format shade; A = [1 2; 3 4]"), 3);
    assert_eq!(colours("format shade; format; A = [1 2; 3 4]"), 0);
    // All equal, huge and infinite ones are no reason to stop.
    assert_eq!(colours("display([5 5], \"html\", shade=true)"), 0);
    assert_eq!(colours("display([1e308 -1e308 Inf], \"html\", shade=true)"), 2);
}

#[test]
fn names_and_strings_are_escaped() {
    let page = html("s = struct(\"a\", \"<script>alert(1)</script> & \\\"q\\\"\")");
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
    assert!(page.contains("&amp;") && page.contains("&quot;q&quot;"));
    assert!(html("c = {\"<b>\"}").contains("&lt;b&gt;"));
    let text = "display(\"<i>\", \"html\")";
    assert!(html(text).contains("&lt;i&gt;"));
}

#[test]
fn containers_are_tables_in_tables() {
    let page = html("s.a = 1; s.b = {2, [1 2; 3 4]}; s.c.d = \"deep\"; s");
    assert_eq!(page.matches("<table>").count(), 4, "{page}");
    assert!(page.contains("deep") && page.contains("2×2"));
    // Deep, wide and long ones are cut.
    let page = html("c = {}; for i = 1:40, c = {c}; end; c");
    assert!(page.matches("<table>").count() < 10, "{page}");
    let page = html("c = cell(500, 50)");
    assert!(page.contains("⋮") && page.contains("…") && page.len() < 60_000);
    assert!(html("s = struct(\"a\", {{1}, 2, 3})").contains("3 values"));
    html("c = {}");
    html("s = struct()");
}

#[test]
fn ratings_show_their_density_and_distribution() {
    let page = html("R = ratings([5 3 NaN; 4 NaN 1])");
    assert!(page.contains("2×3 ratings") && page.contains("66.67 %"), "{page}");
    assert!(page.contains("<title>3: 1</title>") && page.matches("<svg").count() == 2);
    // One value alone has no distribution; many are counted in ranges.
    assert!(!html("R = ratings([2 2; NaN 2])").contains("<title>"));
    let page = html("R = ratings(reshape(1:100, 10, 10) / 7)");
    assert_eq!(page.matches("<title>").count(), 10, "{page}");
}

#[test]
fn models_are_cards_with_a_small_picture() {
    let page = html("m = pca([1 2; 3 4; 5 7], k=1)");
    assert!(page.contains("pca model: 3 observations") && page.contains("cumulative"), "{page}");
    assert!(page.contains("<svg") && page.contains("explained"));
    let page = html("F = factorize([4 1; 1 3])");
    assert!(page.contains("Cholesky factorization") && !page.contains("<svg"), "{page}");
    // A front end that shows text draws nothing.
    let plain = run_in(&Session::start(), "m = pca([1 2; 3 4; 5 7], k=1)").output;
    assert!(plain.contains("pca model") && !plain.contains("<svg"));
    // A figure is shown itself.
    assert!(!html("plot(1:3); f = gcf()").contains("<svg"));
}

#[test]
fn display_gives_the_form_that_is_asked_for() {
    let forms = shown(
        "A = [1 2; 3 4]; display(A); display(A, \"html\"); display(A, \"latex\"); display(A, \"text\")",
    );
    let asked: Vec<_> = forms.iter().map(|shown| shown.asked).collect();
    assert_eq!(asked, [None, Some(Form::Html), Some(Form::Latex), Some(Form::Text)]);
    assert!(forms.iter().all(|shown| shown.text.starts_with("A = 2×2")));
    // Where there is only text, it is the form's source.
    let source = output_of("display([1 -0.5], \"latex\")");
    let formula = "\\begin{bmatrix}\n1.0000 & -0.5000 \\\\\n\\end{bmatrix}";
    assert_eq!(source, format!("$$\n{formula}\n$$\n"));
    assert_eq!(
        output_of("x_1 = 1e-10; display(x_1, \"latex\")"),
        "$$\n\\mathrm{x\\_1} = 1.0000 \\times 10^{-10}\n$$\n"
    );
    assert_eq!(output_of("s = display(3, \"html\"); disp(s)"), "<pre>3</pre>\n");
    assert_eq!(output_of("s = evalc(\"display(3, \\\"text\\\")\"); disp(s)"), "3\n\n");
    let cut = output_of("display(zeros(50), \"latex\")");
    assert!(cut.contains("\\vdots") && cut.contains("\\ddots") && cut.contains("\\cdots"), "{cut}");
    assert!(output_of("display([1+2i NaN], \"latex\")").contains("1 + 2i"));
}

#[test]
fn small_matrices_are_formulas_too() {
    let latex = |text: &str| shown(text)[0].latex.clone();
    assert!(
        latex("A = eye(3)").is_some_and(|f| f.starts_with("$$\n\\mathrm{A} = \\begin{bmatrix}"))
    );
    // LaTeX has ten columns in a bmatrix.
    let wide = latex("display(true(2, 11), \"latex\")").unwrap();
    assert!(wide.contains("$$\n\\left[\\begin{array}{rrrrrrrrrrr}\n1 & 1 & "), "{wide}");
    assert!(wide.ends_with("\\\\\n\\end{array}\\right]\n$$"), "{wide}");
    assert_eq!(latex("A = zeros(11)"), None);
    assert_eq!(latex("A = sparse([1 0; 0 1])"), None);
    assert_eq!(latex("x = 3"), None);
}

#[test]
fn forms_that_cannot_be_had_are_refused() {
    assert!(error_of("display(1, \"pdf\")").contains("one of text, html, latex"));
    assert!(error_of("display({1}, \"latex\")").contains("1×1 cell cannot be shown as LaTeX"));
    assert!(error_of("display(struct(\"a\", 1), \"latex\")").contains("html"));
    assert!(error_of("display(sparse([1 0; 0 1]), \"latex\")").contains("full(S)"));
    assert!(error_of("display(zeros(0, 3), \"latex\")").contains("cannot be shown as LaTeX"));
    error_of("display(1, 2)");
    error_of("display()");
    assert!(error_of("format colour").contains("shade"));
}

#[test]
fn figures_are_saved_as_their_paths_end() {
    let directory = tempfile::tempdir().unwrap();
    let save = |name: &str, before: &str| {
        let path = directory.path().join(name);
        let program = format!("{before}; saveas(\"{}\"); close", path.display());
        assert_eq!(output_of(&program), "", "{program}");
        std::fs::read_to_string(path).unwrap()
    };
    let page = save("a.html", "plot([1 2]); title(\"a <b> & c\")");
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("<title>a &lt;b&gt; &amp; c</title>")
    );
    assert!(page.contains("<svg") && !page.contains("<script") && page.ends_with("</html>\n"));
    let spec: serde_json::Value = serde_json::from_str(&save("a.vl.json", "bar([3 1 2])")).unwrap();
    assert_eq!(spec["$schema"], "https://vega.github.io/schema/vega-lite/v5.json");
    assert_eq!(spec["datasets"]["data0_0"][0]["height"], 3.0);
    let refused = |text: &str| error_of(&text.replace("DIR", &directory.path().to_string_lossy()));
    assert!(refused("plot(1:6000); saveas(\"DIR/b.vl.json\")").contains("at most 5000 marks"));
    assert!(refused("imshow(zeros(2)); saveas(\"DIR/no/b.html\")").contains("cannot write"));
    assert!(refused("plot(1:3); saveas(\"DIR/b.pdf\")").contains(".vl.json"));
}

#[test]
fn a_script_puts_its_figures_where_it_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("pictures");
    let output = Command::new(env!("CARGO_BIN_EXE_mf"))
        .args(["-e", "plot(1:3)"])
        .current_dir(directory.path())
        .env("MF_FIGURES", &folder)
        // Nothing but the path goes to a pipe, whatever the terminal could show.
        .env("MF_PICTURES", "kitty")
        .output()
        .unwrap();
    let path = folder.join("mf-1.png");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{}\n", path.display()));
    assert!(std::fs::read(path).unwrap().starts_with(b"\x89PNG"));
}
