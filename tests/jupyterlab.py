"""The kernel in JupyterLab, as a user sees it: a headless Chromium opens the tour and works with it.

    pip install jupyterlab playwright        (and a Chromium, or Chrome)
    cargo build && python tests/jupyterlab.py [--program target/debug/mf] [--pictures FOLDER]

Takes about a minute, and more than the other tests need to be installed, so it is run by hand when something about
the notebook changes. CHROMIUM names the browser; pictures of every step are kept when a folder is given, to be looked
at: a test sees that a plot has colours, not that it is beautiful.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"

# What a picture on the page looks like: its size on the screen and in itself, how many colours it has, and how much
# of it is not of its commonest colour.
PICTURE = """async image => {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.clientWidth, image.clientHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const counts = new Map();
    for (let i = 0; i < data.length; i += 4) {
        const colour = data.slice(i, i + 4).join();
        counts.set(colour, (counts.get(colour) || 0) + 1);
    }
    const share = 1 - Math.max(...counts.values()) / (data.length / 4);
    return {width: canvas.width, natural: image.naturalWidth, colours: counts.size, share};
}"""

# The colour of the first stretch of code with this text.
COLOUR = """([selector, text]) => {
    for (const span of document.querySelectorAll(selector + " .cm-line span")) {
        if (span.textContent.trim() === text) return getComputedStyle(span).color;
    }
    return null;
}"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def server(program, home):
    """JupyterLab with a kernelspec and settings of its own; its address."""
    subprocess.run([program, "kernel", "install", "--prefix", home], check=True, stdout=subprocess.DEVNULL)
    books = home / "books"
    shutil.copytree(ROOT / "notebooks", books)
    write(books / "tour.ipynb", without_outputs(json.loads((books / "tour.ipynb").read_text())))
    write(books / "own.ipynb", notebook("x = 41;", "m = nmf(rand(1500, 1000), k=40, maxiter=1e6, tol=0);", "x + 1", ""))
    port = free_port()
    paths = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--allow-root"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={books}", "--LabApp.news_url=None"]
    environment = os.environ | paths | {"JUPYTER_PATH": str(home / "share/jupyter")}
    log = open(home / "server.log", "w")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/api/status", timeout=1)
            return
        time.sleep(0.1)
    sys.exit("JupyterLab does not start")


def write(path, book):
    path.write_text(json.dumps(book))


def notebook(*cells):
    spec = {"name": "mf", "display_name": "mf", "language": "mf"}
    empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**empty, "id": f"cell-{i}", "source": code} for i, code in enumerate(cells)]
    return {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}


def without_outputs(book):
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return book


class Lab:
    """A page of JupyterLab, and what a user does on it."""

    def __init__(self, page, address, pictures):
        self.page, self.address, self.pictures = page, address, pictures
        self.count = 0

    def open(self, name):
        self.page.goto(f"{self.address}/lab/tree/{name}?reset")
        self.page.locator(f"{NOTEBOOK} .jp-Cell").first.wait_for()
        self.page.get_by_text("mf | Idle").wait_for()

    def picture(self, name):
        if self.pictures:
            self.count += 1
            self.page.screenshot(path=self.pictures / f"{self.count}-{name}.png")

    def cells(self):
        return self.page.locator(f"{NOTEBOOK} .jp-CodeCell")

    def run_all(self):
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def write(self, cell, text):
        editor = self.cells().nth(cell).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text, delay=10)
        return editor

    def run(self, cell):
        self.cells().nth(cell).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def output(self, cell):
        return self.cells().nth(cell).locator(".jp-OutputArea-output")


def the_tour_runs(lab):
    lab.open("tour.ipynb")
    lab.run_all()
    last = lab.cells().last.locator(".jp-InputPrompt")
    expect(last).to_have_text(re.compile(r"\[\d+\]"), timeout=60_000)
    assert lab.page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    images = lab.page.locator(f"{NOTEBOOK} .jp-RenderedSVG img, {NOTEBOOK} .jp-RenderedImage img")
    assert images.count() >= 2, images.count()
    for i in range(images.count()):
        images.nth(i).scroll_into_view_if_needed()
        seen = images.nth(i).evaluate(PICTURE)
        assert seen["colours"] > 20 and seen["share"] > 0.02, seen
        assert 200 < seen["width"] <= 1000, seen
        lab.picture(f"plot-{i + 1}")
    return f"{images.count()} pictures"


def code_is_highlighted(lab):
    lab.open("own.ipynb")
    lab.write(3, "for i = 1:3 % note\n  s = 'text';\nend")
    lab.page.wait_for_timeout(500)
    parts = ["for", "% note", "'text'", "3"]
    colours = [lab.page.evaluate(COLOUR, [NOTEBOOK, part]) for part in parts]
    lab.picture("highlighting")
    assert None not in colours and len(set(colours)) >= 3, dict(zip(parts, colours))
    return "keyword, comment, string and number in their colours"


def shift_tab_shows_help(lab):
    lab.write(3, "m = nmf(")
    lab.page.keyboard.press("Shift+Tab")
    tooltip = lab.page.locator(".jp-Tooltip")
    expect(tooltip).to_contain_text("nmf(", timeout=5000)
    expect(tooltip).to_contain_text("non-negative")
    lab.picture("help")
    lab.page.keyboard.press("Escape")
    return "help on nmf"


def keyword_arguments_are_completed(lab):
    editor = lab.write(3, "m = nmf(A, in")
    lab.page.keyboard.press("Tab")
    completer = lab.page.locator(".jp-Completer")
    expect(completer).to_be_visible(timeout=5000)
    expect(completer.locator(".jp-Completer-match").first).to_have_text("init=")
    lab.page.wait_for_timeout(500)
    lab.picture("completion")
    lab.page.keyboard.press("Enter")
    expect(editor).to_contain_text("nmf(A, init=")
    return "init="


def progress_is_shown_and_stop_stops(lab):
    lab.run(0)
    lab.run(1)
    expect(lab.output(1)).to_contain_text("█", timeout=30_000)
    lab.page.wait_for_timeout(1500)
    assert lab.output(1).count() == 1, "one display, updated"
    lab.picture("progress")
    start = time.monotonic()
    lab.page.locator(f'{NOTEBOOK} [data-command="notebook:interrupt-kernel"]').click()
    prompt = lab.cells().nth(1).locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=10_000)
    took = time.monotonic() - start
    expect(lab.output(1).first).to_contain_text("iterations in")
    lab.run(2)
    expect(lab.output(2)).to_contain_text("ans = 42", timeout=10_000)
    lab.picture("stopped")
    assert took < 3, took
    return f"stopped after {took:.2f} s, the variables are there"


STEPS = [
    the_tour_runs,
    code_is_highlighted,
    shift_tab_shows_help,
    keyword_arguments_are_completed,
    progress_is_shown_and_stop_stops,
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "target/debug/mf")
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    browser = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    with contextlib.ExitStack() as stack:
        home = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(server(options.program.resolve(), home))
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        stack.callback(chromium.close)
        page = chromium.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(60_000)
        lab = Lab(page, address, options.pictures)
        for step in STEPS:
            start = time.monotonic()
            try:
                said = step(lab)
            except Exception:
                lab.picture("failed")
                raise
            print(f"{step.__name__.replace('_', ' ')}: {said} ({time.monotonic() - start:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
