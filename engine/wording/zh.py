"""Simplified Chinese texts.

A space or a punctuation mark surrounds each command, because Telegram would not make it a link
otherwise.
"""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="中文",
    stop="⏹ 停止",
    resume="▶ 继续",
    retry="↻ 重试",
    cut_length="✂ 一条回答只能这么长，发送 /continue 继续。",
    cut_deadline="⏱ 时间到了（{seconds} 秒），发送 /continue 继续。",
    cut_stopped="⏹ 已停止，发送 /continue 继续。",
    cut_failed="⚠ 与语言模型的连接断了。发送 /continue 接着写，或 /retry 重新来。",
    paused="⏸ 我正在重启，马上接着写完。",
    unseen="我看不到你回复的那条消息。",
    empty_answer="语言模型没有给出内容。再试一次：/retry",
    thinking="💭 正在思考…",
    thought_only="语言模型一直在思考，没有得出回答。再试一次：/retry，或换一个模型：/model。",
    no_words="语言模型在 {seconds} 秒内没有回答。再试一次：/retry",
    stopped_empty="⏹ 已停止。",
    filtered="语言模型的服务不允许回答这个问题。请换一种问法。",
    cut_filtered="✂ 语言模型的服务因内容规则在此中断了回答。重新开始：/retry",
    model_gone="这个语言模型已不可用。请换一个：/model。只有机器人的所有者能修改列表。",
    from_cache="↺ 这个问题之前问过。点重试可重新询问模型。",
    model_unavailable="现在连不上语言模型，请过一分钟再试：/retry",
    model_refused="语言模型没有接受这个问题。换个说法，或者换个 /model 试试。",
    not_accepted="语言模型不接受这个机器人的令牌，只有机器人的主人能解决。",
    out_of_credit="这个机器人的模型额度用完了，只有机器人的主人能解决。",
    too_long="内容太长，超出了语言模型的限制。请一次少发一点，或用 /new 重新开始。",
    gave_up="试了好几次都没成功。点下面的按钮可以再试一次。",
    too_heavy="处理这条消息让我崩溃了三次，所以我不会再自动尝试。点下面的按钮可以再试一次。",
    waiting="⏳ 排队中，前面还有 {ahead} 个问题。回答会直接出现在这里。",
    busy="现在问题太多，我答不过来。请过一分钟再发一次。",
    cannot_save="我现在没法保存消息，所以没有收下这一条。请晚点再发一次。",
    not_allowed="这个机器人不对外开放。想使用的话，请把这个号码发给它的主人：{user_id}",
    too_fast="一下子发得太多了，请等 {seconds} 秒。",
    no_files="我还不会读文件，请发文字给我。",
    file_reading="📄 正在读 {name}：{percent} %",
    file_kept="📄 {name} 读完了，尽管问我！发送 /documents 可查看和删除。",
    file_replaced="📄 我已读取新版 {name}，它取代了之前的版本。",
    file_known="📄 我已经有 {name} 了，内容没有变化。",
    file_unread="{name} 的这些页我无法读取：{pages}。它们可能是图片。",
    file_kind=(
        "我无法读取 {name}。"
        "我支持 PDF、Word、Excel、PowerPoint、OpenDocument、EPUB、RTF、HTML、"
        "Markdown、CSV 和文本文件。"
    ),
    file_large="{name} 太大了，请发小一点的文件。",
    file_long="{name} 太长了，请只发其中一部分。",
    file_locked="{name} 有密码，请发没有密码的版本。",
    file_empty="{name} 里没有文字。扫描件我读不了。",
    file_slow="读 {name} 花的时间太久了，请只发其中一部分。",
    file_full="这里放不下更多文件了，可以用 /documents 删除一些。",
    file_lost="没能收到 {name}，请再发一次。",
    file_broken="我读不了 {name}：文件好像坏了。",
    picture_blind="这里的语言模型看不了图片。机器人的主人可以指定一个能看图的模型：HF_VISION_MODEL。",
    picture_built_in="内置的小模型看不了图片。机器人的主人可以设置 HF_TOKEN 和 HF_VISION_MODEL。",
    picture_refused="语言模型没有接受这张图片，所以我没看图就回答了。",
    picture_left="{all} 张图片里我看了 {seen} 张，其余的请分开发。",
    picture_still="{name} 我只看到了一帧画面。",
    picture_small="{name} 我只看到了小预览图。请作为照片发送，或发小一点的。",
    picture_gone="{name} 已经不在了，所以我没法看。",
    picture_kind="我看不了 {name}。我支持 JPEG、PNG、WebP、HEIC、AVIF、GIF 和 BMP 图片。",
    picture_large="{name} 太大了，我看不了，请发小一点的版本。",
    picture_broken="我看不了 {name}：图片好像坏了。",
    voice_listening="正在听……",
    voice_deaf="这里无法听语音。机器人的管理者可以设置 SPEECH_BASE_URL。请改用文字。",
    voice_built_in="内置的小模型听不了语音。机器人的管理者可以设置 HF_TOKEN 或 SPEECH_BASE_URL。",
    voice_silent="录音里没有听到话。",
    voice_failed="现在无法转写录音，请一分钟后再试。",
    voice_format="转写服务无法读取这种录音。请发送语音消息。",
    voice_long="录音太长了，最多 {minutes} 分钟、20 兆字节。",
    draw_off="我在这里不能画图。机器人的所有者可以设置 HF_IMAGE_MODEL。",
    draw_how="告诉我要画什么，例如：/draw 夜晚的灯塔",
    draw_filtered="图片服务因其内容规则不画这个。请换一张图片。",
    draw_credit="这个机器人用于画图的额度已用完。只有机器人的所有者能解决。",
    draw_unknown="图片服务不提供所设置的模型。机器人的所有者可以指定另一个：HF_IMAGE_MODEL。",
    draw_rejected="图片服务不接受这个机器人的令牌。只有机器人的所有者能解决。",
    draw_refused="图片服务没有接受这个请求。请换一种说法。",
    draw_failed="我现在连不上图片服务。请过一分钟再试。",
    draw_slow="画图花的时间太长。请再试一次。",
    draw_large="图片太大，无法发送。请再试一次。",
    draw_unsent="图片已经画好，但无法发送到这个聊天。",
    speak_unset="我在这里不能说话。机器人的所有者可以设置 HF_VOICE_MODEL。",
    speak_on="🔊 我在这里的回答也会以语音发送。关闭请发送 /voice off",
    speak_off="我在这里只用文字回答。想同时听语音，请发送 /voice on",
    speak_failed="🔇 这个回答没能读出来。点按钮可以重试。",
    speak_owner="🔇 语音服务不接受这个机器人的令牌、模型或额度。只有机器人的所有者能解决。",
    memory_off="在这里我只记得当前的对话。",
    memory_head="我记得这些（发送 /memory 删除 加编号可删除）：",
    memory_none="我的记忆里没有相关内容。",
    memory_removed="编号 {number} 已删除。",
    memory_unknown="没有这个编号，或者它不是你的。",
    documents_head="我有这些文件（发送 /documents 删除 加编号可删除）：",
    documents_none="这里还没有文件。发给我 PDF、Word、Excel、文本或 HTML 吧。",
    document_removed="文件已删除。",
    document_unknown="没有这个编号，或者它不是你的。",
    start="你好！我是 Pipit。有什么都可以问我，我会马上简短地回答。发送 /help 看看我还会什么。",
    help_head="直接给我发消息就行。我还懂这些：",
    help_row="/{name} - {about}",
    unknown_command="我不认识 {command} 这个命令。发送 /help 看看我会什么。",
    fresh="新对话开始了，之前的先放到一边。",
    chats_head="此聊天中的对话（发送 /chats 加编号可返回）：",
    chats_none="这里没有更早的对话。",
    chats_unknown="没有这个对话。发送 /chats 查看列表。",
    chats_back="已回到那段对话，请继续！",
    nothing_to_stop="现在没有可以停止的回答。",
    stopping="正在停止。",
    only_author="只有提问的人才能这么做。",
    nothing_to_retry="还没有可以重试的回答。",
    nothing_to_continue="还没有可以继续的回答。",
    button_old="这个按钮太旧了，请重新问一次。",
    button_done="已经处理过了。",
    model_now="当前模型：{model}。想换的话，发送 /model 和其中一个名称：{models}",
    model_set="从现在起，{model} 在这里回答。",
    model_unknown="我没有 {model} 这个模型。可以选：{models}",
    persona_now="我在这里的角色：{persona}\n想取消就发送 /persona 关",
    persona_none="告诉我要扮演谁，例如：/persona 一位有耐心的数学老师",
    persona_set="明白了，这就是我在这里的角色。",
    persona_cleared="我又变回普通的 Pipit 了。",
    persona_long="太长了，最多 {most} 个字符。",
    language_now="语言：{language}。想换的话，发送 /language 和其中一个代码：{languages}",
    language_set="语言：{language}。你用什么语言写，我就用什么语言回答。",
    language_unknown="我还没有这种语言。可以选：{languages}",
    timezone_now=(
        "时区：{zone}，那里现在是 {time}。要更改，请发送 /timezone 加城市，"
        "例如：/timezone Asia/Shanghai"
    ),
    timezone_set="时区：{zone}，那里现在是 {time}。",
    timezone_unknown="我不认识时区 {zone}。请发送附近的大城市，例如：/timezone Asia/Shanghai",
    export_chat="这是我保存的本聊天的全部内容。",
    export_own="这是我在本聊天里保存的关于你的全部内容。",
    evicted="存储空间已满，我不得不删除此聊天中较早的对话或文档。",
    export_long="内容太多，没法在这里发成文件。只有管理这个机器人的人能导出。",
    forget_chat=(
        "这会永久删除我保存的本聊天的全部内容。回答：{turns}，文件：{documents}。"
        "确定的话，请在 {minutes} 分钟内发送 /forget 是"
    ),
    forget_own=(
        "这会永久删除我在这里保存的关于你的全部内容。回答：{turns}，文件：{documents}。"
        "确定的话，请在 {minutes} 分钟内发送 /forget 是"
    ),
    forgotten="好了，已经删除。",
    anonymous=(
        "你是以群的名义发言的，其他人也会这样，所以我分不清哪些是你的。请用自己的名字发送"
        "，或联系机器人的主人。"
    ),
    data_failed="没有成功，请过一分钟再试。",
    stats=(
        "回答：今天 {turns_today}，总共 {turns}\nToken 数：今天 {tokens_today}，总共 {tokens}\n"
        "现在：进行中 {working}，排队 {waiting}\n缓存命中：{hit_percent}%"
    ),
    stats_cache=(
        "重复使用的回答：{asked} 个问题中 {hits} 个"
        "（完全相同 {repeats} 个，相近但未用 {refused} 个）"
    ),
    listen_object="🙈 不要我的",
    listen_allow="👂 也要我的",
    listen_end="⏹ 结束",
    listen_on=(
        "👂 我正在旁听这个聊天。我会保存不是发给我的消息的文字和作者名字：最新的 "
        "{messages} 条，最多保存 {hours} 小时。我只在回答这里接下来的问题时把它们给语言模"
        "型看，不作他用。我不保存照片、文件和命令。"
    ),
    listen_choice=(
        "如果你不愿意，请点“{button}”：我就不再保存你的消息，并删除已有的。/forget 也会删"
        "除它们。管理员可以用最后一个按钮或 /listen off 结束旁听。"
    ),
    listen_voice=(
        "🎤 我也会转写较短的语音消息，以便知道是否有人叫我的名字。如果没有，我不保存其中任何内容。"
    ),
    listen_off="我没有旁听这个聊天：不是发给我的内容我都不保存。管理员可以用 /listen on 更改",
    listen_stopped="我不再旁听这个聊天。旁听到的内容已删除。",
    listen_objected="我不在这里保存你的消息。已旁听到的已删除。",
    listen_allowed="我又可以按卡片所说在这里保存你的消息了。",
    listen_admins="只有这个群的管理员才能决定。",
    listen_groups="这是给群用的。在这里你写的我本来就都会读。",
    listen_unavailable="机器人的主人关闭了旁听功能。",
    listen_as_admin=(
        "⚠ 但我现在还看不到这些消息。请把我设为管理员；或者请机器人的主人关闭隐私模式，再"
        "把我重新加进群里。"
    ),
    listen_by_owner=(
        "⚠ 但我现在还看不到这些消息。机器人的主人要先在开发者平台打开“Message Content Intent”。"
    ),
    forget_overheard="旁听到的消息：{overheard} 条。",
    help_start="打个招呼",
    help_help="显示这个列表",
    help_ask="在群里提问",
    help_draw="画一张图片",
    help_new="开始新对话",
    help_chats="查看或返回之前的对话",
    help_stop="停止回答",
    help_retry="重新回答上一个问题",
    help_continue="继续上一个回答",
    help_model="查看或选择模型",
    help_persona="给我一个角色",
    help_language="选择我的语言",
    help_timezone="选择时区",
    help_listen="旁听一个群，或结束旁听",
    help_voice="用语音读出回答，或停止",
    help_memory="查看、查找或删除我记得的内容",
    help_documents="查看或删除文件",
    help_export="把我保存的关于你的内容发成文件",
    help_forget="删除我保存的关于你的内容",
    help_people="查看或更改谁可以使用机器人（管理员）",
    help_stats="查看用量",
    help_usage="显示用量和费用",
    help_set="管理员：查看或更改设置",
    help_news="在这里接收机器人的消息通知，或停止接收",
    help_broadcast="管理员：给所有想收到通知的聊天发消息",
    hint_ask="问题",
    hint_draw="图片的内容",
    hint_chats="对话编号",
    hint_model="模型名称",
    hint_persona="要我扮演谁",
    hint_language="语言代码",
    hint_timezone="城市，例如 Asia/Shanghai",
    hint_listen="on 或 off",
    hint_voice="on 或 off",
    hint_memory="要找的词",
    hint_documents="“删除”加编号",
    hint_export="text 表示不用 JSON",
    hint_people="留空显示列表，或一项更改",
    hint_forget="“是”表示删除",
    hint_set="名称和值",
    hint_news="on 或 off",
    hint_broadcast="内容",
    word_yes="是",
    word_on="开",
    word_off="关",
    word_remove="删除",
)

ALERTS = AlertWords(
    credit="语言模型账户的额度已用完，我无法回答。",
    model_login="语言模型的服务拒绝了我的令牌，我无法回答。",
    login="{about} 不再接受我的令牌，我收不到那边的消息。",
    disk="磁盘已满或已达到存储上限，我无法接收新消息。",
    database="数据库无法使用，我无法接收新消息。原因见日志。",
    deaf="我已有两分钟没有收到 {about} 的任何内容。",
    backup="最近的备份太旧了。原因见日志。",
    model="模型 {about} 对所有人都失败了。原因见日志。",
    cap_near="这个机器人在 {about} 之前的额度已用掉 80 %。",
    cap_reached="这个机器人的额度已用完。{about} 之前不回答任何人。",
    over="这个问题已经解决：{said}",
)
