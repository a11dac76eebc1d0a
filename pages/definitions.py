"""Definitions: every figure in words, formula, SQL, source fields, and what it leaves out."""

from reliability.ui import glossary
from reliability.ui.view import view

glossary.headline()
glossary.show(view())
