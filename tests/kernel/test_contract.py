"""The contract every kernel is held to: jupyter_kernel_test with all its samples, nothing overridden."""

import unittest

import jupyter_kernel_test as contract


class Contract(contract.KernelTests):
    kernel_name = "mf"
    language_name = "mf"
    file_extension = ".mf"

    code_hello_world = r'printf("hello, world\n")'
    code_stderr = r'fprintf(2, "oops\n")'
    completion_samples = [
        {"text": "ei", "matches": {"eig", "eigenimages", "eigs"}},
        {"text": "αβ = ei", "matches": {"eig", "eigenimages", "eigs"}},
        {"text": "nosuchname"},
    ]
    complete_code_samples = ["1", "x = 3;", "A = [1 2\n3 4]", "while true, end", "% a comment"]
    incomplete_code_samples = ["x = [1 2 3", "while true", "if x > 1\n  y = 2", "f(1, ..."]
    invalid_code_samples = ["x = )"]
    code_page_something = "?lu"
    code_generate_error = 'error("boom")'
    code_execute_result = [
        {"code": "1+2", "result": "ans = 3"},
        {"code": "2+2", "result": "ans = 4"},
    ]
    code_display_data = [
        {"code": "plot(1:3)", "mime": "image/png"},
        {"code": "plot(1:3)", "mime": "image/svg+xml"},
        {"code": "A = [1 2; 3 4]", "mime": "text/html"},
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "lu"
    code_clear_output = "clc"


class Welcome(contract.IopubWelcomeTests):
    kernel_name = "mf"
    support_iopub_welcome = True
