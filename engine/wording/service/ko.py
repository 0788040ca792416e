"""Korean texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ 할당량의 {percent} %를 사용했습니다. {time}에 새로 시작됩니다.",
    near_chat="⚠ 이 대화방은 할당량의 {percent} %를 사용했습니다. {time}에 새로 시작됩니다.",
    cheaper="그때까지는 더 작은 모델이 답합니다: {model}",
    stop_person="할당량을 모두 사용했습니다. {time}부터 다시 답할 수 있습니다.",
    stop_chat=("이 대화방은 할당량을 모두 사용했습니다. {time}부터 여기서 다시 답할 수 있습니다."),
    stop_total="이 봇은 할당량을 모두 사용했습니다. {time}부터 다시 답할 수 있습니다.",
    usage_today="오늘 (UTC)",
    usage_month="이번 달 (UTC)",
    usage_sum="답변: {answers}, 토큰: {tokens}",
    usage_people="사용자 (토큰순)",
    usage_chats="대화방 (토큰순)",
    usage_models="모델 (토큰순)",
    usage_estimated="서비스가 알려 주지 않아 추정한 부분: 토큰의 {percent} %",
    usage_allowance="할당량의 {percent} %를 사용했습니다. {time}에 새로 시작됩니다.",
    usage_erased="지워진 데이터",
    only_admins="이 봇의 관리자만 할 수 있습니다.",
    set_head=(
        "다음 설정은 여기에서 바꿀 수 있습니다. 바꾸기: /set 이름 값. 파일의 값으로 "
        "되돌리기: /set 이름 -"
    ),
    set_done="{name} 값은 이제 {value}입니다.",
    set_back="{name} 값이 다시 설정 파일의 값이 되었습니다: {value}",
    set_unknown=(
        "{name} 값은 대화방에서 바꿀 수 없습니다. 바꿀 수 있는 것은 /set 명령이 보여 줍니다."
    ),
    set_wrong="바뀐 것이 없습니다. {problem}",
    in_private="저와의 개인 대화방에서 해 주세요.",
    news_on="이 대화방은 봇의 소식을 받습니다. 끝내려면: /news off",
    news_off="이 대화방은 봇의 소식을 받지 않습니다. 받으려면: /news on",
    broadcast_how="명령 뒤에 메시지를 쓰세요: /broadcast 내용",
    broadcast_nobody="아직 소식을 원하는 사람이 없습니다. 소식은 /news on 명령으로 신청합니다",
    broadcast_long="너무 깁니다. 최대 글자 수: {most}",
    broadcast_running="아직 메시지를 보내는 중입니다. 끝내려면: /broadcast stop",
    broadcast_preview="이 메시지를 받을 대화방: {chats}",
    broadcast_send="✉ 보내기",
    broadcast_cancel="✕ 취소",
    broadcast_progress="보내는 중입니다. 도착: {sent}/{chats}, 닿지 않음: {gone}",
    broadcast_done="끝났습니다. 도착: {sent}/{chats}, 닿지 않음: {gone}",
    broadcast_stopped="일찍 끝냈습니다. 도착: {sent}/{chats}, 닿지 않음: {gone}",
    broadcast_cancelled="아무것도 보내지 않았습니다.",
    broadcast_idle="지금은 보내는 것이 없습니다.",
)
