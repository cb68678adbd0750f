"""Runs a scorer that is a Python class, in a process of its own, by avo's scorer contract.

    run_scorer.py evaluate MODULE CLASS SOLUTION_FILE    scores the candidate in AVO_CANDIDATE, writes AVO_RESULT
    run_scorer.py describe MODULE CLASS                  writes the configurations and what the scorer says about itself

The class has `evaluate(source_code, source_file)` and `get_configurations()`; `avo.core.scoring.ScoringFunction`, beside this
file, is its base class. Standard library only, Python 3.8 or newer.
"""

import importlib.util
import inspect
import json
import os
import sys
from pathlib import Path


def load_class(module_path, class_name):
    """The class itself. Modules beside the scorer can be imported by it."""
    path = Path(module_path).resolve()
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    # dataclasses and pickle look a class's module up by its name.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    try:
        return getattr(module, class_name)
    except AttributeError:
        raise ImportError(f"{path.name} has no class {class_name}; set scoring_class") from None


def construct(scorer_class, directory):
    """Hands the directory over where the constructor takes one."""
    try:
        parameters = inspect.signature(scorer_class).parameters.values()
    except (TypeError, ValueError):
        parameters = ()
    takes_directory = any(p.name == "workspace_dir" or p.kind is p.VAR_KEYWORD for p in parameters)
    return scorer_class(workspace_dir=directory) if takes_directory else scorer_class()


def describe(scorer):
    """What the agent should know before the first evaluation."""
    texts = [
        getattr(scorer, method)() if hasattr(scorer, method) else ""
        for method in ("get_scoring_context", "get_reference_description")
    ]
    return {
        "configurations": [str(name) for name in scorer.get_configurations()],
        "description": "\n\n".join(str(text) for text in texts if text),
    }


def evaluate(scorer, directory, solution_file):
    """The scorer's `Score` as avo's result document."""
    source_code = (directory / solution_file).read_text(encoding="utf-8")
    score = scorer.evaluate(source_code, solution_file)
    return {
        "correct": bool(score.passes_correctness),
        "scores": {str(name): float(value) for name, value in score.values.items()},
        "feedback": str(score.correctness_message or ""),
    }


def main():
    mode, module_path, class_name, *rest = sys.argv[1:]
    # What the scorer starts and what it imports have no business with the result.
    result = Path(os.environ.pop("AVO_RESULT"))
    directory = Path(os.environ["AVO_CANDIDATE"])
    here = os.path.dirname(os.path.abspath(__file__))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))

    scorer_class = load_class(module_path, class_name)
    # A scorer may write beside the solution: this is the candidate's own copy, thrown away afterwards.
    os.chdir(directory)
    scorer = construct(scorer_class, directory)
    document = describe(scorer) if mode == "describe" else evaluate(scorer, directory, *rest)
    result.write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main()
