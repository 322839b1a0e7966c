"""The reports of two municipalities through an existing workflow engine, two jobs at a time."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

from ehandel_lib.reference import PROJECT

pytestmark = [
    pytest.mark.langsom,
    pytest.mark.skipif(
        importlib.util.find_spec("snakemake") is None,
        reason="pakken snakemake mangler: pip install --require-hashes -r requirements-snakemake.lock",
    ),
]


def snakemake(tmp_path, demo_leverance, *more):
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", str(PROJECT), *more]
    command += ["--config", "kommuner=Ærø Varde", f"data={demo_leverance}", f"ud={tmp_path}"]
    own = {**os.environ, "PYTHONPATH": str(PROJECT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return subprocess.run(command, cwd=PROJECT, env=own, capture_output=True, text=True, timeout=300)


def test_two_reports_come_out_of_two_jobs_and_are_not_made_again(tmp_path, demo_leverance):
    done = snakemake(tmp_path, demo_leverance)
    assert done.returncode == 0, done.stderr[-3000:]
    for name in ("Ærø", "Varde"):
        assert (tmp_path / name / "rapport.pdf").read_bytes().startswith(b"%PDF")
    again = snakemake(tmp_path, demo_leverance, "--dry-run")
    assert "Nothing to be done" in again.stdout + again.stderr
