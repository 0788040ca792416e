"""The texts of the readable view of exported data in Chinese."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Pipit 保存的全部相关内容。向量是由这些文字算出的数字，此处只列出其长度。所有时间均为 UTC。"
    ),
    chat="对话 {chat}",
    person="用户 {person}",
    chosen="已选（{name}）：{value}",
    reply="回复 {author}：",
    reply_plain="回复一条消息：",
    forwarded="转发自 {author}：",
    forwarded_plain="转发的消息：",
    file="文件：{name}",
    document="文档 {name}，由 {author} 发送",
    used="回答：{answers}（{ended}），令牌：{tokens}",
    spent="回答：{answers}（{model}），令牌：{tokens}",
    no_model="无模型",
    overheard="旁听自 {author}：{text}",
    objection="用户 {person} 不希望被旁听",
    waiting="等待批准",
    since="自 {time}",
    user="用户 {person}",
)
