#!/usr/bin/env python3
"""What CONTRIBUTING.md promises about the tree: the top level, the size of files, banned calls, executable scripts."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "CONTRIBUTING.md", "LICENSE", "README.md", "agent", "cmake", "deploy",
             "flavor-schemas", "hooks", "tests", "xml-templates"}
MAX_LINES = 300
BANNED = {  # rule numbers of CONTRIBUTING.md
    r"\b(std::)?(stoi|stol|stoul|stoull|atoi|atol|strtol|strtoul)\s*\(": "rule 14: parse_number, not {0}",
    r"\b(system|popen)\s*\(": "rule 14: no shell ({0})",
    r"\b(getenv|secure_getenv)\s*\(": "rule 14: no environment below main ({0})",
    r"\[&\]\s*\([^)]*\)\s*(mutable\s*)?\{[^}]*\}\s*\)\s*;\s*//\s*stored": "rule 14: no [&] in stored lambdas",
}


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    return listed.stdout.split("\n")[:-1]


def code_of(text):
    """Without comments and string literals, so that prose cannot trip a rule."""
    text = re.sub(r'R"(\w*)\((.*?)\)\1"', '""', text, flags=re.S)
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def main():
    problems = []
    names = tracked()
    for top in sorted({name.split("/")[0] for name in names}):
        if not top.startswith(".") and top not in TOP_LEVEL:
            problems.append(f"{top}: not part of the top level")
    for name in names:
        path = ROOT / name
        if not path.is_file():
            continue
        if name.endswith((".hpp", ".cpp", ".c", ".h")):
            text = path.read_text(encoding="utf-8")
            lines = text.count("\n")
            if lines > MAX_LINES and not name.startswith("tests/"):
                problems.append(f"{name}: {lines} lines, at most {MAX_LINES} (rule 17)")
            if name.startswith(("agent/", "hooks/")):
                code = code_of(text)
                if name.endswith(".hpp") and "using namespace" in code:
                    problems.append(f"{name}: rule 18: no using namespace in a header")
                for pattern, message in BANNED.items():
                    if match := re.search(pattern, code):
                        problems.append(f"{name}: {message.format(match.group(0).strip())}")
        if path.read_bytes()[:2] == b"#!" and not path.stat().st_mode & 0o111 and not name.endswith(".py"):
            problems.append(f"{name}: a script that is not executable")
    print("\n".join(problems) if problems else f"repository: {len(names)} files in order")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
