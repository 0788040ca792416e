"""The texts about approvals, people and roles in Japanese."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="このボットの管理者に、あなたが使ってよいかを確認しています。メッセージは預かり、許可"
    "され次第お答えします。",
    asked_group="このボットの管理者に、このグループで答えてよいかを確認しています。メッセージは"
    "預かり、許可され次第お答えします。",
    full="現在、許可を待っている人が多すぎます。しばらくしてからもう一度お試しください。",
    admitted="このボットを使えるようになりました。もう一度質問を送ってください。",
    wants="{platform} の {name} さんがこのボットの利用を希望しています。",
    wants_group="{platform} のグループ {name} がこのボットの利用を希望しています。",
    more="ほかにも決定を待っている人がいます。/people で全員を表示できます。",
    approve="許可",
    block="ブロック",
    decided="決定：{admin}、{date}",
    already="{admin} さんがすでに決定しました：{state}",
    head="利用者とグループ（{all} 件中 {first}～{last}）：",
    nothing="まだ何もありません。",
    log_head="最近の決定：",
    waiting="決定待ち",
    approved="許可済み",
    blocked="ブロック中",
    removed="{id} を一覧から外しました。次のメッセージは最初のメッセージとして扱われます。",
    unknown="使えるコマンドは次のとおりです。ID はプラットフォームと番号です（例："
    "telegram:123456）。",
    roles="役割：{roles}",
    admin_fixed="管理者は ADMIN_USERS で設定され、ここでは変更できません。",
    only_admins="これはこのボットの管理者だけができます。",
    private_only="これは個別チャットで送ってください。",
    admin="管理者",
    member="メンバー",
    guest="ゲスト",
    child="子ども",
    persona_fixed=("あなたに対する役割はこのボットの管理者が決めており、ここでは変更できません。"),
    no_documents="このボットに文書を送ることはできないため、ファイルは読んでいません。",
)
