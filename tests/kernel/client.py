"""What the kernel's tests share: a kernel of their own, and cells run in it.

`cargo test kernel` runs these tests, with JUPYTER_PATH pointing at a kernelspec for the program under test.
"""

import time
import unittest
import uuid
from queue import Empty

from jupyter_client.manager import start_new_kernel
from jupyter_kernel_test.msgspec_v5 import validate_message

TIMEOUT = 20


class KernelCase(unittest.TestCase):
    """One kernel for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = start_new_kernel(kernel_name="mf")

    @classmethod
    def tearDownClass(cls):
        cls.kc.stop_channels()
        cls.km.shutdown_kernel(now=True)

    def reply_to(self, msg_id, timeout=TIMEOUT):
        """The shell reply to `msg_id`; replies to anything else are dropped."""
        deadline = time.monotonic() + timeout
        while True:
            reply = self.kc.get_shell_msg(timeout=max(0.0, deadline - time.monotonic()))
            if reply["parent_header"].get("msg_id") == msg_id:
                validate_message(reply)
                return reply["content"]

    def outputs_of(self, msg_id, timeout=TIMEOUT):
        """Everything published for `msg_id` up to its idle, each checked against the specification."""
        deadline = time.monotonic() + timeout
        found = []
        while True:
            message = self.kc.get_iopub_msg(timeout=max(0.0, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            validate_message(message)
            found.append(message)
            if message["content"].get("execution_state") == "idle":
                return found

    def run_cell(self, code, **options):
        """Runs a cell; the content of its reply, and its output messages without status and input."""
        msg_id = self.kc.execute(code, **options)
        reply = self.reply_to(msg_id)
        messages = self.outputs_of(msg_id)
        hidden = ("status", "execute_input")
        return reply, [m for m in messages if m["msg_type"] not in hidden]

    def another_client(self):
        """A second front end. It has a session of its own: clients of one session number their messages alike."""
        client = self.km.client()
        client.session.session = uuid.uuid4().hex
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        return client

    def wait_until_busy(self, msg_id, sign="execute_input"):
        """Waits for a kind of message that a request causes: that it runs, or that it shows something."""
        while True:
            message = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if (
                message["parent_header"].get("msg_id") == msg_id
                and message["msg_type"] == sign
            ):
                return

    def control(self, kind, content=None, timeout=TIMEOUT):
        """Sends a request on the control channel; the content of its reply."""
        message = self.kc.session.msg(kind, content or {})
        self.kc.control_channel.send(message)
        deadline = time.monotonic() + timeout
        while True:
            reply = self.kc.get_control_msg(timeout=max(0.0, deadline - time.monotonic()))
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply["content"]

    def shell(self, kind, content):
        """Sends any request on the shell channel; its message id."""
        message = self.kc.session.msg(kind, content)
        self.kc.shell_channel.send(message)
        return message["header"]["msg_id"]

    def assert_alive(self):
        reply, outputs = self.run_cell("1+2")
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "ans = 3")

    def assert_quiet(self, msg_id, seconds=0.3):
        """Nobody answers `msg_id`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.kc.get_shell_msg(timeout=left)
            except Empty:
                return
            self.assertNotEqual(message["parent_header"].get("msg_id"), msg_id)
