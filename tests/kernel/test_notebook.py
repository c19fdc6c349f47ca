"""Whole notebooks, run as `jupyter nbconvert --execute` runs them."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter


def notebook(*cells):
    spec = {"name": "mf", "display_name": "mf", "language": "mf"}
    cells = [nbformat.v4.new_code_cell(code) for code in cells]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


class Notebook(unittest.TestCase):
    def test_runs_and_becomes_a_page(self):
        book = notebook("x = 3;", "x+1", "plot(1:3)", "A = [1 2; 3 4]")
        NotebookClient(book, timeout=30).execute()
        nbformat.validate(book)
        counts = [cell.execution_count for cell in book.cells]
        self.assertEqual(counts, [1, 2, 3, 4])
        outputs = [[o.output_type for o in cell.outputs] for cell in book.cells]
        self.assertEqual(outputs, [[], ["execute_result"], ["display_data"], ["display_data"]])
        self.assertEqual(book.metadata.language_info.name, "mf")
        page, _ = HTMLExporter().from_notebook_node(book)
        self.assertIn("ans = 4", page)
        self.assertTrue("<svg" in page or "image/svg+xml" in page or "image/png" in page)

    def test_the_tour_runs(self):
        text, pictures = self.run_book("tour")
        self.assertIn("29 of 64 components", text)
        self.assertIn("objective 5.093902", text)
        self.assertEqual(pictures, 2)

    def test_the_sparse_notebook_runs(self):
        text, pictures = self.run_book("sparse")
        self.assertIn("backward error", text)
        self.assertEqual(pictures, 5)

    def run_book(self, name):
        """What a notebook of ours prints, and how many pictures it shows."""
        path = pathlib.Path(__file__).parents[2] / "notebooks" / f"{name}.ipynb"
        with tempfile.TemporaryDirectory() as directory:
            command = ["nbconvert", "--to", "notebook", "--execute", str(path), "--output-dir", directory]
            subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
            book = nbformat.read(pathlib.Path(directory) / f"{name}.ipynb", as_version=4)
        outputs = [o for cell in book.cells if cell.cell_type == "code" for o in cell.outputs]
        text = "".join(o.text for o in outputs if o.output_type == "stream")
        return text, sum("image/png" in o.get("data", {}) for o in outputs)

    def test_stops_at_an_error_that_has_its_report(self):
        book = notebook("undefined_name", "1+2")
        with self.assertRaises(CellExecutionError) as raised:
            NotebookClient(book, timeout=30).execute()
        self.assertIn("undefined_name", str(raised.exception))
        self.assertEqual([o.output_type for o in book.cells[0].outputs], ["error"])
        self.assertEqual(book.cells[1].outputs, [])
