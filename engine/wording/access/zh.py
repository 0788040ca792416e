"""The texts about approvals, people and roles in Chinese."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="我已询问本机器人的管理者你是否可以使用它。你的消息已保留，他们同意后我会立刻回答。",
    asked_group="我已询问本机器人的管理者我是否可以在这个群里回答。你的消息已保留，他们同意后我"
    "会立刻回答。",
    full="现在等待许可的人太多。请稍后再试。",
    admitted="你现在可以使用本机器人了。请再发一次你的问题。",
    wants="{platform} 上的 {name} 想使用本机器人。",
    wants_group="{platform} 上的群组 {name} 想使用本机器人。",
    more="还有更多人在等待决定。/people 会显示所有人。",
    approve="批准",
    block="屏蔽",
    decided="由 {admin} 决定，{date}",
    already="{admin} 已经决定：{state}",
    head="用户和群组，第 {first} 到 {last} 个，共 {all} 个：",
    nothing="这里还没有内容。",
    log_head="最近的决定：",
    waiting="等待决定",
    approved="已批准",
    blocked="已屏蔽",
    removed="{id} 已从列表中移除。来自那里的下一条消息会被当作第一条。",
    unknown="我认识这些命令。ID 由平台和编号组成，例如 telegram:123456。",
    roles="角色：{roles}",
    admin_fixed="管理员在 ADMIN_USERS 中设置，不能在这里更改。",
    only_admins="只有本机器人的管理员才能这样做。",
    private_only="请在私聊中给我发送这条命令。",
    admin="管理员",
    member="成员",
    guest="访客",
    child="儿童",
    persona_fixed="我对你的角色由本机器人的管理者决定，不能在这里更改。",
    no_documents="你不能向本机器人发送文件，所以我没有读取该文件。",
)
