"""Lay out the wheel: one top-level package `pipit`, with the code in its folder `code`.

All other metadata is in pyproject.toml.
"""

from setuptools import find_packages, setup

FOLDERS = ("bot", "engine", "adapters")
CODE = "pipit.code"
inner = find_packages(include=[pattern for name in FOLDERS for pattern in (name, f"{name}.*")])

setup(
    packages=["pipit", *(f"{CODE}.{name}" for name in inner)],
    package_dir={"pipit": "bot/installed", **{f"{CODE}.{name}": name for name in FOLDERS}},
)
