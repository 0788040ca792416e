"""The endings of an answer: for each, the notice under the answer and its buttons.

====================================  ===================  ===============  ========================
what happened                         notice               buttons          who can mend it
====================================  ===================  ===============  ========================
the answer ended by itself            none                 Retry
it reached a limit on its length      `cut_length`         Continue, Retry
deadline, after some text             `cut_deadline`       Continue, Retry
deadline, before any text             `no_words`           Retry            operator: a faster model
deadline, during the reasoning        `thought_only`       Retry            operator: another model
Stop was pressed, after some text     `cut_stopped`        Continue, Retry
Stop was pressed, before any text     `stopped_empty`      Retry
the content filter cut the answer     `cut_filtered`       Retry            asker: other words
the content filter refused            `filtered`           Retry            asker: other words
the stream broke, after some text     `cut_failed`         Continue, Retry  endpoint
the answer had no text                `empty_answer`       Retry            endpoint
reasoning used all tokens             `thought_only`       Retry            operator: see MAX_TOKENS
endpoint down, silent, 429, 5xx       `model_unavailable`  Retry            time, or the endpoint
prompt too long                       `too_long`           Retry            asker: less text
request refused (400, 422, …)         `model_refused`      Retry            operator: see the log
model not offered (404, 400 by name)  `model_gone`         Retry            operator: HF_MODEL
token refused (401, 403)              `not_accepted`       Retry            operator: HF_TOKEN
no credit (402)                       `out_of_credit`      Retry            operator: credit
====================================  ===================  ===============  ========================

The log has one line for each error that ends an answer. The line names the class and the cause of
the error: ``no answer: ModelRefused (status 422 (unprocessable entity))``.
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
    """The way a stream ended. `thinking` is true if its newest pieces were reasoning."""

    finish: Finish
    error: ModelError | None = None
    thinking: bool = False

    def words(self, answer: str, words: Words, seconds: float) -> str:
        """Return the notice under the answer. `seconds` is the deadline."""
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
        """Return the buttons under the answer. Continue needs some text of the answer."""
        again = Button(Action.RETRY, words.retry)
        if not answer.strip() or self.finish in (Finish.STOP, Finish.FILTERED):
            return (again,)
        return Button(Action.CONTINUE, words.resume), again
