"""Definitions: every figure in words, formula, SQL, source fields, and what it leaves out."""

from reliability.ui import chances, glossary
from reliability.ui.view import view

glossary.headline()
glossary.show(view())
chances.section(view())
