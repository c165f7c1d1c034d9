"""The one question that others ask of the symbol index: what is wrong with this source?"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection
from functools import cache
from pathlib import Path

from copilot.codegen.symbols import store
from copilot.codegen.symbols.faults import faults
from copilot.codegen.symbols.index import Index, UnreadableError


def problems(source: str, beside: Collection[str] = ()) -> list[str]:
    """What a module or script uses that is not there: imports, attributes, arguments of rllte, torch, gymnasium, numpy.

    The first call for a set of versions builds the index, in about ten seconds.

    Args:
        source: its text.
        beside: names of modules that lie beside it, which it may import.

    Returns:
        Sentences with the line, what was written, what exists instead and, of arguments, the signature; none where
        everything that is plain is right. A source that does not parse has that one problem.

    Raises:
        NotInstalled: the libraries are not installed in this environment.
        FileProblem: the index cannot be kept in the data folder.
        DiskFull: there is no space for it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `"\\d"` or `1 is 1`: odd, but no error
            tree = ast.parse(source)
    except SyntaxError as error:
        return [f"line {error.lineno}: {error.msg}"]
    except (ValueError, RecursionError, MemoryError) as error:
        return [f"line 1: it does not parse: {error}"]
    try:
        return _judged(tree, _index(store.index_file()), beside)
    except UnreadableError:  # another process removed it, say
        _index.cache_clear()
        return _judged(tree, _index(store.rebuilt()), beside)


def _judged(tree: ast.Module, index: Index, beside: Collection[str]) -> list[str]:
    try:
        return faults(tree, index, beside)
    except RecursionError:
        return []  # nested too deeply to be judged


@cache
def _index(file: Path) -> Index:
    return Index(file)
