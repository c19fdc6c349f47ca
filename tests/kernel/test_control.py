"""Interrupt, shutdown, restart, and messages that are wrong."""

import os
import queue
import shutil
import tempfile
import time
from pathlib import Path

import zmq
from client import TIMEOUT, KernelCase


class Interrupt(KernelCase):
    def interrupted(self, code):
        """Seconds between the request to stop `code` and its reply."""
        self.run_cell("kept = 41;")
        msg_id = self.kc.execute(code)
        self.wait_until_busy(msg_id)
        time.sleep(0.3)
        start = time.monotonic()
        self.assertEqual(self.control("interrupt_request")["status"], "ok")
        reply = self.reply_to(msg_id)
        took = time.monotonic() - start
        self.assertEqual((reply["status"], reply["ename"]), ("error", "Interrupted"))
        errors = [m for m in self.outputs_of(msg_id) if m["msg_type"] == "error"]
        self.assertEqual(len(errors), 1)
        after, outputs = self.run_cell("kept+1")
        self.assertEqual(after["status"], "ok")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "ans = 42")
        return took

    def assert_soon(self, seconds):
        """That half a second is enough, in the best of three: others may use the machine too."""
        took = []
        while not took or took[-1] >= 0.5 and len(took) < 3:
            took.append(seconds())
        self.assertLess(min(took), 0.5)

    def assert_stops(self, code):
        self.assert_soon(lambda: self.interrupted(code))

    def test_a_loop(self):
        self.assert_stops("while true, end")

    def test_a_dense_svd(self):
        self.run_cell("A = rand(4000);")
        self.assert_stops("svd(A);")

    def test_a_solver_gives_what_it_has_and_queued_cells_go(self):
        self.assert_soon(self.solver_stopped)

    def solver_stopped(self):
        """Seconds until a fit that is stopped replies."""
        self.run_cell("kept = 41;")
        code = "m = nmf(rand(400, 300), k=20, maxiter=1e6, tol=0);"
        ids = [self.kc.execute(code), self.kc.execute("late = 1;")]
        # The bar of its progress: then there is an iterate to keep.
        self.wait_until_busy(ids[0], "display_data")
        start = time.monotonic()
        self.assertEqual(self.control("interrupt_request")["status"], "ok")
        first = self.reply_to(ids[0])
        took = time.monotonic() - start
        self.assertEqual(first["status"], "ok")
        self.assertEqual(self.reply_to(ids[1])["ename"], "Aborted")
        warnings = [m for m in self.outputs_of(ids[0]) if m["msg_type"] == "stream"]
        self.assertIn("interrupted", "".join(m["content"]["text"] for m in warnings))
        _, outputs = self.run_cell("kept + columns(m.W)")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "ans = 61")
        return took

    def test_a_function_keeps_what_was_assigned_before(self):
        self.interrupted("before = 5; for i = 1:1e9, seen = i; end")
        _, outputs = self.run_cell("before + (seen > 1000)")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "ans = 6")

    def test_a_flood_of_output(self):
        self.assert_stops('while true, printf("%d\\n", 1); end')

    def test_a_question_to_the_user(self):
        self.assert_stops('x = input("? ", "s")')

    def test_queued_cells_go_with_it(self):
        ids = [self.kc.execute("while true, end"), self.kc.execute("late = 1")]
        self.wait_until_busy(ids[0])
        time.sleep(0.1)
        self.km.interrupt_kernel()
        self.assertEqual([self.reply_to(i)["ename"] for i in ids], ["Interrupted", "Aborted"])

    def test_between_cells_it_does_nothing(self):
        self.assertEqual(self.control("interrupt_request")["status"], "ok")
        self.assert_alive()


class WhileBusy(KernelCase):
    def test_requests_are_answered_and_the_kernel_stays_busy(self):
        msg_id = self.kc.execute("pause(1.5)")
        self.wait_until_busy(msg_id)
        start = time.monotonic()
        self.assertEqual(self.control("kernel_info_request")["status"], "ok")
        for ask in (
            self.kc.kernel_info,
            lambda: self.kc.complete("ei"),
            lambda: self.kc.inspect("lu"),
            lambda: self.kc.is_complete("x = ["),
        ):
            self.reply_to(ask())
        self.assertLess(time.monotonic() - start, 1.0)
        self.reply_to(msg_id)
        states = []
        while not states or states[-1] != (msg_id, "idle"):
            message = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] == "status":
                parent = message["parent_header"]["msg_id"]
                states.append((parent, message["content"]["execution_state"]))
        # After each idle of another request the cell's busy is said again.
        for this, following in zip(states, states[1:]):
            if this[1] == "idle":
                self.assertEqual(following, (msg_id, "busy"))


class Robust(KernelCase):
    def socket(self):
        """A client socket below the level where signatures are made."""
        info = self.km.get_connection_info()
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.connect(f"tcp://{info['ip']}:{info['shell_port']}")
        self.addCleanup(socket.close, 0)
        return socket

    def test_a_wrong_signature_is_ignored(self):
        message = self.kc.session.msg("execute_request", {"code": "forged = 1"})
        frames = self.kc.session.serialize(message)
        at = frames.index(b"<IDS|MSG>") + 1
        socket = self.socket()
        for signature in (b"0" * 64, b"", b"not hexadecimal"):
            socket.send_multipart([*frames[:at], signature, *frames[at + 1 :]])
        self.assertFalse(socket.poll(300))
        self.assert_alive()
        reply, _ = self.run_cell("forged")
        self.assertEqual(reply["status"], "error")

    def test_malformed_messages_are_ignored(self):
        socket = self.socket()
        sign = self.kc.session.sign
        for parts in (
            [b"{", b"{}", b"{}", b"{}"],
            [b"{}", b"{}", b"{}", b"{}"],
            [b"[]", b"", b"", b""],
            [b"\xff\xfe", b"{}", b"{}", b"[" * 100_000],
        ):
            socket.send_multipart([b"<IDS|MSG>", sign(parts), *parts])
        for frames in ([b""], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"", b"{}"], [b"x"] * 9):
            socket.send_multipart(frames)
        self.assertFalse(socket.poll(300))
        self.assert_alive()

    def test_fields_of_the_wrong_type_get_no_reply(self):
        self.assert_quiet(self.shell("execute_request", {"code": 5}))
        self.assert_quiet(self.shell("complete_request", {"code": "x", "cursor_pos": "end"}))
        self.assert_alive()

    def test_omitted_fields_have_defaults(self):
        for kind, content in (
            ("execute_request", {"code": "1;"}),
            ("complete_request", {"code": "ei"}),
            ("inspect_request", {"code": "lu"}),
            ("history_request", {"hist_access_type": "tail"}),
            ("history_request", {"hist_access_type": "range"}),
            ("history_request", {"hist_access_type": "search", "session": None}),
            ("comm_info_request", {}),
            ("kernel_info_request", {}),
        ):
            with self.subTest(kind=kind, content=content):
                self.assertEqual(self.reply_to(self.shell(kind, content))["status"], "ok")

    def test_cursors_count_code_points(self):
        for text in ("α = ei", "𝛽𝛽 = ei"):
            reply = self.reply_to(self.kc.complete(text))
            self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (len(text) - 2, len(text)))
            types = reply["metadata"]["_jupyter_types_experimental"]
            self.assertEqual([t["text"] for t in types], reply["matches"])
        for position in (-1, 10**6):
            self.kc.complete("ei", position)
        self.assert_alive()

    def test_messages_of_a_comm_nobody_opened_are_ignored(self):
        self.assert_quiet(self.shell("comm_msg", {"comm_id": "c2", "data": {}}))
        self.assert_quiet(self.shell("comm_close", {"comm_id": "c2", "data": {}}))
        self.assert_alive()

    def test_unknown_requests_get_an_error_reply(self):
        msg_id = self.shell("frobnicate_request", {})
        while (reply := self.kc.get_shell_msg(timeout=TIMEOUT))["parent_header"]["msg_id"] != msg_id:
            pass
        self.assertEqual(reply["msg_type"], "frobnicate_reply")
        self.assertEqual(reply["content"]["status"], "error")

    def test_unknown_comms_are_closed(self):
        msg_id = self.shell("comm_open", {"comm_id": "c1", "target_name": "none", "data": {}})
        while True:
            message = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] == "comm_close":
                break
        self.assertEqual(message["content"]["comm_id"], "c1")
        self.assertEqual(message["parent_header"]["msg_id"], msg_id)
        self.assertEqual(self.reply_to(self.kc.comm_info())["comms"], {})

    def test_a_burst_of_requests(self):
        ids = [self.kc.execute(f"{i}+0", store_history=False) for i in range(200)]
        for i, msg_id in enumerate(ids):
            self.assertEqual(self.reply_to(msg_id)["status"], "ok", i)

    def test_two_clients(self):
        other = self.another_client()
        self.addCleanup(other.stop_channels)
        first, second = self.kc.execute("1+2"), other.execute("2+3")
        self.assertEqual(self.reply_to(first)["status"], "ok")
        while (reply := other.get_shell_msg(timeout=TIMEOUT))["parent_header"]["msg_id"] != second:
            pass
        self.assertEqual(reply["content"]["status"], "ok")
        # Each sees the other's result.
        while (m := self.kc.get_iopub_msg(timeout=TIMEOUT))["parent_header"].get("msg_id") != second:
            pass

    def test_a_client_that_connects_while_a_cell_runs_sees_the_rest(self):
        first = self.another_client()
        # The cell ends once the second client is there, however slow the machine is.
        gate = Path(tempfile.mkdtemp()) / "gate"
        self.addCleanup(shutil.rmtree, gate.parent)
        msg_id = first.execute(f'while exist("{gate}") == 0, pause(.02), end\n40+2')
        self.wait_until_busy(msg_id)
        first.stop_channels()
        second = self.another_client()
        self.addCleanup(second.stop_channels)
        self.wait_until_subscribed(second)
        gate.touch()
        while (m := second.get_iopub_msg(timeout=TIMEOUT))["msg_type"] != "execute_result":
            pass
        self.assertEqual(m["parent_header"]["msg_id"], msg_id)
        self.assert_alive()

    def wait_until_subscribed(self, client):
        """A client may have its first reply before its subscription has reached the kernel."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            client.kernel_info()
            try:
                client.get_iopub_msg(timeout=1)
                return
            except queue.Empty:
                pass
        self.fail("the client sees no broadcast")

    def test_heartbeat(self):
        self.kc.hb_channel.unpause()
        time.sleep(1.5)
        self.assertTrue(self.kc.hb_channel.is_beating())

    def test_round_trip_of_a_trivial_cell(self):
        times = []
        for _ in range(100):
            start = time.perf_counter()
            self.reply_to(self.kc.execute("1;", store_history=False))
            times.append(time.perf_counter() - start)
        median = sorted(times)[50]
        print(f"round trip of a cell: {1000 * median:.2f} ms median")
        self.assertLess(median, 0.02)


class Ends(KernelCase):
    def wait_for_end(self, process):
        deadline = time.monotonic() + 5
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return process.poll()

    def test_1_restart_forgets_the_variables(self):
        self.run_cell("gone = 1;")
        self.km.restart_kernel()
        self.kc.wait_for_ready(timeout=TIMEOUT)
        reply, _ = self.run_cell("gone")
        self.assertEqual(reply["status"], "error")
        self.assertEqual(reply["execution_count"], 1)

    def test_2_shutdown_while_busy(self):
        process = self.km.provisioner.process
        self.wait_until_busy(self.kc.execute("while true, end"))
        reply = self.control("shutdown_request", {"restart": False})
        self.assertEqual((reply["status"], reply["restart"]), ("ok", False))
        self.assertEqual(self.wait_for_end(process), 0)

    def test_3_exit_ends_the_kernel_after_its_reply(self):
        self.km.restart_kernel(now=True)
        self.kc.wait_for_ready(timeout=TIMEOUT)
        process = self.km.provisioner.process
        reply = self.reply_to(self.kc.execute("exit"))
        self.assertEqual(reply["payload"], [{"source": "ask_exit", "keepkernel": False}])
        self.assertEqual(self.wait_for_end(process), 0)


class StartUp(KernelCase):
    def test_time_to_the_first_reply(self):
        start = time.perf_counter()
        self.km.restart_kernel(now=True)
        self.reply_to(self.kc.kernel_info())
        took = time.perf_counter() - start
        print(f"restart to first kernel_info_reply: {1000 * took:.0f} ms")
        self.assertLess(took, 5 if "CI" in os.environ else 2)
