//! Completion, help at the cursor, and whether a text is finished: all from the text and a snapshot of the
//! variables, so that they answer while a program runs.
//!
//! [`cursor`] finds what surrounds the cursor, [`functions`] what is known of a function, whoever wrote it.

mod candidates;
mod completeness;
mod cursor;
mod functions;
mod inspection;
mod paths;
mod snapshot;

pub use candidates::{Completion, Completions, Kind, complete};
pub use completeness::{Completeness, is_complete};
pub use inspection::{Detail, inspect};
pub use snapshot::{Snapshot, Watch};

#[cfg(test)]
mod tests {
    use super::{Completion, Detail, Kind, Snapshot};
    use crate::session::{Session, Submission};
    use crate::syntax::Source;
    use std::sync::Arc;

    /// A session that has run a program.
    fn after(program: &str) -> Session {
        let session = Session::start();
        session.submit(Source::new("test", program)).iter().for_each(drop);
        session
    }

    fn items(session: &Session, text: &str) -> Vec<Completion> {
        session.complete(text, text.len()).items
    }

    fn texts(session: &Session, text: &str) -> Vec<String> {
        items(session, text).into_iter().map(|item| item.text).collect()
    }

    fn one(session: &Session, text: &str) -> (String, &'static str, String, String) {
        let [item] = &items(session, text)[..] else { panic!("{:?}", texts(session, text)) };
        (item.text.clone(), item.kind.name(), item.class.clone(), item.detail.clone())
    }

    fn is(
        text: &str,
        kind: &'static str,
        class: &str,
        detail: &str,
    ) -> (String, &'static str, String, String) {
        (text.into(), kind, class.into(), detail.into())
    }

    #[test]
    fn names_come_with_what_they_are() {
        let session = after("eyes = [1 2; 3 4]; eyelid = 7;");
        let found = items(&session, "ey");
        let shown: Vec<_> = found.iter().map(|i| (i.text.as_str(), i.kind)).collect();
        let expected =
            [("eyelid", Kind::Variable), ("eyes", Kind::Variable), ("eye", Kind::Function)];
        assert_eq!(shown, expected);
        assert_eq!((&*found[0].class, &*found[0].detail), ("number", "eyelid = 7"));
        assert_eq!((&*found[1].class, &*found[1].detail), ("2×2 matrix", ""));
        assert!(found[2].class.contains("eye("), "{:?}", found[2]);
        assert!(!found[2].detail.is_empty());
        assert_eq!(one(&session, "whil"), is("while", "statement", "", ""));
        assert_eq!(texts(&session, "EYEL"), ["eyelid"]);
        assert!(texts(&session, "").is_empty() && texts(&session, "x = % ey").is_empty());
        assert_eq!(one(&session, ":timei").1, "word");
    }

    #[test]
    fn keyword_arguments_and_their_values() {
        let session =
            after("function y = scaled(x, zfactor=[1 2], nothing=3)\n  y = x * zfactor;\nend");
        assert_eq!(one(&session, "scaled(1, zf"), is("zfactor=", "argument", "default [1 2]", ""));
        assert_eq!(texts(&session, "scaled(1, zfactor=2, ")[..2], ["x=", "nothing="]);
        assert_eq!(
            texts(&session, "nmf(A, init="),
            ["\"nndsvd\"", "\"nndsvda\"", "\"nndsvdar\"", "\"random\""]
        );
        assert_eq!(texts(&session, "nmf(A, init=\"r")[0], "random");
        assert!(texts(&session, "ratings(A, duplicates=\"me").contains(&"mean".into()));
        assert_eq!(texts(&session, "hold o"), ["on", "off"]);
        assert!(texts(&session, "sort([x, mo").iter().all(|text| !text.ends_with('=')));
        // The user's function hides the one that everybody has.
        let session = after("function y = nmf(only)\n  y = only;\nend");
        assert_eq!(texts(&session, "nmf("), ["only="]);
    }

    #[test]
    fn fields_of_structs_tables_and_models() {
        let session = after(
            "s.inner.depth = [1 2 3]; s.list = {1}; m = pca([1 2; 3 5; 4 4], k=1); q(2).a = 1;",
        );
        assert_eq!(one(&session, "s.inner.de"), is("depth", "field", "1×3 matrix", ""));
        assert_eq!(texts(&session, "x = s."), ["inner", "list"]);
        assert!(texts(&session, "m.").contains(&"scores".into()));
        assert_eq!(texts(&session, "q(1)."), ["a"]);
        assert!(texts(&session, "s.nothing.").is_empty());
    }

    #[test]
    fn labels_and_files_inside_strings() {
        let session = after("R = ratings([5 3; 4 1]); m = als(R, k=1, seed=1);");
        let users = items(&session, "recommend(m, user=\"");
        assert!(users.iter().any(|item| item.text == "2" && item.kind == Kind::Label), "{users:?}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("films.csv"), "a\n1\n").unwrap();
        let base = folder.path().display();
        let file = one(&session, &format!("A = load(\"{base}/fi"));
        assert_eq!(file, is(&format!("{base}/films.csv"), "file", "4 bytes", ""));
    }

    #[test]
    fn names_of_files_are_written_as_strings_write_them() {
        let session = after("");
        let folder = tempfile::tempdir().unwrap();
        for name in ["it's.csv", "a\"b\\c.csv"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let base = format!("{}/", folder.path().display());
        for (typed, name) in [
            ("'it", "it''s.csv"),
            ("'it''", "it''s.csv"),
            ("\"it'", "it's.csv"),
            ("'a\"", "a\"b\\c.csv"),
            ("\"a\\\"", "a\\\"b\\\\c.csv"),
            ("\"a\"\"b\\\\", "a\\\"b\\\\c.csv"),
        ] {
            let text = format!("load({}{base}{}", &typed[..1], &typed[1..]);
            assert_eq!(texts(&session, &text), [format!("{base}{name}")], "{text}");
        }
    }

    #[test]
    fn help_has_two_levels() {
        let session =
            after("## Twice.\nfunction y = twice(x)\n  y = 2 * x;\nend\ns.part = 3; A = rand(50);");
        let help = |text: &str, detail| session.inspect(text, text.len(), detail).unwrap();
        assert!(help("twice(", Detail::Help).contains("Twice."));
        assert!(!help("twice", Detail::Help).contains("2 * x"));
        assert!(help("twice", Detail::Source).contains("y = 2 * x;"));
        assert!(help("softmax", Detail::Source).contains("E = exp"));
        assert!(help("A", Detail::Help).contains("50×50 matrix"));
        assert!(help("s.part", Detail::Help).contains("number"));
        assert!(help("sort(x, ", Detail::Help).contains("ascend"));
        let parameter = session.inspect("nmf(A, init=\"random\")", 8, Detail::Help).unwrap();
        assert!(parameter.contains("\"nndsvda\""), "{parameter}");
        assert_eq!(session.inspect("nothing_of_that_name", 3, Detail::Help), None);
    }

    #[test]
    fn what_has_not_changed_is_not_described_again() {
        let session = after(
            "a = [1 2]; b = [3 4]; c = {1, \"x\"}; n = 7; f = @() a; big = rand(50);\n\
             function y = same(x)\n  y = x;\nend",
        );
        let (before, names) = (session.snapshot(), ["a", "b", "c", "n"]);
        let events = session.submit(Source::new("test", "b(1) = 9; n = 8; z = 1;"));
        events.iter().for_each(drop);
        let now = session.snapshot();
        let kept = names.map(|name| {
            let known = [&before, &now].map(|snapshot| snapshot.find(&[name]).unwrap());
            std::ptr::eq(known[0], known[1])
        });
        assert_eq!(kept, [true, false, true, false]);
        assert!(Arc::ptr_eq(&before.functions[0], &now.functions[0]));
        let text = |snapshot: &Snapshot, name: &str| {
            snapshot.find(&[name]).unwrap().text.as_ref().map(|text| text().trim_end().to_string())
        };
        assert_eq!(text(&before, "b").unwrap(), "b = 1×2\n\n   3   4");
        assert_eq!(text(&now, "b").unwrap(), "b = 1×2\n\n   9   4");
        assert_eq!(text(&now, "f").unwrap(), "f = @() a");
        assert_eq!(text(&now, "big"), None);
        session.request(Submission::Width(100)).iter().for_each(drop);
        assert!(Arc::ptr_eq(&now, &session.snapshot()));
    }

    #[test]
    fn what_is_too_much_to_show_has_some_of_its_fields() {
        let session = after(
            "for i = 1:3000, s.(sprintf(\"f%d\", i)).x = i; end\n\
             c = cell(1, 101); d = {pca([1 2; 3 5; 4 4], k=1)}; e = cell(1, 100);",
        );
        let snapshot = session.snapshot();
        let known = |name| snapshot.find(&[name]).unwrap();
        assert!((500..=1000).contains(&known("s").fields.len()));
        assert!(known("c").text.is_none() && known("d").text.is_none());
        assert!(known("s").text.is_none() && known("e").text.is_some());
        assert_eq!(session.inspect("s.f3000", 4, Detail::Help), None);
    }

    #[test]
    fn a_running_program_is_no_hindrance() {
        let session = after("before = 1;");
        let events = session.submit(Source::new("test", "after = 2; while true, end"));
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| sender.send(texts(&session, "befo")).unwrap());
            let found = receiver.recv_timeout(std::time::Duration::from_secs(20));
            session.interrupt();
            assert_eq!(found.unwrap(), ["before"]);
        });
        events.iter().for_each(drop);
    }
}
