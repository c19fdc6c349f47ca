//! The scripts behind the notebooks, the first of which is the main job: README's first command.

use std::path::Path;
use std::process::Command;

/// Runs a script of `notebooks/` from a directory of its own, so that its figures leave nothing behind; looks for what it
/// tells and for its pictures.
fn run(name: &str, told: &[&str], pictures: usize) {
    let directory = tempfile::tempdir().unwrap();
    let notebooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks");
    let script = directory.path().join(name).with_extension("mf");
    std::fs::copy(notebooks.join(name).with_extension("mf"), &script).unwrap();
    std::fs::create_dir(directory.path().join("data")).unwrap();
    for file in std::fs::read_dir(notebooks.join("data")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), directory.path().join("data").join(file.file_name())).unwrap();
    }
    // From elsewhere: the data are found beside the script.
    let output = Command::new(env!("CARGO_BIN_EXE_mf")).arg(&script).current_dir("/").output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    for line in told {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    for number in 1..=pictures {
        let path = directory.path().join("figures").join(format!("{name}-{number}.png"));
        assert!(text.contains(&*path.to_string_lossy()), "{text}");
        let picture = std::fs::read(path).unwrap();
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 3_000);
    }
}

#[test]
fn the_tour_tells_what_it_finds_and_saves_its_figures() {
    let told = [
        "29 of 64 components keep 95 % of the variance",
        "objective 5.093902",
        "person 1 would give film 5  2.27",
    ];
    run("tour", &told, 2);
}

#[test]
fn the_sparse_notebook_solves_and_finds_its_topics() {
    // The smallest eigenvalue of the grid is 8*sin(pi/202)^2.
    let told = ["pcg of 10000 unknowns: converged", "1.9349e-03", "backward error"];
    run("sparse", &told, 5);
}

#[test]
fn the_models_notebook_finds_what_is_known_of_its_data() {
    let told = [
        "20 components: 89.4 % of the variance, nearest neighbour right in 98.6 %",
        "71.9 % raw, 94.9 % scaled",
        "of the truncated svd 572.96",
        "best rank 8",
        "3 singular values kept",
        "79.5 % are in a group of their own digit",
    ];
    run("models", &told, 14);
}

#[test]
fn the_recommenders_notebook_finds_the_tastes_it_made() {
    let told = ["als model of 400 users × 150 items", "observations", "ease"];
    run("recommenders", &told, 5);
}
