"""The sample: a small fictional company whose exports, in the tools' own formats, tell one case."""

from reliability.sample.write import write_sample

__all__ = ["write_sample"]
