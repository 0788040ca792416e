"""Post a body to an address with huggingface_hub, and return the response.

`_inner_post` is the one function through which the client sends all requests. It has the same
arguments in huggingface_hub 0.36 to 2.4. The functions for single tasks copy the body, ignore an
address if they get a model's name, and return some results only as objects of other libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huggingface_hub import AsyncInferenceClient, constants
from huggingface_hub.inference._common import RequestParameters

if TYPE_CHECKING:
    from engine.answering.bodies import Body

constants.HF_HUB_DISABLE_TELEMETRY = True  # engine.answering.hf_transport gives the reason
_NO_TOKEN = "none"  # noqa: S105 - no secret: without this word, the library sends a saved token


async def post(
    url: str, token: str, body: Body, seconds: float, accept: str = "application/json"
) -> bytes:
    """Return the body of the response. Raises the errors of the library and of its HTTP library.

    `seconds` limits the silence of the endpoint. Cancelling closes the connection.
    """
    client = AsyncInferenceClient(base_url=url, api_key=token or _NO_TOKEN, timeout=seconds)
    headers = {
        **client.headers,
        "authorization": f"Bearer {token or _NO_TOKEN}",
        "content-type": body.media_type,
        "content-length": str(body.size_bytes),
        "accept": accept,
    }
    pieces: Any = body.pieces()  # the HTTP libraries take an iterator too
    request = RequestParameters(
        url=url, task="unknown", model=None, json=None, data=pieces, headers=headers
    )
    async with client:
        response: bytes = await client._inner_post(request)  # noqa: SLF001 - see the module's docstring
    return response
