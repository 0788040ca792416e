"""Four ways to keep the embedder's own process small.

Each can be left out, and a test says what each saves.

``allocator`` glibc gives memory back to the system early (mallopt, the first thing in the process)
``give_back`` pages of library text that only the import touched are let go (madvise), and
malloc_trim ``stand_ins`` scipy, sklearn and torch._dynamo are not imported for a handful of names
that embedding never calls ``mapped_weights`` weights stay pages of their file, and sympy stays out,
which building on the meta device imports

The first two change no library and skip themselves where they do not apply (no glibc, no
``/proc``). The last two hold only while the library loads; a load that fails under them is tried
again without them, in a fresh process. Saved of the peak, in MB, while pages of a document are
embedded (torch 2.13 for CPU, transformers 5.23, sentence-transformers 6.2): 16, 61, 122 and 35 of
543. With torch 2.1 and transformers 4.35 stand-ins save about 32.
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
"""The tricks that patch libraries; left out if loading with them fails."""

_STOOD_IN = ("scipy", "sklearn", "torch._dynamo")

# mallopt(3): parameter and value. A fixed threshold also ends glibc's habit of raising it after
# each large free. The parameters are M_MMAP_THRESHOLD, M_TRIM_THRESHOLD and M_ARENA_MAX.
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
    """Bound what malloc keeps for itself; False where there is no glibc.

    To be called before the first large import.
    """
    libc = _glibc()
    if libc is None:
        return False
    taken = [libc.mallopt(parameter, value) for parameter, value in _MALLOPT]
    return all(taken)


def give_back() -> None:
    """Return free heap and untouched file pages to the system.

    About 12 ms, and the next use faults pages back in.
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
    with contextlib.suppress(OSError):  # no /proc, or a sandbox that hides it: nothing is dropped
        with Path("/proc/self/smaps").open(encoding="utf-8", errors="replace") as smaps:
            clean = list(clean_mappings(smaps))
        for start, end in clean:
            libc.madvise(start, end - start, _MADV_DONTNEED)


_HEADER = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ (\d+) *(.*)")
_MUST_BE_ZERO = {"Anonymous", "Swap", "Private_Dirty", "Shared_Dirty"}


def clean_mappings(smaps: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of mappings that equal their file, from ``/proc/PID/smaps`` (proc(5)).

    A mapping with an anonymous, dirty or swapped page holds data that is in no file (relocations):
    it is never named. Of writable mappings only weights are named, which nobody writes to.
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
    """Whether the stand-ins are in place."""

    up = True


class _Name:
    """A name of a stand-in.

    While loading it is a decorator that changes nothing, afterwards the real thing when used.
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
    """A package that has every name."""

    def __init__(self, name: str, loading: _Loading) -> None:
        super().__init__(name)
        self._loading = loading

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(self.__name__, name, self._loading)


class _Finder(MetaPathFinder, Loader):
    """Answer imports below some roots with stand-ins."""

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
        """Do nothing: a stand-in has no code."""


@contextlib.contextmanager
def stand_ins(roots: Sequence[str] = _STOOD_IN) -> Iterator[None]:
    """Let imports below `roots` find stand-ins within the context.

    Afterwards the real ones load when really used.

    A root that is imported already stays as it is.
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
    """Claim that torch was built without its distributed part, as some builds are.

    Transformers then skips its own.
    """
    from torch import distributed  # noqa: PLC0415 - torch is loaded on first need

    with replaced(distributed, "is_available", lambda: False):
        yield


@contextlib.contextmanager
def mapped_weights(folder: Path) -> Iterator[None]:
    """Let `AutoModel.from_pretrained` build `folder`'s model on pages of its weights file.

    The file stays mapped as long as the model lives. A folder without a single `model.safetensors`
    loads as usual.
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
