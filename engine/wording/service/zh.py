"""Chinese texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ 你已用掉额度的 {percent} %。额度将于 {time} 重置。",
    near_chat="⚠ 本聊天已用掉额度的 {percent} %。额度将于 {time} 重置。",
    cheaper="在此之前由较小的模型回答：{model}。",
    stop_person="你的额度已用完。{time} 起我可以再回答你。",
    stop_chat="本聊天的额度已用完。{time} 起我可以再在这里回答。",
    stop_total="这个机器人的额度已用完。{time} 起我可以再回答。",
    usage_today="今天（UTC）",
    usage_month="本月（UTC）",
    usage_sum="回答：{answers}，词元：{tokens}",
    usage_people="用户，按词元",
    usage_chats="聊天，按词元",
    usage_models="模型，按词元",
    usage_estimated="服务没有报告而估算的部分：词元的 {percent} %。",
    usage_allowance="你已用掉额度的 {percent} %。额度将于 {time} 重置。",
    usage_erased="已删除的数据",
    only_admins="只有这个机器人的管理员可以这样做。",
    set_head="这些设置可以在这里更改。更改：/set 名称 值。恢复文件中的值：/set 名称 -",
    set_done="{name} 现在是 {value}。",
    set_back="{name} 已恢复为设置文件中的值：{value}。",
    set_unknown="{name} 不能在聊天中更改。/set 会列出可以更改的设置。",
    set_wrong="没有任何改变。{problem}",
    in_private="请在与我的私聊中这样做。",
    news_on="本聊天会收到这个机器人的消息通知。关闭：/news off",
    news_off="本聊天不会收到这个机器人的消息通知。开启：/news on",
    broadcast_how="请把消息写在命令后面：/broadcast 内容",
    broadcast_nobody="还没有人想收到通知。开启方式是 /news on",
    broadcast_long="太长了。最多字符数：{most}。",
    broadcast_running="还有一条消息正在发送。结束：/broadcast stop",
    broadcast_preview="将收到这条消息的聊天：{chats}",
    broadcast_send="✉ 发送",
    broadcast_cancel="✕ 取消",
    broadcast_progress="正在发送。已送达：{sent}/{chats}，无法送达：{gone}",
    broadcast_done="完成。已送达：{sent}/{chats}，无法送达：{gone}",
    broadcast_stopped="已提前结束。已送达：{sent}/{chats}，无法送达：{gone}",
    broadcast_cancelled="没有发送任何内容。",
    broadcast_idle="现在没有正在发送的消息。",
)
