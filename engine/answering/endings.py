"""How answers end: for each end, the words under it and its buttons.

====================================== ====================== =================
====================== the answer the user reads buttons who can mend it
====================================== ====================== =================
====================== ended by itself nothing more Retry reached MAX_TOKENS, or the bound here
`cut_length` Continue, Retry met the deadline with words `cut_deadline` Continue, Retry met it
without a word `no_words` Retry the operator: a faster model met it in the model's reasoning
`thought_only` Retry the operator: another model was stopped with words `cut_stopped` Continue,
Retry was stopped without a word `stopped_empty` Retry was ended by the endpoint's filter
`cut_filtered` Retry who asks: other words was refused by the filter `filtered` Retry who asks:
other words broke off with words `cut_failed` Continue, Retry the endpoint had no words
`empty_answer` Retry the endpoint was reasoning to its last token `thought_only` Retry the operator:
MAX_TOKENS, model endpoint down, silent, 429, 5xx `model_unavailable` Retry time, or the endpoint
prompt too long `too_long` Retry who asks: less text request refused (400, 422, …) `model_refused`
Retry the operator, by the log model not offered (404, 400 by name) `model_gone` Retry the operator:
HF_MODEL token refused (401, 403) `not_accepted` Retry the operator: HF_TOKEN no credit (402)
`out_of_credit` Retry the operator: credit ======================================
====================== ================= ======================

The log has one line for each that is not the user's own doing, with the error's class, the model
and the status: ``no answer: ModelRefused (status 422 (unprocessable entity))``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.contract import Action, Button, Finish
from engine.wording import word_error

if TYPE_CHECKING:
    from engine.errors import ModelError
    from engine.wording import Words


@dataclass(frozen=True)
class Ending:
    """How a stream ended: `thinking` says that the last sign of life was reasoning."""

    finish: Finish
    error: ModelError | None = None
    thinking: bool = False

    def words(self, answer: str, words: Words, seconds: float) -> str:
        """Return the words under the answer; `seconds` is the deadline's."""
        if answer.strip():
            return self._under_words(words, seconds)
        if self.error is not None:
            return word_error(self.error, words)
        if self.thinking and self.finish in (Finish.DEADLINE, Finish.LENGTH):
            return words.thought_only
        return {
            Finish.DEADLINE: words.no_words.format(seconds=round(seconds)),
            Finish.STOPPED: words.stopped_empty,
            Finish.FILTERED: words.filtered,
        }.get(self.finish, words.empty_answer)

    def _under_words(self, words: Words, seconds: float) -> str:
        return {
            Finish.STOP: "",
            Finish.LENGTH: words.cut_length,
            Finish.DEADLINE: words.cut_deadline.format(seconds=round(seconds)),
            Finish.STOPPED: words.cut_stopped,
            Finish.FAILED: words.cut_failed,
            Finish.FILTERED: words.cut_filtered,
        }[self.finish]

    def buttons(self, answer: str, words: Words) -> tuple[Button, ...]:
        """Return the buttons under the answer; Continue only if there is text to continue from."""
        again = Button(Action.RETRY, words.retry)
        if not answer.strip() or self.finish in (Finish.STOP, Finish.FILTERED):
            return (again,)
        return Button(Action.CONTINUE, words.resume), again
