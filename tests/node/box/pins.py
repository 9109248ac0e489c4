"""tests/node/pins: the versions that the node was last seen to work with."""

import configparser
import pathlib

PATH = pathlib.Path(__file__).resolve().parent.parent / "pins"


def _read():
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str
    parser.read(PATH, encoding="utf-8")
    return parser


def emulator():
    """{package: version}"""
    return dict(_read()["emulator"])


def kernels():
    """{name: {"suite", "package", "version"}}, and "from_backports", the other sources that come from there."""
    parser = _read()
    return {section.split(" ", 1)[1]: dict(parser[section])
            for section in parser.sections() if section.startswith("kernel ")}
