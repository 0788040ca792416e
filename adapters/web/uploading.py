"""Receive the files of visitors by HTTP (see `adapters.web.uploads`).

POST  /upload           begin a file: {"name", "type", "size"}; the response holds its id
POST  /upload/{id}/{at}  a piece of the file, which begins at byte `at`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.web.requests import fields_of, visitor_of_request
from adapters.web.uploads import FILES_PER_QUESTION, MOST_FILE_BYTES, Upload
from engine.text import well_formed

if TYPE_CHECKING:
    from adapters.web.uploads import Uploads

MOST_NAME, MOST_TYPE = 120, 100  # both limits are in characters


def upload_routes(uploads: Uploads) -> list[Any]:
    """Return the routes of the uploads."""

    async def begin(request: Any) -> Any:
        data = fields_of(await request.body(), name=str, type=str, size=int)
        if data is None or data["size"] < 1:
            return Response(status_code=400)
        if data["size"] > MOST_FILE_BYTES:
            return Response(status_code=413)
        name = well_formed(data["name"]).strip()[:MOST_NAME] or "file"
        media_type = well_formed(data["type"])[:MOST_TYPE].split(";")[0].strip().lower()
        upload = Upload(name, media_type or "application/octet-stream", data["size"])
        upload_id = uploads.begin(visitor_of_request(request).key, upload)
        return JSONResponse({"id": upload_id}, status_code=201)

    async def add(request: Any) -> Any:
        place = request.path_params["upload_id"], request.path_params["at"]
        fits = uploads.add(visitor_of_request(request).key, *place, await request.body())
        return Response(status_code=204 if fits else 404)

    return [
        Route("/upload", begin, methods=["POST"]),
        Route("/upload/{upload_id}/{at:int}", add, methods=["POST"]),
    ]


def ids_of(given: Any) -> list[str] | None:
    """Return the ids of files that a question names, or None if they are malformed."""
    sound = isinstance(given, list) and all(isinstance(one, str) for one in given)
    return given if sound and len(given) <= FILES_PER_QUESTION else None
