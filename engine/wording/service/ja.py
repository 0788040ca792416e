"""Japanese texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ 利用枠の {percent} % を使いました。{time} に更新されます。",
    near_chat="⚠ このチャットは利用枠の {percent} % を使いました。{time} に更新されます。",
    cheaper="それまでは小さいモデルが答えます：{model}",
    stop_person="利用枠を使い切りました。{time} からまたお答えできます。",
    stop_chat="このチャットは利用枠を使い切りました。{time} からまたここでお答えできます。",
    stop_total="このボットは利用枠を使い切りました。{time} からまたお答えできます。",
    usage_today="今日（UTC）",
    usage_month="今月（UTC）",
    usage_sum="回答：{answers}、トークン：{tokens}",
    usage_people="利用者（トークン順）",
    usage_chats="チャット（トークン順）",
    usage_models="モデル（トークン順）",
    usage_estimated="サービスが報告しなかったための推定：トークンの {percent} %",
    usage_allowance="利用枠の {percent} % を使いました。{time} に更新されます。",
    usage_erased="消去されたデータ",
    only_admins="これはこのボットの管理者だけができます。",
    set_head=(
        "次の設定はここから変更できます。変更：/set 名前 値。ファイルの値に戻す：/set 名前 -"
    ),
    set_done="{name} は {value} になりました。",
    set_back="{name} は設定ファイルの値に戻りました：{value}",
    set_unknown="{name} はチャットから変更できません。変更できるものは /set で表示されます。",
    set_wrong="何も変わっていません。{problem}",
    in_private="それは私との個別チャットで行ってください。",
    news_on="このチャットにはボットのお知らせが届きます。やめるには：/news off",
    news_off="このチャットにはボットのお知らせが届きません。受け取るには：/news on",
    news_unavailable="このチャットにはお知らせを送れません。",
    broadcast_how="コマンドの後にメッセージを書いてください：/broadcast 本文",
    broadcast_nobody="お知らせを希望する人はまだいません。希望するには /news on",
    broadcast_long="長すぎます。最大文字数：{most}",
    broadcast_running="まだ送信中のメッセージがあります。やめるには：/broadcast stop",
    broadcast_preview="これを受け取るチャット：{chats}",
    broadcast_send="✉ 送信",
    broadcast_cancel="✕ 取り消し",
    broadcast_progress="送信中です。届いた数：{sent}／{chats}、届かない数：{gone}",
    broadcast_done="完了しました。届いた数：{sent}／{chats}、届かない数：{gone}",
    broadcast_stopped="途中で終了しました。届いた数：{sent}／{chats}、届かない数：{gone}",
    broadcast_cancelled="何も送信していません。",
    broadcast_idle="今は何も送信していません。",
)
