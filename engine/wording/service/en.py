"""English texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ You have used {percent} % of your allowance. It starts anew at {time}.",
    near_chat="⚠ This chat has used {percent} % of its allowance. It starts anew at {time}.",
    cheaper="Until then a smaller model answers: {model}.",
    stop_person="You have used up your allowance. I can answer you again at {time}.",
    stop_chat="This chat has used up its allowance. I can answer here again at {time}.",
    stop_total="This bot has used up its allowance. I can answer again at {time}.",
    usage_today="Today (UTC)",
    usage_month="This month (UTC)",
    usage_sum="Answers: {answers}, tokens: {tokens}",
    usage_people="People, by tokens",
    usage_chats="Chats, by tokens",
    usage_models="Models, by tokens",
    usage_estimated=(
        "Estimated, because the service did not report them: {percent} % of the tokens."
    ),
    usage_allowance="You have used {percent} % of your allowance. It starts anew at {time}.",
    usage_erased="erased data",
    only_admins="Only this bot's admins can do that.",
    set_head=(
        "These settings can change from here. To change one: /set NAME VALUE. To go back "
        "to the file's value: /set NAME -"
    ),
    set_done="{name} is now {value}.",
    set_back="{name} has the value of the settings file again: {value}.",
    set_unknown="{name} cannot be changed from the chat. /set lists what can.",
    set_wrong="Nothing has changed. {problem}",
    in_private="Please do that in a private chat with me.",
    news_on="This chat gets this bot's news. To end that: /news off",
    news_off="This chat does not get this bot's news. To get them: /news on",
    news_unavailable="I cannot send news to this chat.",
    broadcast_how="Write the message after the command: /broadcast TEXT",
    broadcast_nobody="Nobody wants news yet. People ask for them with /news on",
    broadcast_long="That is too long. Characters at most: {most}.",
    broadcast_running="A message is still being sent. To end that: /broadcast stop",
    broadcast_preview="Chats that will get this: {chats}",
    broadcast_send="✉ Send",
    broadcast_cancel="✕ Cancel",
    broadcast_progress="Sending. Reached: {sent} of {chats}, not reachable: {gone}",
    broadcast_done="Done. Reached: {sent} of {chats}, not reachable: {gone}",
    broadcast_stopped="Ended early. Reached: {sent} of {chats}, not reachable: {gone}",
    broadcast_cancelled="Nothing was sent.",
    broadcast_idle="Nothing is being sent right now.",
)
