"""Faults of chat completion endpoints: refusals by status, and streams that break.

Texts are those that Hugging Face's router, text-generation-inference, vLLM and llama.cpp send.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Refusal:
    """An HTTP error status instead of a stream. A text `body` is sent as HTML, others as JSON."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False

    def encoded(self) -> tuple[bytes, str]:
        """Return the body and its content type."""
        if isinstance(self.body, str):
            return self.body.encode(), "text/html"
        return json.dumps(self.body).encode(), "application/json"


class StreamFault(str, Enum):
    """The way in which a stream breaks.

    All faults come after `Reply.fault_after` tokens, except EMPTY and the two before the headers.
    """

    ERROR_OBJECT = "error-object"
    ERROR_OVERLOADED = "error-overloaded"
    ERROR_CONTEXT = "error-context"
    ERROR_EVENT = "error-event"
    MALFORMED = "malformed"
    NOT_AN_OBJECT = "not-an-object"
    DONE_WITHOUT_SPACE = "done-without-space"
    CUT = "cut"
    STALL = "stall"
    STALL_HEADERS = "stall-headers"
    CUT_HEADERS = "cut-headers"
    NO_FINISH = "no-finish"
    EMPTY = "empty"


def _openai(message: str, kind: str, code: str | int | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "code": code}}


_BAD_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)

REFUSALS: dict[str, Refusal] = {
    "400-model": Refusal(
        400,
        _openai(
            "The requested model 'example/absent' is not supported by any provider you have "
            "enabled.",
            "invalid_request_error",
            "model_not_supported",
        ),
    ),
    "400-context": Refusal(
        400,
        {
            "error": {
                "code": 400,
                "message": "request (9027 tokens) exceeds the available context size (512 "
                "tokens), try increasing it",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": 9027,
                "n_ctx": 512,
            }
        },
    ),
    "400-list": Refusal(
        400, [_openai("Request contains an invalid argument.", "INVALID_ARGUMENT", 400)]
    ),
    "401": Refusal(401, {"error": "Invalid username or password."}),
    "402": Refusal(
        402,
        {
            "error": "You have depleted your monthly included credits. "
            "Purchase pre-paid credits to continue using Inference Providers."
        },
    ),
    "402-limit": Refusal(402, {"error": "You have reached the free monthly usage limit for groq."}),
    "403": Refusal(
        403,
        {
            "error": "This authentication method does not have sufficient permissions to call "
            "Inference Providers "
            "on behalf of user example"
        },
    ),
    "404": Refusal(404, {"error": "Not Found"}),
    "413": Refusal(413, {"error": "Payload Too Large"}),
    "422": Refusal(
        422,
        {
            "error": "Input validation error: `temperature` must be strictly positive",
            "error_type": "validation",
        },
    ),
    "422-context": Refusal(
        422,
        {
            "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. "
            "Given: 5000 `inputs` tokens and 800 `max_new_tokens`",
            "error_type": "validation",
        },
    ),
    "429": Refusal(429, _openai("Rate limit reached", "rate_limit_error"), {"Retry-After": "7"}),
    "500": Refusal(500, _openai("Internal Server Error", "server_error", 500)),
    "500-chunked": Refusal(
        500, _openai("Internal Server Error", "server_error", 500), chunked=True
    ),
    "502": Refusal(502, _BAD_GATEWAY),
    "503": Refusal(503, _openai("Service temporarily overloaded", "overloaded", 503)),
    "504": Refusal(504, "<html><body>504 Gateway Time-out</body></html>"),
}

ERROR_LINES: dict[StreamFault, bytes] = {
    StreamFault.ERROR_OBJECT: b'data: {"error": {"message": "CUDA error in worker 3", "type": '
    b'"server_error"}}\n\n',
    StreamFault.ERROR_OVERLOADED: b'data: {"error": "Model is overloaded", "error_type": '
    b'"overloaded"}\n\n',
    StreamFault.ERROR_CONTEXT: b'data: {"error": {"message": "maximum context length is 512 '
    b'tokens", "code": 400}}\n\n',
    StreamFault.ERROR_EVENT: b'event: error\ndata: {"message": "upstream connect error", "type": '
    b'"upstream"}\n\n',
    StreamFault.MALFORMED: b'data: {"choices": [{"index": 0, "delta": {"cont\n\n',
    StreamFault.NOT_AN_OBJECT: b"data: [1, 2, 3]\n\n",
}
"""Faults that send one wrong line, after which the stream ends."""


FORMS: dict[str, Refusal] = {
    "system": Refusal(400, _openai("System role not supported", "BadRequestError", 400)),
    "order": Refusal(
        400,
        _openai(
            "Conversation roles must alternate user/assistant/user/assistant/...",
            "BadRequestError",
            400,
        ),
    ),
    "max_tokens": Refusal(
        400,
        _openai(
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "invalid_request_error",
            "unsupported_parameter",
        ),
    ),
    "max_completion_tokens": Refusal(
        422, {"detail": [{"loc": ["body", "max_tokens"], "msg": "Extra inputs are not permitted"}]}
    ),
    "stream_options": Refusal(
        422,
        {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]},
    ),
    "continue_final_message": Refusal(
        400, _openai("Unrecognized request argument: continue_final_message", "bad_request", 400)
    ),
}
"""The refusals of a request's form, by the refused thing.

The texts are those of vLLM, of chat templates and of gateways.
"""


def refused_form(body: Mapping[str, Any], refuses: set[str]) -> str:
    """Return the first refused thing in a request, "" if there is none."""
    roles = [message.get("role") for message in body["messages"]]
    talk = [role for role in roles if role != "system"]
    alternates = all(one != other for one, other in zip(talk, talk[1:])) and talk[:1] == ["user"]
    found = {
        **{name: name in body for name in FORMS},
        "system": "system" in roles,
        "order": not alternates or "system" in roles[1:],
    }
    return next((name for name in FORMS if name in refuses and found[name]), "")


NO_TOOLS: dict[str, Refusal] = {
    "vllm": Refusal(
        400,
        _openai(
            '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
            "BadRequestError",
            400,
        ),
    ),
    "ollama": Refusal(400, {"error": "registry.ollama.ai/library/small does not support tools"}),
    "llama.cpp": Refusal(500, _openai("tools param requires --jinja flag", "server_error", 500)),
    "openrouter": Refusal(
        404, {"error": {"message": "No endpoints found that support tool use", "code": 404}}
    ),
    "strict": Refusal(
        422, {"detail": [{"loc": ["body", "tools"], "msg": "Extra inputs are not permitted"}]}
    ),
    "silent": Refusal(400, {"error": "Bad Request"}),
}
"""How endpoints refuse requests with tools, by the name of the server."""

BLIND: dict[str, Refusal] = {
    "llama.cpp": Refusal(
        500,
        _openai(
            "image input is not supported - hint: if this is unexpected, you may need to provide "
            "the mmproj",
            "server_error",
            500,
        ),
    ),
    "vllm": Refusal(
        400, _openai("example/small is not a multimodal model", "BadRequestError", 400)
    ),
    "vllm-none": Refusal(
        400, _openai("At most 0 image(s) may be provided in one prompt.", "BadRequestError", 400)
    ),
    "openrouter": Refusal(
        404, {"error": {"message": "No endpoints found that support image input", "code": 404}}
    ),
    "ollama": Refusal(400, {"error": "this model does not support image input"}),
    "deepseek": Refusal(
        400,
        _openai(
            "Failed to deserialize the JSON body into the target type: messages[1]: unknown "
            "variant `image_url`, expected `text` at line 1 column 210",
            "invalid_request_error",
        ),
    ),
    "untagged": Refusal(
        422,
        "Failed to deserialize the JSON body: data did not match any variant of untagged enum "
        "ChatCompletionRequestContent",
    ),
    "sequence": Refusal(422, "messages[1].content: invalid type: sequence, expected a string"),
    "groq": Refusal(400, _openai("messages[1].content must be a string", "invalid_request_error")),
    "pydantic": Refusal(
        422,
        {
            "detail": [
                {
                    "type": "string_type",
                    "loc": ["body", "messages", 1, "content", "str"],
                    "msg": "Input should be a valid string",
                }
            ]
        },
    ),
    "literal": Refusal(422, {"detail": [{"msg": "Input should be 'text'"}]}),
    "mlx": Refusal(400, _openai("Only 'text' content type is supported.", "bad_request")),
    "dashscope": Refusal(400, _openai("Unexpected item type in content.", "bad_request")),
    "openai": Refusal(
        400,
        _openai(
            "Invalid content type. image_url is only supported by certain models.",
            "invalid_request_error",
        ),
    ),
}
"""Refusals of pictures by models that do not see, in the words of each server."""
NOT_THIS_PICTURE = Refusal(400, _openai("failed to decode image", "invalid_request_error", 400))
"""A refusal of one picture by a model that sees."""


def at_most(number: int) -> Refusal:
    """Return vLLM's refusal of more pictures than it takes."""
    words = f"At most {number} image(s) may be provided in one prompt."
    return Refusal(400, _openai(words, "BadRequestError", 400))


def pictures_of(body: Mapping[str, Any]) -> list[str]:
    """Return the data URLs of a request, oldest first."""
    return [
        part["image_url"]["url"]
        for message in body["messages"]
        if isinstance(message.get("content"), list)
        for part in message["content"]
        if part.get("type") == "image_url"
    ]
