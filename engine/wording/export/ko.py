"""The texts of the readable view of exported data in Korean."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "이것에 대해 Pipit이 보관하는 전부예요. 벡터는 이 글로 만든 숫자이며, 여기에는 길이만 "
        "적었어요. 모든 시각은 UTC예요."
    ),
    chat="채팅 {chat}",
    person="사용자 {person}",
    chosen="선택({name}): {value}",
    reply="{author} 님에게 보낸 답장:",
    reply_plain="메시지에 보낸 답장:",
    forwarded="{author} 님이 전달한 메시지:",
    forwarded_plain="전달된 메시지:",
    file="파일: {name}",
    document="문서 {name}, 보낸 사람: {author}",
    used="답변: {answers}({ended}), 토큰: {tokens}",
    spent="답변: {answers}({model}), 토큰: {tokens}",
    no_model="모델 없음",
    overheard="들은 내용, {author}: {text}",
    objection="{person} 님은 메시지를 듣는 것을 원하지 않아요",
    waiting="승인 대기",
    since="{time}부터",
    user="사용자 {person}",
)
