"""Four savings that keep the embedder's own process small.

==================  ======  =====================================================================
name                saves   what it does
==================  ======  =====================================================================
``allocator``        16 MB  glibc returns free memory to the system early (mallopt)
``give_back``        61 MB  pages of libraries that are needed only during the import are dropped
                            (madvise), and free heap is returned (malloc_trim)
``stand_ins``       122 MB  scipy, sklearn and torch._dynamo are not imported; the import needs a
                            few of their names, but embedding never calls them
``mapped_weights``   35 MB  weights stay pages of their file; sympy, which the usual way of loading
                            imports, is not imported
==================  ======  =====================================================================

The sizes are parts of a peak of 543 MB while pages of a document are embedded (torch 2.13 for CPU,
transformers 5.23, sentence-transformers 6.2). With torch 2.1 and transformers 4.35, ``stand_ins``
saves about 32 MB. Each saving can be switched off, and a test shows the effect of each.

The first two change no library and do nothing on a system without glibc or ``/proc``. The last two
patch libraries, but only while these load. If loading fails with them, it is tried again without
them in a new process.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import re
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TRICKS = ("allocator", "give_back", "stand_ins", "mapped_weights")
PATCHES = ("stand_ins", "mapped_weights")
"""The savings that patch libraries. They are left out if loading with them fails."""

_STOOD_IN = ("scipy", "sklearn", "torch._dynamo")

# The parameters and values for mallopt(3): M_MMAP_THRESHOLD, M_TRIM_THRESHOLD and M_ARENA_MAX. A
# fixed threshold also prevents glibc from raising it after each large free.
_MALLOPT = (
    (-3, 1 << 20),
    (-1, 1 << 20),
    (-8, 2),
)
_MADV_DONTNEED = 4


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform.startswith("linux") else None


def _glibc() -> ctypes.CDLL | None:
    libc = _libc()
    return libc if libc is not None and hasattr(libc, "gnu_get_libc_version") else None


def tune_allocator() -> bool:
    """Limit the free memory that malloc keeps. Return False if there is no glibc.

    Call this before the first large import.
    """
    libc = _glibc()
    if libc is None:
        return False
    taken = [libc.mallopt(parameter, value) for parameter, value in _MALLOPT]
    return all(taken)


def give_back() -> None:
    """Return free heap and unused file pages to the system.

    This takes about 12 ms. A dropped page is read again at its next use.
    """
    _drop_clean_pages()
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _drop_clean_pages() -> None:
    libc = _libc()
    if libc is None:
        return
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    with contextlib.suppress(OSError):  # there may be no /proc, or a sandbox may hide it
        with Path("/proc/self/smaps").open(encoding="utf-8", errors="replace") as smaps:
            clean = list(clean_mappings(smaps))
        for start, end in clean:
            libc.madvise(start, end - start, _MADV_DONTNEED)


_HEADER = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ (\d+) *(.*)")
_MUST_BE_ZERO = {"Anonymous", "Swap", "Private_Dirty", "Shared_Dirty"}


def clean_mappings(smaps: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of the mappings that equal their file.

    `smaps` are the lines of ``/proc/PID/smaps`` (proc(5)).

    A mapping with an anonymous, dirty or swapped page has data that is in no file (relocations), so
    it is never yielded. Among writable mappings, only those of weights are yielded, because nothing
    writes to them.
    """
    mapping: tuple[int, int] | None = None
    for line in smaps:
        header = _HEADER.match(line)
        if header:
            if mapping is not None:
                yield mapping
            start, end, access, inode, path = header.groups()
            wanted = inode != "0" and ("w" not in access or path.endswith(".safetensors"))
            mapping = (int(start, 16), int(end, 16)) if wanted else None
        elif mapping is not None:
            name, _, value = line.partition(":")
            if name in _MUST_BE_ZERO and value.split()[0] != "0":
                mapping = None
    if mapping is not None:
        yield mapping


class _Loading:
    """Whether the stand-ins are in use now."""

    up = True


class _Name:
    """A name in a stand-in module.

    While libraries are loading, it is a decorator that changes nothing. Afterwards it loads and
    uses the real object.
    """

    def __init__(self, module: str, name: str, loading: _Loading) -> None:
        self._module, self._name, self._loading = module, name, loading

    def _real(self) -> Any:
        found: Any = importlib.import_module(self._module)
        for part in self._name.split("."):
            found = getattr(found, part)
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._loading.up:
            return self._real()(*args, **kwargs)
        return args[0] if args and callable(args[0]) else lambda function: function

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if not self._loading.up:
            return getattr(self._real(), name)
        return _Name(self._module, f"{self._name}.{name}", self._loading)

    def __instancecheck__(self, instance: object) -> bool:
        return not self._loading.up and isinstance(instance, self._real())

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()


class _Module(ModuleType):
    """A package that seems to have every name."""

    def __init__(self, name: str, loading: _Loading) -> None:
        super().__init__(name)
        self._loading = loading

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(self.__name__, name, self._loading)


class _Finder(MetaPathFinder, Loader):
    """Answer imports below some packages with stand-ins."""

    def __init__(self, roots: Sequence[str]) -> None:
        self._roots, self.loading = tuple(roots), _Loading()

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        stood_in = any(name == root or name.startswith(root + ".") for root in self._roots)
        return ModuleSpec(name, self, is_package=True) if stood_in else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name, self.loading)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing, because a stand-in has no code."""


@contextlib.contextmanager
def stand_ins(roots: Sequence[str] = _STOOD_IN) -> Iterator[None]:
    """Let imports below `roots` find stand-ins within the context.

    After the context, the real modules are loaded when they are used. A root that is already
    imported is not replaced.
    """
    finder = _Finder([root for root in roots if root not in sys.modules])
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        finder.loading.up = False
        sys.meta_path.remove(finder)
        for name in [name for name, module in sys.modules.items() if isinstance(module, _Module)]:
            _forget_module(name)


def _forget_module(name: str) -> None:
    parent, _, child = name.rpartition(".")
    module = sys.modules.pop(name)
    holder = sys.modules.get(parent)
    if holder is not None and vars(holder).get(child) is module:
        delattr(holder, child)


@contextlib.contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Replace an attribute of `owner` within the context."""
    missing = object()
    before = vars(owner).get(name, missing)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is missing:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


@contextlib.contextmanager
def without_distributed() -> Iterator[None]:
    """Make torch report that it was built without its distributed part, as some builds are.

    Transformers then skips its own distributed part.
    """
    from torch import distributed  # noqa: PLC0415 - torch is loaded on first need

    with replaced(distributed, "is_available", lambda: False):
        yield


@contextlib.contextmanager
def mapped_weights(folder: Path) -> Iterator[None]:
    """Make `AutoModel.from_pretrained` build a model on the pages of its weights file.

    The file stays mapped as long as the model lives. If the folder has no single
    `model.safetensors`, the model is loaded as usual.
    """
    import transformers  # noqa: PLC0415 - loaded on first need

    weights = folder / "model.safetensors"
    if not weights.is_file():
        yield
        return

    def from_pretrained(_cls: Any, /, *_args: object, config: Any, **_kwargs: object) -> Any:
        return _assign(transformers.AutoModel.from_config(config), _read(weights))

    with replaced(transformers.AutoModel, "from_pretrained", classmethod(from_pretrained)):
        yield


def _read(weights: Path) -> Mapping[str, Any]:
    from safetensors.torch import load_file  # noqa: PLC0415 - loaded on first need

    return load_file(str(weights))


def _assign(model: Any, tensors: Mapping[str, Any]) -> Any:
    outcome = model.load_state_dict(tensors, strict=False, assign=True)
    if outcome.missing_keys:
        raise KeyError(
            f"{len(outcome.missing_keys)} weights are not in the file, {outcome.missing_keys[0]} "
            f"among them"
        )
    return model.eval()
