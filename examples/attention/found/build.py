"""Compiles attention.c to libattention.so: once for each candidate, outside of the part that is timed."""

import shutil
import subprocess
import sys

FLAGS = ["-O3", "-march=native", "-ffast-math"]

compiler = shutil.which("gcc") or "clang"
# clang has OpenMP only where its library is installed as well.
threads = ["-fopenmp"] if compiler.endswith("gcc") else []
sys.exit(subprocess.call([compiler, *FLAGS, *threads, "-shared", "-fPIC", "-o", "libattention.so", "attention.c", "-lm"]))
