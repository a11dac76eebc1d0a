"""Exports: find files below a folder and read them as text with line numbers.

What an incident is, nobody knows here. Every value becomes text as it stands in the file; every record is
either a row of the table or listed with its line, the reason and its text. Damage costs only the records it
hit.
"""

from reliability.exports.code_pages import PAGES
from reliability.exports.export_source import ExportSource
from reliability.exports.folder import export_files, link_problem, sources
from reliability.exports.raw_table import RawTable, Unreadable

__all__ = ["PAGES", "ExportSource", "RawTable", "Unreadable", "export_files", "link_problem", "sources"]
