"""Replicas: one builder shares its versions in a folder or in S3; servers without exports copy them and open them.

`build` is every build of a data folder that counts; `copying` is what a server does that has no exports.
"""

from reliability.replicas.building import build

__all__ = ["build"]
