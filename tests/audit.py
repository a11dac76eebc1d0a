"""Known vulnerabilities of the pinned packages, by pip-audit: `python -m tests.audit LOCK`.

Exit code 1 where there is one, 2 where nobody could be asked: that says nothing about the packages.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

_SERVICES = ("pypi", "osv")


def verdict(asked: Mapping[str, Any]) -> tuple[int, str]:
    """Exit code and what to say of pip-audit's JSON (format version of its 2.x releases)."""
    dependencies = asked["dependencies"]
    skipped = [found["name"] for found in dependencies if "skip_reason" in found]
    flawed = [found for found in dependencies if found.get("vulns")]
    lines = [
        f"{found['name']} {found['version']}: {flaw['id']}, "
        + (f"fixed in {', '.join(flaw['fix_versions'])}" if flaw["fix_versions"] else "no fix yet")
        for found in flawed
        for flaw in found["vulns"]
    ]
    if skipped:
        lines.append(
            f"{len(skipped)} of {len(dependencies)} packages could not be looked up: {', '.join(skipped)}"
        )
    if flawed:
        return 1, "\n".join(lines)
    return (
        (2, "\n".join(lines))
        if skipped
        else (0, f"No known vulnerability in what is pinned: {len(dependencies)} looked up.")
    )


def main(lock: str) -> int:
    """Ask each service in turn until one answers."""
    code, told = 2, "pip-audit is not there: it needs uv (https://docs.astral.sh/uv)."
    for service in _SERVICES:
        command = ["uvx", "--quiet", "--from", "pip-audit~=2.9", "pip-audit", "--requirement", lock]
        command += [
            "--disable-pip",
            "--vulnerability-service",
            service,
            "--format",
            "json",
            "--progress-spinner",
            "off",
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        except (FileNotFoundError, subprocess.TimeoutExpired):
            continue
        if done.stdout.startswith("{"):
            code, told = verdict(json.loads(done.stdout))
        else:
            why = (done.stderr.strip().splitlines() or ["no answer"])[-1]
            code, told = 2, f"{service} could not be asked: {why[:200]}"
        if code < 2:
            break
    print(told if code < 2 else f"Not audited. {told}\nRun `make audit` where PyPI or OSV can be reached.")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
