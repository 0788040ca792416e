"""The texts of the readable view of exported data in Japanese."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "これについてPipitが保存しているすべてです。ベクトルはこれらの文章から作られた数値で、"
        "ここではその長さだけを示します。時刻はすべてUTCです。"
    ),
    chat="チャット {chat}",
    person="ユーザー {person}",
    chosen="選択（{name}）：{value}",
    reply="{author} への返信：",
    reply_plain="メッセージへの返信：",
    forwarded="{author} からの転送：",
    forwarded_plain="転送されたメッセージ：",
    file="ファイル：{name}",
    document="文書 {name}（送信者：{author}）",
    used="回答：{answers}（{ended}）、トークン：{tokens}",
    spent="回答：{answers}（{model}）、トークン：{tokens}",
    no_model="モデルなし",
    overheard="聞いた内容（{author}）：{text}",
    objection="{person} は聞かれることを望んでいません",
    waiting="承認待ち",
    since="{time} から",
    user="ユーザー {person}",
)
