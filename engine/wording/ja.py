"""Japanese texts, polite (です・ます).

A space or a punctuation mark surrounds each command, because Telegram would not make it a link
otherwise.
"""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="日本語",
    stop="⏹ 停止",
    resume="▶ 続ける",
    retry="↻ やり直す",
    cut_length="✂ 1回の回答はここまでです。続きは /continue で。",
    cut_deadline="⏱ 時間切れです（{seconds}秒）。続きは /continue で。",
    cut_stopped="⏹ 停止しました。続きは /continue で。",
    cut_failed="⚠ 言語モデルとの接続が切れました。続きから：/continue、最初から：/retry",
    paused="⏸ 再起動中です。まもなく続きを書きます。",
    unseen="返信先のメッセージが見えませんでした。",
    empty_answer="言語モデルの回答が空でした。もう一度：/retry",
    thinking="💭 考え中…",
    thought_only="言語モデルは考えるだけで時間切れになり、答えが出ませんでした。もう一度：/retry、"
    "別のモデル：/model",
    no_words="言語モデルが{seconds}秒以内に答えませんでした。もう一度：/retry",
    stopped_empty="⏹ 停止しました。",
    filtered="言語モデルのサービスが、これへの回答を許可していません。別の聞き方をお試しください。",
    cut_filtered="✂ 言語モデルのサービスが、内容の規則によりここで回答を打ち切りました。最初から："
    "/retry",
    model_gone="この言語モデルはもう使えません。別のモデルを選んでください：/model。一覧を変えられる"
    "のはボットの所有者だけです。",
    from_cache="↺ 前にも同じ質問がありました。「やり直す」を押すと、モデルに改めて聞きます。",
    model_unavailable="いま言語モデルに接続できません。1分後にもう一度お試しください：/retry",
    model_refused="言語モデルがこの質問を受け付けませんでした。言い方を変えるか、別のモデルをお試し"
    "ください：/model",
    not_accepted="言語モデルがこのボットのトークンを受け付けません。直せるのはボットの所有者だけです。",
    out_of_credit="このボットの言語モデルの残高がなくなりました。直せるのはボットの所有者だけです。",
    too_long="言語モデルには長すぎます。少しずつ送るか、新しく始めてください：/new",
    gave_up="何度か試しましたが、うまくいきませんでした。下のボタンでもう一度試します。",
    too_heavy=(
        "この処理で私は3回クラッシュしたため、自分からはもう試しません。下のボタンでもう一度試します。"
    ),
    waiting="⏳ 順番待ちです。前の質問：{ahead}件。回答はここに表示されます。",
    busy="いまは質問が多すぎて答えきれません。1分後にもう一度送ってください。",
    cannot_save="いまはメッセージを保存できないため、このメッセージを受け取れませんでした。あとで"
    "もう一度送ってください。",
    not_allowed="このボットは非公開です。使うには、この番号をボットの所有者に送ってください："
    "{user_id}",
    too_fast="一度に送られた量が多すぎます。{seconds}秒お待ちください。",
    no_files="ファイルはまだ読めません。文字で送ってください。",
    file_reading="📄 {name} を読んでいます：{percent}%",
    file_kept="📄 {name} を読みました。何でも聞いてください！ /documents で表示や削除ができます。",
    file_replaced="📄 新しい {name} を読みました。前のものと置き換えました。",
    file_known="📄 {name} はすでにあります。内容は変わっていません。",
    file_unread="{name} のこのページは読めませんでした：{pages}。画像のようです。",
    file_kind=(
        "{name} は読めません。PDF、Word、Excel、PowerPoint、OpenDocument、EPUB、RTF、HTML、"
        "Markdown、CSV、テキストファイルに対応しています。"
    ),
    file_large="{name} は大きすぎます。小さいファイルを送ってください。",
    file_long="{name} は長すぎます。一部だけ送ってください。",
    file_locked="{name} にはパスワードがかかっています。外してから送ってください。",
    file_empty="{name} には文字が見つかりません。スキャンした文書は読めません。",
    file_slow="{name} を読むのに時間がかかりすぎました。一部だけ送ってください。",
    file_full="ここにはこれ以上文書を置けません。/documents で削除できます。",
    file_lost="{name} を受け取れませんでした。もう一度送ってください。",
    file_broken="{name} を読めません。ファイルが壊れているようです。",
    picture_blind=(
        "この言語モデルは画像を見られません。ボットの所有者が、画像を見られるモデルを指定できます："
        "HF_VISION_MODEL"
    ),
    picture_built_in=(
        "内蔵の小さなモデルは画像を見られません。ボットの所有者が HF_TOKEN と HF_VISION_MODEL を"
        "設定できます。"
    ),
    picture_refused="言語モデルが画像を受け付けなかったため、画像なしで答えました。",
    picture_left="画像{all}枚のうち{seen}枚を見ました。残りは別に送ってください。",
    picture_still="{name} は静止画1枚だけを見ました。",
    picture_small="{name} は小さなプレビューだけを見ました。写真として送るか、小さくして送って"
    "ください。",
    picture_gone="{name} はもうないため、見られませんでした。",
    picture_kind=(
        "{name} は見られません。JPEG、PNG、WebP、HEIC、AVIF、GIF、BMPの画像に対応しています。"
    ),
    picture_large="{name} は大きすぎて見られません。小さくして送ってください。",
    picture_broken="{name} を見られません。画像が壊れているようです。",
    voice_listening="聞いています…",
    voice_deaf=(
        "ここでは音声を聞けません。ボットの所有者が SPEECH_BASE_URL を設定できます。文字で送って"
        "ください。"
    ),
    voice_built_in=(
        "内蔵の小さなモデルは音声を聞けません。ボットの所有者が HF_TOKEN か SPEECH_BASE_URL を"
        "設定できます。"
    ),
    voice_silent="録音に言葉が聞き取れませんでした。",
    voice_failed="いまは録音を文字にできませんでした。1分後にもう一度お試しください。",
    voice_format="文字起こしサービスはこの種類の録音を読み込めません。ボイスメッセージで送ってください。",
    voice_long="録音が長すぎます。最大{minutes}分、20メガバイトまでです。",
    draw_off="ここでは絵を描けません。ボットの所有者が HF_IMAGE_MODEL を設定できます。",
    draw_how="描いてほしいものを書いてください。例：/draw 夜の灯台",
    draw_filtered="画像サービスのコンテンツ規則により、これは描けません。別の絵をお試しください。",
    draw_credit="このボットの画像用の残高がなくなりました。直せるのはボットの所有者だけです。",
    draw_unknown="画像サービスに、設定されたモデルがありません。ボットの所有者が別のモデルを指定できます：HF_IMAGE_MODEL。",
    draw_rejected="画像サービスがこのボットのトークンを受け付けません。直せるのはボットの所有者だけです。",
    draw_refused="画像サービスがこれを受け付けませんでした。別の言葉でお試しください。",
    draw_failed="いま画像サービスに接続できません。1分後にもう一度お試しください。",
    draw_slow="絵を描くのに時間がかかりすぎました。もう一度お試しください。",
    draw_large="絵が大きすぎて送れません。もう一度お試しください。",
    draw_unsent="絵はできましたが、このチャットには送れません。",
    speak_unset="ここでは話せません。ボットの所有者が HF_VOICE_MODEL を設定できます。",
    speak_on="🔊 ここでは回答を音声でもお送りします。やめるには /voice off を送ってください。",
    speak_off="ここでは文字だけで回答します。音声でも聞くには /voice on を送ってください。",
    speak_failed="🔇 この回答を音声にできませんでした。ボタンでもう一度試せます。",
    speak_owner=(
        "🔇 音声サービスがこのボットのトークン、モデル、または残高を受け付けません。直せるの"
        "はボットの所有者だけです。"
    ),
    memory_off="ここでは、いまの会話だけを覚えています。",
    memory_head="覚えていること（消すには /memory 削除 と番号）：",
    memory_none="それについての記憶はありません。",
    memory_removed="{number}番を消しました。",
    memory_unknown="その番号はないか、あなたのものではありません。",
    documents_head="持っている文書（消すには /documents 削除 と番号）：",
    documents_none="ここには文書がありません。PDF、Word、Excel、テキスト、HTMLのファイルを送って"
    "ください。",
    document_removed="文書を消しました。",
    document_unknown="その番号はないか、あなたのものではありません。",
    start="こんにちは！Pipitです。何でも聞いてください。すぐに短くお答えします。ほかにできること："
    "/help",
    help_head="そのまま話しかけてください。次のコマンドもあります：",
    help_row="/{name} - {about}",
    unknown_command="{command} は知らないコマンドです。できること：/help",
    fresh="新しい会話です。前の会話はしまっておきました。",
    chats_head="このチャットの会話（戻るには /chats と番号）：",
    chats_none="ここには以前の会話がありません。",
    chats_unknown="その会話はありません。一覧：/chats",
    chats_back="その会話に戻りました。続けてください！",
    nothing_to_stop="いまは止めるものがありません。",
    stopping="停止しています。",
    only_author="これは質問した人だけができます。",
    nothing_to_retry="やり直す回答はまだありません。",
    nothing_to_continue="続ける回答はまだありません。",
    button_old="このボタンは古くなりました。もう一度質問してください。",
    button_done="もう済んでいます。",
    model_now="モデル：{model}。変えるには、/model と次のどれかを送ってください：{models}",
    model_set="これからこのチャットでは {model} が答えます。",
    model_unknown="{model} はありません。次から選んでください：{models}",
    persona_now="このチャットでの役割：{persona}\nやめるには：/persona オフ",
    persona_none="どんな役になればいいか教えてください。例：/persona 根気のある数学の先生",
    persona_set="わかりました。このチャットではその役になります。",
    persona_cleared="いつものPipitに戻りました。",
    persona_long="長すぎます。最大{most}文字です。",
    language_now="言語：{language}。変えるには、/language と次のどれかを送ってください："
    "{languages}",
    language_set="言語：{language}。回答は、あなたが書いた言語で行います。",
    language_unknown="その言語はまだありません。次から選んでください：{languages}",
    timezone_now=(
        "タイムゾーン：{zone}。現地はいま {time} です。変えるには、/timezone と都市を送って"
        "ください。例：/timezone Asia/Tokyo"
    ),
    timezone_set="タイムゾーン：{zone}。現地はいま {time} です。",
    timezone_unknown=(
        "タイムゾーン {zone} は知りません。近くの大きな都市を送ってください。例："
        "/timezone Asia/Tokyo"
    ),
    export_chat="このチャットについて保存しているすべてです。",
    export_own="このチャットであなたについて保存しているすべてです。",
    evicted="保存領域がいっぱいになったため、このチャットの古いやりとりや文書を削除しました。",
    export_long="このチャットでファイルとして送るには多すぎます。渡せるのはボットの運営者だけです。",
    forget_chat=(
        "このチャットについて保存しているすべてを完全に消します。回答：{turns}件、文書："
        "{documents}件。消すには、{minutes}分以内に送ってください：/forget はい"
    ),
    forget_own=(
        "ここであなたについて保存しているすべてを完全に消します。回答：{turns}件、文書："
        "{documents}件。消すには、{minutes}分以内に送ってください：/forget はい"
    ),
    forgotten="すべて消しました。",
    anonymous=(
        "ほかの人と同じくグループの名前で書かれているため、どれがあなたのものか分かりません。ご自分の"
        "名前で書くか、ボットの所有者に頼んでください。"
    ),
    data_failed="うまくいきませんでした。1分後にもう一度お試しください。",
    stats=(
        "回答：今日 {turns_today}、合計 {turns}\n"
        "トークン：今日 {tokens_today}、合計 {tokens}\n"
        "現在：処理中 {working}、待機中 {waiting}\n"
        "キャッシュのヒット率：{hit_percent}%"
    ),
    stats_cache=(
        "再利用した回答：{asked}件中{hits}件（同じ質問 {repeats}件、似ているが使わなかったもの "
        "{refused}件）"
    ),
    listen_object="🙈 私のは除く",
    listen_allow="👂 私のも可",
    listen_end="⏹ 終了",
    listen_on=(
        "👂 このチャットを聞いています。私宛てでないメッセージの文章を、書いた人の名前とともに保存"
        "します。新しいものから{messages}件、最長{hours}時間です。ここでの次の質問に答えるときに"
        "言語モデルに見せるだけで、ほかのことには使いません。写真、ファイル、コマンドは保存しません。"
    ),
    listen_choice=(
        "望まない場合は「{button}」を押してください。あなたのメッセージは保存せず、すでにあるものは"
        "消します。/forget でも消えます。管理者は、最後のボタンか /listen off で終了できます。"
    ),
    listen_voice=(
        "🎤 短い音声メッセージも文字にして、私の名前が呼ばれたかどうかを確かめます。呼ばれて"
        "いなければ、その内容は何も保存しません。"
    ),
    listen_off=(
        "このチャットは聞いていません。私宛てでないものは保存しません。管理者は /listen on で変更"
        "できます。"
    ),
    listen_stopped="このチャットを聞くのをやめました。聞いた内容は消しました。",
    listen_objected="ここではあなたのメッセージを保存しません。聞いた内容は消しました。",
    listen_allowed="カードにあるとおり、あなたのメッセージをまた保存できるようになりました。",
    listen_admins="これを決められるのは、このグループの管理者だけです。",
    listen_groups="これはグループ用です。ここでは、あなたの書くものをもともとすべて読んでいます。",
    listen_unavailable="ボットの所有者がこの機能をオフにしています。",
    listen_as_admin=(
        "⚠ ただし、そうしたメッセージはまだ見えません。私を管理者にするか、ボットの所有者にプライ"
        "バシーモードを切ってもらい、私を追加し直してください。"
    ),
    listen_by_owner=(
        "⚠ ただし、そうしたメッセージはまだ見えません。まずボットの所有者が、開発者ポータルで"
        "「Message Content Intent」を許可する必要があります。"
    ),
    forget_overheard="聞いたメッセージ：{overheard}件。",
    help_start="あいさつする",
    help_help="この一覧を表示",
    help_ask="グループで質問する",
    help_draw="絵を描く",
    help_new="新しい会話を始める",
    help_chats="以前の会話を表示、または戻る",
    help_stop="回答を止める",
    help_retry="最後の質問に答え直す",
    help_continue="最後の回答を続ける",
    help_model="モデルを表示、または選ぶ",
    help_persona="役割を与える",
    help_language="言語を選ぶ",
    help_timezone="タイムゾーンを選ぶ",
    help_listen="グループの会話を聞く、またはやめる",
    help_voice="回答を音声でも送る、またはやめる",
    help_memory="覚えていることを表示、検索、削除",
    help_documents="文書を表示、または削除",
    help_export="保存されている自分の情報をファイルで受け取る",
    help_forget="保存されている自分の情報を消す",
    help_people="ボットを使える人を表示・変更する（管理者用）",
    help_stats="使用量を表示",
    help_usage="使用量と費用を表示",
    help_set="管理者用：設定の表示や変更",
    help_news="ボットのお知らせをここで受け取る、またはやめる",
    help_broadcast="管理者用：お知らせを希望するすべてのチャットに送る",
    hint_ask="質問",
    hint_draw="絵の内容",
    hint_chats="会話の番号",
    hint_model="モデル名",
    hint_persona="なってほしい役",
    hint_language="言語コード",
    hint_timezone="都市、例：Asia/Tokyo",
    hint_listen="on か off",
    hint_voice="on か off",
    hint_memory="探す言葉",
    hint_documents="「削除」と番号",
    hint_export="JSONなしのファイルは text",
    hint_people="空欄で一覧、または変更内容",
    hint_forget="「はい」で消去",
    hint_set="名前と値",
    hint_news="on か off",
    hint_broadcast="本文",
    word_yes="はい",
    word_on="オン",
    word_off="オフ",
    word_remove="削除",
)

ALERTS = AlertWords(
    credit="言語モデルのアカウントの残高がなくなったため、回答できません。",
    model_login="言語モデルのサーバーが私のトークンを拒否しているため、回答できません。",
    login="{about} が私のトークンを受け付けなくなりました。そこからは何も届きません。",
    disk="ディスクがいっぱいか、保存容量の上限に達したため、新しいメッセージを受け取れません。",
    database="データベースが使えないため、新しいメッセージを受け取れません。理由はログにあります。",
    deaf="2分前から {about} から何も届いていません。",
    backup="最新のバックアップが古すぎます。理由はログにあります。",
    model="モデル {about} が誰に対しても失敗しています。理由はログにあります。",
    cap_near="このボットは {about} までの利用枠の80%を使いました。",
    cap_reached="このボットは利用枠を使い切りました。{about} まで誰にも答えません。",
    over="次の問題は解決しました：{said}",
)
