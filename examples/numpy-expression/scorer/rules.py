"""What the task asks of the source: Python with NumPy, no other packages and no native code of one's own.

It finds what somebody does who did not know or forgot. It is no wall: who wants to hide a call from it can.
"""

import ast
import re

MODULES = set(
    "numpy __future__ array asyncio atexit bisect cmath collections concurrent contextlib copy dataclasses enum functools gc heapq "
    "itertools math multiprocessing numbers operator os queue random statistics struct sys threading time types typing warnings".split()
)
# What leads out of the modules that may be imported, such as numpy.ctypeslib and os.system.
FORBIDDEN = re.compile(
    r"ctypes(lib)?|f2py|distutils|mmap|subprocess|importlib|__import__|__loader__|__builtins__"
    r"|eval|compile|exec([lv]p?e?)?|system|popen|(posix_)?spawn\w*|fork"
)


def find_breach(candidate):
    """What in a candidate's directory is not as it is asked for, in words, or None."""
    for path in sorted(candidate.rglob("*")):
        name = path.relative_to(candidate)
        if path.is_file() and name.parts[0] not in (".git", "__pycache__"):
            breach = find_breach_in_file(path)
            if breach:
                return f"{name}{breach}: wanted is Python with NumPy and the standard library, without native code of your own"
    return None


def find_breach_in_file(path):
    content = path.read_bytes()
    if path.suffix != ".py":
        return " is no text" if b"\0" in content else None
    try:
        nodes = list(ast.walk(ast.parse(content)))
    except (SyntaxError, ValueError):
        # Python says it better when it loads the file.
        return None
    for node in nodes:
        for name in names_in(node):
            if FORBIDDEN.fullmatch(name):
                return f", line {node.lineno}: `{name}` is not allowed"
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not MODULES.issuperset(imported_by(node)):
            return f", line {node.lineno}: `{ast.unparse(node)}` is not allowed, but {', '.join(sorted(MODULES))} are"
    return None


def names_in(node):
    if isinstance(node, ast.alias):
        return node.name.split(".")
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")
    return [getattr(node, "id", None) or getattr(node, "attr", None) or ""]


def imported_by(node):
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else ["." * node.level + (node.module or "")]
    # A file beside it begins with a dot, or is none of the names.
    return {module.split(".")[0] for module in modules}
