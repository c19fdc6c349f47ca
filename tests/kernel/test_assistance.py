"""Completion, help at the cursor, whether a cell is finished, history: what a front end asks while the user types."""

import tempfile
from pathlib import Path

from client import KernelCase


class Completion(KernelCase):
    def offered(self, code, position=None):
        """What may stand at the cursor: texts, and types by text."""
        reply = self.reply_to(self.kc.complete(code, position))
        self.assertEqual(reply["status"], "ok")
        types = reply["metadata"]["_jupyter_types_experimental"]
        self.assertEqual([t["text"] for t in types], reply["matches"])
        for t in types:
            self.assertEqual((t["start"], t["end"]), (reply["cursor_start"], reply["cursor_end"]))
        return reply["matches"], {t["text"]: t for t in types}

    def test_variables_and_functions(self):
        self.run_cell("zebra = rand(3, 4); function y = zebras(x, stripes=2), y = x; end")
        names, types = self.offered("zeb")
        self.assertEqual(names, ["zebra", "zebras"])
        self.assertEqual(types["zebra"]["type"], "instance")
        self.assertEqual(types["zebra"]["signature"], "3×4 matrix")
        self.assertEqual(types["zebras"]["type"], "function")
        self.assertEqual(types["zebras"]["signature"], "y = zebras(x, stripes=2)")

    def test_keyword_arguments_and_option_words(self):
        names, types = self.offered("m = nmf(A, k=3, ini")
        self.assertEqual((names[0], types["init="]["type"]), ("init=", "param"))
        names, _ = self.offered('m = nmf(A, init="nndsvda')
        self.assertIn("nndsvdar", names)

    def test_fields(self):
        self.run_cell("s.left = 1; s.right.inner = 2;")
        self.assertEqual(self.offered("s.")[0], ["left", "right"])
        self.assertEqual(self.offered("x = s.right.in")[0], ["inner"])

    def test_files_and_labels(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "films.csv").write_text("a,b\n1,2\n")
            (Path(folder) / "filmed").mkdir()
            names, types = self.offered(f'A = load("{folder}/fil')
            self.assertEqual(names, [f"{folder}/filmed/", f"{folder}/films.csv"])
            self.assertEqual({t["type"] for t in types.values()}, {"path"})
            self.run_cell(f'T = load("{folder}/films.csv", as="table");')
        self.assertEqual(self.offered("T.")[0], ["a", "b"])

    def test_the_cursor_may_stand_anywhere(self):
        self.run_cell("s.left = 1;")
        code = "y = s.le + 1;\nz = 3;"
        self.assertEqual(self.offered(code, len("y = s.le"))[0], ["left"])
        self.assertEqual(self.offered("% s.le")[0], [])
        self.assertEqual(self.offered("")[0], [])

    def test_names_are_known_while_a_cell_runs(self):
        self.run_cell("zigzag = 5;")
        msg_id = self.kc.execute("zagzig = 6; pause(1.5)")
        self.wait_until_busy(msg_id)
        self.assertEqual(self.offered("zigz")[0], ["zigzag"])
        self.assertIn("5", self.help("zigzag")["text/plain"])
        self.reply_to(msg_id)
        self.assertEqual(self.offered("zagz")[0], ["zagzig"])

    def help(self, code, position=None, level=0):
        reply = self.reply_to(self.kc.inspect(code, position, level))
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(reply["found"], bool(reply["data"]))
        return reply["data"]

    def test_help_has_two_levels(self):
        self.run_cell("## Twice.\nfunction y = twice(x)\n  y = 2 * x;\nend")
        self.assertIn("Twice.", self.help("twice(3)", 3)["text/plain"])
        self.assertNotIn("2 * x", self.help("twice")["text/plain"])
        self.assertIn("2 * x", self.help("twice", level=1)["text/plain"])
        self.assertIn("function", self.help("softmax", level=1)["text/plain"])

    def test_help_in_an_argument_list_is_on_the_function(self):
        self.assertIn("nmf(", self.help("nmf(A, ")["text/plain"])
        self.assertIn("nndsvdar", self.help('nmf(A, init="random")', 9)["text/plain"])
        self.assertEqual(self.help("no_such_name_at_all"), {})


class Judgement(KernelCase):
    def test_what_is_unfinished_says_how_far_to_indent(self):
        for code, indent in (
            ("for i = 1:3", "  "),
            ("for i = 1:3\n  if i > 1", "    "),
            ("x = [1 2", "  "),
            ("function f", "  "),
            (":time for i = 1:3", "  "),
        ):
            reply = self.reply_to(self.kc.is_complete(code))
            self.assertEqual((reply["status"], reply["indent"]), ("incomplete", indent), code)
        for code in ("x = 1", ":time x = 1", "?lu", "x = 1\n:plan x*x"):
            self.assertEqual(self.reply_to(self.kc.is_complete(code))["status"], "complete", code)
        self.assertEqual(self.reply_to(self.kc.is_complete("x = )"))["status"], "invalid")


class Past(KernelCase):
    def test_history_by_range_tail_and_search(self):
        for code in ("alpha = 1;", "beta = 2", "alpha = 3;", "quiet = 1;"):
            self.run_cell(code, store_history=code != "quiet = 1;")
        first = [(1, 1, "alpha = 1;"), (1, 2, "beta = 2"), (1, 3, "alpha = 3;")]

        def history(**options):
            found = self.reply_to(self.kc.history(**options))["history"]
            return [tuple(entry) for entry in found]

        options = {"raw": True, "output": False}
        self.assertEqual(history(hist_access_type="range", session=0, start=1, stop=4, **options), first)
        self.assertEqual(history(hist_access_type="range", session=0, start=2, stop=3, **options), first[1:2])
        self.assertEqual(history(hist_access_type="tail", n=2, **options), first[1:])
        search = {"hist_access_type": "search", "pattern": "alpha*", **options}
        self.assertEqual(history(n=10, **search), [first[0], first[2]])
        self.assertEqual(history(n=1, **search), first[2:])
        found = history(hist_access_type="range", session=0, start=1, stop=2, raw=True, output=True)
        self.assertEqual(found, [(1, 1, ["alpha = 1;", None])])
