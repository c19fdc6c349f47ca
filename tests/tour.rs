//! The main job: README's first command.

use std::path::Path;
use std::process::Command;

/// Runs `notebooks/tour.mf` from a directory of its own, so that its figures leave nothing behind.
#[test]
fn the_tour_tells_what_it_finds_and_saves_two_figures() {
    let directory = tempfile::tempdir().unwrap();
    let notebooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks");
    let script = directory.path().join("tour.mf");
    std::fs::copy(notebooks.join("tour.mf"), &script).unwrap();
    std::fs::create_dir(directory.path().join("data")).unwrap();
    let data = "data/digits.csv.gz";
    std::fs::copy(notebooks.join(data), directory.path().join(data)).unwrap();
    // From elsewhere: the data are found beside the script.
    let output = Command::new(env!("CARGO_BIN_EXE_mf")).arg(&script).current_dir("/").output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "29 of 64 components keep 95 % of the variance",
        "objective 5.093902",
        "person 1 would give film 5  2.27",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    for name in ["tour-1.png", "tour-2.png"] {
        let path = directory.path().join("figures").join(name);
        assert!(text.contains(&*path.to_string_lossy()), "{text}");
        let picture = std::fs::read(path).unwrap();
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 10_000);
    }
}
