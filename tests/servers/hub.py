"""The part of the Hugging Face Hub that keeps files in datasets, on loopback, for the unmodified `huggingface_hub`.

    async with HubServer(token="hf_x") as hub:
        api = HfApi(endpoint=hub.url, token="hf_x")
        ...
        dataset = hub.datasets["me/kept"]; dataset.head.files["a.bin"]; await hub.commits(2)

- Datasets: create, info, paths-info, preupload, commit with ``parentCommit`` (412 if it is not the newest), LFS batch,
  upload and verify, resolve, super-squash, the list of LFS files and their deletion.
- Binary files go through LFS, as on the Hub; what nothing refers to any more stays until it is deleted by name.
- Faults on demand: `fail` answers the next requests whose path holds a text with a status; `hold` lets them wait.

Source of the wire format: what huggingface_hub 0.36 to 2.4 send and expect.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import count
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from typing_extensions import Self

Json = dict[str, Any]
DATASET = "/api/datasets/{owner}/{name}"


@dataclass(frozen=True)
class Stored:
    """A file of a commit. Its data is `content`, or the LFS object `oid`."""

    content: bytes = b""
    oid: str = ""
    size: int = 0


@dataclass(frozen=True)
class Commit:
    """One commit: a state of a dataset."""

    oid: str
    message: str
    files: dict[str, Stored] = field(default_factory=dict)


@dataclass
class Dataset:
    """A dataset. `history` is oldest first.

    `objects` are LFS contents by SHA-256, `pushed_at` their times.
    """

    private: bool
    history: list[Commit] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    pushed_at: dict[str, datetime] = field(default_factory=dict)

    @property
    def head(self) -> Commit:
        """Return the newest commit."""
        return self.history[-1]

    def read(self, path: str) -> bytes:
        """Return a file of the newest commit."""
        stored = self.head.files[path]
        return self.objects[stored.oid] if stored.oid else stored.content

    def at(self, revision: str) -> Commit | None:
        """Return the commit that a revision names."""
        return next(
            (c for c in self.history if c.oid == revision),
            self.head if revision == "main" else None,
        )


class HubServer:
    """The server, as the module describes it. Any token other than `token` is answered with 401."""

    def __init__(self, *, token: str = "hf_test") -> None:
        self.datasets: dict[str, Dataset] = {}
        self.requests: list[str] = []
        self.may_write = True
        self._token = token
        self._faults: deque[tuple[str, int]] = deque()
        self._holds: list[tuple[str, asyncio.Event]] = []
        self._numbers = count(1)
        self._changed = asyncio.Condition()
        self._committed = 0
        self._port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Return the endpoint that a client needs."""
        return f"http://127.0.0.1:{self._port}"

    def add(self, name: str, *, private: bool = True) -> Dataset:
        """Make a dataset with its first commit."""
        dataset = self.datasets[name] = Dataset(private)
        dataset.history.append(
            self._commit("initial commit", {".gitattributes": Stored(b"*.bin filter=lfs")})
        )
        return dataset

    def fail(self, part: str, *statuses: int) -> None:
        """Answer the next requests that have `part` in method and path with these statuses, in order."""
        self._faults.extend((part, status) for status in statuses)

    def hold(self, part: str) -> asyncio.Event:
        """Delay requests that have `part` in method and path until the returned event is set."""
        event = asyncio.Event()
        self._holds.append((part, event))
        return event

    async def commits(self, number: int) -> None:
        """Wait until this many commits of clients have been accepted."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._committed >= number)

    async def asked(self, part: str, times: int = 1) -> None:
        """Wait until this many requests with `part` in method and path have arrived."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: sum(part in line for line in self.requests) >= times
            )

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=512 * 2**20, middlewares=[self._guard])
        app.router.add_post("/api/repos/create", self._create)
        app.router.add_get(DATASET, self._info)
        app.router.add_get(DATASET + "/revision/{revision}", self._info)
        app.router.add_post(DATASET + "/paths-info/{revision}", self._paths_info)
        app.router.add_post(DATASET + "/preupload/{revision}", self._preupload)
        app.router.add_post(DATASET + "/commit/{revision}", self._take_commit)
        app.router.add_post(DATASET + "/super-squash/{revision}", self._squash)
        app.router.add_get(DATASET + "/lfs-files", self._lfs_files)
        app.router.add_post(DATASET + "/lfs-files/batch", self._delete_lfs_files)
        app.router.add_post("/datasets/{owner}/{name}.git/info/lfs/objects/batch", self._lfs_batch)
        app.router.add_put("/lfs/{owner}/{name}/{oid}", self._upload)
        app.router.add_post("/lfs/{owner}/{name}/{oid}", self._verify)
        app.router.add_get("/datasets/{owner}/{name}/resolve/{revision}/{path}", self._resolve)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for _part, event in self._holds:
            event.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        line = f"{request.method} {request.path}"
        async with self._changed:
            self.requests.append(line)
            self._changed.notify_all()
        for part, event in self._holds:
            if part in line:
                await event.wait()
        for fault in self._faults:
            if fault[0] in line:
                self._faults.remove(fault)
                return _error(fault[1], "a fault on demand")
        # An upload URL contains its own authorization, as that of the Hub's storage does.
        if (
            not request.path.startswith("/lfs/")
            and request.headers.get("Authorization") != f"Bearer {self._token}"
        ):
            return _error(401, "Invalid credentials in Authorization header")
        response: web.StreamResponse = await handler(request)
        return response

    def _dataset(self, request: web.Request) -> Dataset | None:
        return self.datasets.get(f"{request.match_info['owner']}/{request.match_info['name']}")

    def _commit(self, message: str, files: dict[str, Stored]) -> Commit:
        oid = hashlib.sha1(f"{next(self._numbers)} {message}".encode()).hexdigest()
        return Commit(oid, message, files)

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if not self.may_write:
            return _error(403, "Forbidden")
        name = f"{asked['organization']}/{asked['name']}"
        if name in self.datasets:
            return web.json_response({"url": f"{self.url}/datasets/{name}"}, status=409)
        self.add(name, private=asked.get("private") or asked.get("visibility") == "private")
        return web.json_response({"url": f"{self.url}/datasets/{name}"})

    async def _info(self, request: web.Request) -> web.Response:
        dataset = self._dataset(request)
        if dataset is None:
            return _error(404, "Repository not found", "RepoNotFound")
        found = {
            "id": f"{request.match_info['owner']}/{request.match_info['name']}",
            "sha": dataset.head.oid,
        }
        siblings = [{"rfilename": path} for path in dataset.head.files]
        return web.json_response(
            {**found, "private": dataset.private, "siblings": siblings, "tags": []}
        )

    async def _paths_info(self, request: web.Request) -> web.Response:
        dataset, form = self._dataset(request), await request.post()
        commit = dataset.at(request.match_info["revision"]) if dataset else None
        if commit is None:
            return _error(404, "Invalid rev id", "RevisionNotFound")
        wanted = [str(path) for path in form.getall("paths", [])]
        return web.json_response(
            [_path_info(path, commit.files[path]) for path in wanted if path in commit.files]
        )

    async def _preupload(self, request: web.Request) -> web.Response:
        if not self.may_write:
            return _error(403, "Forbidden")
        files = (await request.json())["files"]
        told = [
            {
                "path": f["path"],
                "uploadMode": "lfs" if f["path"].endswith(".bin") else "regular",
                "shouldIgnore": False,
            }
            for f in files
        ]
        return web.json_response({"files": told})

    async def _lfs_batch(self, request: web.Request) -> web.Response:
        place = f"{self.url}/lfs/{request.match_info['owner']}/{request.match_info['name']}"
        objects = [
            {
                "oid": wanted["oid"],
                "size": wanted["size"],
                "actions": {
                    name: {"href": f"{place}/{wanted['oid']}"} for name in ("upload", "verify")
                },
            }
            for wanted in (await request.json())["objects"]
        ]
        return web.json_response({"transfer": "basic", "objects": objects})

    async def _upload(self, request: web.Request) -> web.Response:
        dataset, oid, content = (
            self._dataset(request),
            request.match_info["oid"],
            await request.read(),
        )
        if dataset is None or hashlib.sha256(content).hexdigest() != oid:
            return _error(400, "the content is not what its name says")
        dataset.objects[oid] = content
        dataset.pushed_at.setdefault(oid, datetime.now(timezone.utc))
        return web.Response()

    async def _verify(self, request: web.Request) -> web.Response:
        dataset = self._dataset(request)
        there = dataset is not None and request.match_info["oid"] in dataset.objects
        return web.json_response({}) if there else _error(404, "no such object")

    async def _take_commit(self, request: web.Request) -> web.Response:
        dataset = self._dataset(request)
        lines = [json.loads(line) for line in (await request.text()).splitlines() if line]
        header = lines[0]["value"]
        if dataset is None or not self.may_write:
            return _error(403, "Forbidden")
        if header.get("parentCommit") not in (None, dataset.head.oid):
            return _error(412, "A commit has happened since. Please refresh and try again.")
        files = dict(dataset.head.files)
        for line in lines[1:]:
            value = line["value"]
            if line["key"] == "lfsFile":
                if value["oid"] not in dataset.objects:
                    return _error(400, "LFS pointer to a file that does not exist")
                files[value["path"]] = Stored(oid=value["oid"], size=value["size"])
            else:
                files[value["path"]] = Stored(base64.b64decode(value["content"]))
        dataset.history.append(self._commit(header["summary"], files))
        async with self._changed:
            self._committed += 1
            self._changed.notify_all()
        place = f"{self.url}/datasets/{request.match_info['owner']}/{request.match_info['name']}"
        oid = dataset.head.oid
        return web.json_response(
            {"success": True, "commitOid": oid, "commitUrl": f"{place}/commit/{oid}"}
        )

    async def _squash(self, request: web.Request) -> web.Response:
        dataset = self._dataset(request)
        if dataset is None:
            return _error(404, "Repository not found", "RepoNotFound")
        dataset.history[:] = [self._commit((await request.json())["message"], dataset.head.files)]
        return web.json_response({})

    async def _lfs_files(self, request: web.Request) -> web.Response:
        dataset = self._dataset(request)
        objects = dataset.objects.items() if dataset else ()
        told = [
            {
                "fileOid": oid,
                "filename": "pipit.bin",
                "oid": hashlib.sha256(oid.encode()).hexdigest(),
                "pushedAt": dataset.pushed_at[oid].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
                if dataset
                else "",
                "size": len(content),
            }
            for oid, content in objects
        ]
        return web.json_response(told)

    async def _delete_lfs_files(self, request: web.Request) -> web.Response:
        dataset = self._dataset(request)
        for oid in (await request.json())["deletions"]["sha"]:
            if dataset is not None:
                dataset.objects.pop(oid)
        return web.json_response({})

    async def _resolve(self, request: web.Request) -> web.Response:
        dataset, path = self._dataset(request), request.match_info["path"]
        commit = dataset.at(request.match_info["revision"]) if dataset else None
        if dataset is None or commit is None:
            return _error(404, "Invalid rev id", "RevisionNotFound")
        if path not in commit.files:
            return _error(404, "Entry not found", "EntryNotFound")
        stored = commit.files[path]
        content = dataset.objects[stored.oid] if stored.oid else stored.content
        etag = stored.oid or hashlib.sha1(content).hexdigest()
        headers = {
            "X-Repo-Commit": commit.oid,
            "ETag": f'"{etag}"',
            "X-Linked-Size": str(len(content)),
        }
        return web.Response(body=content, headers={**headers, "X-Linked-ETag": f'"{etag}"'})


def _path_info(path: str, stored: Stored) -> Json:
    told: Json = {
        "type": "file",
        "path": path,
        "size": stored.size or len(stored.content),
        "oid": stored.oid[:40],
    }
    if stored.oid:
        told["lfs"] = {"oid": stored.oid, "size": stored.size, "pointerSize": 130}
    return told


def _error(status: int, message: str, code: str = "") -> web.Response:
    headers = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {})}
    return web.json_response({"error": message}, status=status, headers=headers)
