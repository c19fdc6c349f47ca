"""Cells: their flags, the order of their outputs, errors, queues, questions."""

import base64
import struct
import time

from client import KernelCase


def kinds(outputs):
    return [m["msg_type"] for m in outputs]


class Cells(KernelCase):
    def test_outputs_come_in_the_order_of_the_program(self):
        code = 'printf("a\\n")\nfprintf(2, "b\\n")\n1+2\nprintf("c\\n")\nplot(1:3)\nprintf("d\\n")\nx = 5'
        _, outputs = self.run_cell(code)
        seen = []
        for m in outputs:
            content = m["content"]
            if m["msg_type"] == "stream":
                seen += content["text"].split()
            else:
                seen.append(m["msg_type"])
        # The figure comes last: what follows `plot` may still add to it.
        expected = ["a", "b", "execute_result", "c", "d", "display_data", "display_data"]
        self.assertEqual(seen, expected)

    def test_counts_rise_and_results_carry_them(self):
        first, _ = self.run_cell("1;")
        second, outputs = self.run_cell("1+2")
        self.assertEqual(second["execution_count"], first["execution_count"] + 1)
        self.assertEqual(outputs[0]["content"]["execution_count"], second["execution_count"])
        unstored, _ = self.run_cell("1;", store_history=False)
        after, _ = self.run_cell("1;")
        self.assertEqual(after["execution_count"], second["execution_count"] + 1)
        self.assertEqual(unstored["execution_count"], after["execution_count"])

    def test_silent_publishes_nothing_but_runs(self):
        before, _ = self.run_cell("1;")
        msg_id = self.kc.execute('quiet = 7\nprintf("x\\n")\nplot(1:3)', silent=True)
        self.assertEqual(self.reply_to(msg_id)["status"], "ok")
        self.assertEqual(set(kinds(self.outputs_of(msg_id))), {"status"})
        msg_id = self.kc.execute("undefined_name", silent=True)
        reply = self.reply_to(msg_id)
        self.assertEqual(reply["status"], "error")
        self.assertEqual(set(kinds(self.outputs_of(msg_id))), {"status"})
        after, outputs = self.run_cell("quiet")
        self.assertEqual(after["execution_count"], before["execution_count"] + 1)
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "quiet = 7")

    def test_user_expressions(self):
        expressions = {"sum": "n+1", "wrong": "undefined_name"}
        reply, _ = self.run_cell("n = 4;", user_expressions=expressions)
        found = reply["user_expressions"]
        self.assertEqual(found["sum"]["status"], "ok")
        self.assertIn("5", found["sum"]["data"]["text/plain"])
        self.assertEqual(found["wrong"]["status"], "error")
        self.assertTrue(found["wrong"]["evalue"])
        reply, _ = self.run_cell("n = 4;")
        self.assertEqual(reply["user_expressions"], {})

    def test_an_error_is_one_output_with_a_coloured_report(self):
        reply, outputs = self.run_cell('printf("before\\n")\nundefined_name\nprintf("after\\n")')
        self.assertEqual(kinds(outputs), ["stream", "error"])
        error = outputs[1]["content"]
        for field in ("ename", "evalue", "traceback"):
            self.assertEqual(reply[field], error[field])
        self.assertIn("undefined_name", error["evalue"])
        self.assertIn("\x1b[", error["traceback"][0])
        self.assertIn("error:", error["traceback"][0])

    def test_a_warning_goes_to_standard_error(self):
        reply, outputs = self.run_cell('warning("careful")')
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(outputs[0]["content"]["name"], "stderr")
        self.assertIn("careful", outputs[0]["content"]["text"])

    def test_queued_cells_are_aborted(self):
        codes = ["pause(0.3)\nundefined_name", "aborted1 = 1", "aborted2 = 2"]
        ids = [self.kc.execute(code) for code in codes]
        replies = [self.reply_to(msg_id) for msg_id in ids]
        for reply in replies:
            self.assertEqual(reply["status"], "error")
            for field in ("ename", "evalue", "traceback", "execution_count"):
                self.assertIn(field, reply)
        self.assertEqual([r["ename"] for r in replies[1:]], ["Aborted"] * 2)
        for msg_id in ids[1:]:
            self.assertEqual(set(kinds(self.outputs_of(msg_id))), {"status"})
        self.assert_alive()

    def test_a_burst_after_an_instant_error_is_aborted(self):
        def all_aborted():
            ids = [self.kc.execute("undefined_name")]
            time.sleep(0.005)  # longer than the cell takes
            ids += [self.kc.execute("1+2"), self.kc.execute("1+2")]
            return [self.reply_to(msg_id)["status"] for msg_id in ids] == ["error"] * 3

        # A busy machine may stretch the pause past the end of the burst.
        self.assertTrue(any(all_aborted() for _ in range(5)))

    def test_queued_cells_run_without_stop_on_error(self):
        ids = [
            self.kc.execute("pause(0.2)\nundefined_name", stop_on_error=False),
            self.kc.execute("kept = 1;"),
        ]
        replies = [self.reply_to(msg_id) for msg_id in ids]
        self.assertEqual([r["status"] for r in replies], ["error", "ok"])

    def test_input(self):
        msg_id = self.kc.execute('name = input("who? ", "s")', allow_stdin=True)
        question = self.kc.get_stdin_msg(timeout=10)
        self.assertEqual(question["msg_type"], "input_request")
        self.assertIn("who? ", question["content"]["prompt"])
        self.assertEqual(question["parent_header"]["msg_id"], msg_id)
        self.kc.input("Ada")
        self.assertEqual(self.reply_to(msg_id)["status"], "ok")
        shown = [m for m in self.outputs_of(msg_id) if m["msg_type"] == "display_data"]
        self.assertIn("Ada", shown[0]["content"]["data"]["text/plain"])

    def test_input_without_anyone_to_ask_is_an_error(self):
        reply, outputs = self.run_cell('name = input("who? ", "s")', allow_stdin=False)
        self.assertEqual(reply["status"], "error")
        self.assertEqual(kinds(outputs), ["error"])

    def test_output_is_coalesced_and_capped(self):
        start = time.monotonic()
        reply, outputs = self.run_cell('for i = 1:300000, printf("%d\\n", i); end')
        took = time.monotonic() - start
        self.assertEqual(reply["status"], "ok")
        self.assertLess(len(outputs), 20 * took + 20)
        text = "".join(m["content"]["text"] for m in outputs if m["content"]["name"] == "stdout")
        self.assertTrue(text.startswith("1\n2\n3\n"))
        self.assertEqual(len(text), 1_000_000)
        note = "".join(m["content"]["text"] for m in outputs if m["content"]["name"] == "stderr")
        self.assertEqual(note.count("not shown"), 1)

    def test_output_arrives_while_the_cell_runs(self):
        msg_id = self.kc.execute('printf("early\\n")\npause(1)')
        start = time.monotonic()
        while True:
            message = self.kc.get_iopub_msg(timeout=5)
            if message["msg_type"] == "stream" and message["parent_header"]["msg_id"] == msg_id:
                break
        self.assertLess(time.monotonic() - start, 0.5)
        self.reply_to(msg_id)

    def test_a_loop_of_shown_values_does_not_flood(self):
        _, outputs = self.run_cell("for i = 1:10000, y = i, end")
        self.assertLess(len(outputs), 200)
        text = "".join(m["content"].get("text", "") for m in outputs)
        self.assertIn("y = 10000", text)

    def test_streams_by_turns_stay_in_order_and_under_the_rate(self):
        start = time.monotonic()
        code = 'for i = 1:4, fprintf(1, "o%d ", i); fprintf(2, "e%d ", i); end'
        _, outputs = self.run_cell(code)
        text = "".join(m["content"]["text"] for m in outputs)
        self.assertEqual(text.split(), ["o1", "e1", "o2", "e2", "o3", "e3", "o4", "e4"])
        start = time.monotonic()
        code = 'for i = 1:20000, fprintf(1, "o\\n"); fprintf(2, "e\\n"); end'
        _, outputs = self.run_cell(code)
        self.assertLess(len(outputs), 20 * (time.monotonic() - start) + 20)
        counts = {"stdout": 0, "stderr": 0}
        for m in outputs:
            counts[m["content"]["name"]] += len(m["content"]["text"].split())
        self.assertEqual(counts, {"stdout": 20000, "stderr": 20000})

    def test_clearing_in_a_loop_is_an_animation(self):
        start = time.monotonic()
        _, outputs = self.run_cell('for i = 1:5000, clc; printf("frame %d", i); end')
        self.assertLess(len(outputs), 20 * (time.monotonic() - start) + 20)
        self.assertEqual(kinds(outputs)[-2:], ["clear_output", "stream"])
        self.assertTrue(outputs[-2]["content"]["wait"])
        self.assertEqual(outputs[-1]["content"]["text"], "frame 5000")

    def test_clearing_before_a_value_or_a_figure_is_an_animation(self):
        start = time.monotonic()
        _, outputs = self.run_cell("for i = 1:2000, clc, i, end")
        self.assertLess(len(outputs), 20 * (time.monotonic() - start) + 20)
        self.assertEqual(kinds(outputs)[-2:], ["clear_output", "display_data"])
        self.assertEqual(outputs[-1]["content"]["data"]["text/plain"], "i = 2000")
        clears = [m["content"]["wait"] for m in outputs if m["msg_type"] == "clear_output"]
        self.assertTrue(all(clears))
        start = time.monotonic()
        code = "for i = 1:300, clc; figure(width=100, height=80); plot(1:3); pause(0); end"
        _, outputs = self.run_cell(code)
        self.assertLess(len(outputs), 20 * (time.monotonic() - start) + 20)
        self.assertEqual(kinds(outputs)[-2:], ["clear_output", "display_data"])

    def test_an_animation_keeps_the_order_of_its_parts(self):
        _, outputs = self.run_cell('for i = 1:50, clc; printf("a"); i, printf("b"); i + 1, end')
        last = [m["content"] for m in outputs][-5:]
        parts = [part.get("text", part.get("data", {}).get("text/plain")) for part in last]
        self.assertEqual(parts, [None, "a", "i = 50", "b", "ans = 51"])

    def test_what_was_cleared_does_not_come_back(self):
        _, outputs = self.run_cell('printf("gone")\nclc')
        self.assertEqual(kinds(outputs)[-1], "clear_output")
        self.assertFalse(outputs[-1]["content"]["wait"])

    def test_a_loop_of_figures_is_cut_with_a_note(self):
        _, outputs = self.run_cell("for i = 1:60, figure(width=100, height=80); plot(1:3); end")
        self.assertEqual(sum(kind == "display_data" for kind in kinds(outputs)), 50)
        notes = [m["content"]["text"] for m in outputs if m["msg_type"] == "stream"]
        self.assertEqual(sum("more than 50 figures" in note for note in notes), 1)

    def test_figures_have_their_size_in_css_pixels(self):
        _, outputs = self.run_cell("plot(1:3)")
        content = outputs[0]["content"]
        png = base64.b64decode(content["data"]["image/png"])
        width, height = struct.unpack(">II", png[16:24])
        size = content["metadata"]["image/png"]
        if width > 64:  # not a placeholder
            self.assertEqual((width, height), (2 * size["width"], 2 * size["height"]))
        self.assertIn("<svg", content["data"]["image/svg+xml"])

    def test_long_computations_show_one_updating_display(self):
        reply, outputs = self.run_cell("m = nmf(rand(1500, 1000), k=30, maxiter=200, tol=0);")
        self.assertEqual(reply["status"], "ok")
        displays = [m for m in outputs if "display_data" in m["msg_type"]]
        self.assertEqual(displays[0]["msg_type"], "display_data")
        rest = displays[1:]
        self.assertTrue(all(m["msg_type"] == "update_display_data" for m in rest))
        ids = {m["content"]["transient"]["display_id"] for m in displays}
        self.assertEqual(len(ids), 1)
        self.assertIn("iterations in", displays[-1]["content"]["data"]["text/plain"])

    def test_help_in_either_spelling_pages(self):
        for code in ("?lu", "lu?"):
            reply, _ = self.run_cell(code)
            self.assertEqual([p["source"] for p in reply["payload"]], ["page"])
            self.assertEqual(reply["payload"][0]["start"], 0)
            self.assertIn("lu(", reply["payload"][0]["data"]["text/plain"])

    def test_words_with_a_colon_work_on_any_line(self):
        reply, outputs = self.run_cell("A = eye(3);\n:time B = A*2;\n:plan A*B*A\nB(1)\n:doc lu")
        self.assertEqual(reply["status"], "ok")
        text = "".join(m["content"]["text"] for m in outputs if m["msg_type"] == "stream")
        self.assertRegex(text, r"^\d+\.\d{3} (ns|µs|ms|s)\n")
        self.assertRegex(text, r"total \d+ flop")
        results = [m for m in outputs if m["msg_type"] == "execute_result"]
        self.assertEqual(results[0]["content"]["data"]["text/plain"], "ans = 2")
        self.assertEqual(len(reply["payload"]), 1)
        reply, outputs = self.run_cell("A = eye(3);\n:time nothing_here + 1")
        self.assertEqual(reply["status"], "error")
        self.assertIn("In [", reply["traceback"][0] + "".join(reply["traceback"]))
