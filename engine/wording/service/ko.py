"""Korean texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ 사용 한도의 {percent}%를 썼어요. {time}에 새로 시작돼요.",
    near_chat="⚠ 이 채팅은 사용 한도의 {percent}%를 썼어요. {time}에 새로 시작돼요.",
    cheaper="그때까지는 더 작은 모델이 답해요: {model}",
    stop_person="사용 한도를 다 썼어요. {time}부터 다시 답할 수 있어요.",
    stop_chat="이 채팅의 사용 한도를 다 썼어요. {time}부터 여기서 다시 답할 수 있어요.",
    stop_total="이 봇의 사용 한도를 다 썼어요. {time}부터 다시 답할 수 있어요.",
    usage_today="오늘(UTC)",
    usage_month="이번 달(UTC)",
    usage_sum="답변: {answers}, 토큰: {tokens}",
    usage_people="사용자(토큰순)",
    usage_chats="채팅(토큰순)",
    usage_models="모델(토큰순)",
    usage_estimated="서비스가 알려 주지 않아 추정한 부분: 토큰의 {percent}%",
    usage_allowance="사용 한도의 {percent}%를 썼어요. {time}에 새로 시작돼요.",
    usage_erased="지워진 데이터",
    only_admins="이 봇의 관리자만 할 수 있어요.",
    set_head=(
        "다음 설정은 여기에서 바꿀 수 있어요. 바꾸기: /set 이름 값. 파일의 값으로 되돌리기: "
        "/set 이름 -"
    ),
    set_done="{name} 값은 이제 다음과 같아요: {value}",
    set_back="{name} 값이 다시 설정 파일의 값이 됐어요: {value}",
    set_unknown="{name} 값은 채팅에서 바꿀 수 없어요. 바꿀 수 있는 것 보기: /set",
    set_wrong="바뀐 것이 없어요. {problem}",
    in_private="저와의 개인 채팅에서 해 주세요.",
    news_on="이 채팅은 봇의 소식을 받아요. 그만 받으려면: /news off",
    news_off="이 채팅은 봇의 소식을 받지 않아요. 받으려면: /news on",
    news_unavailable="이 채팅에는 소식을 보낼 수 없어요.",
    broadcast_how="명령 뒤에 메시지를 써 주세요: /broadcast 내용",
    broadcast_nobody="아직 소식을 원하는 사람이 없어요. 소식 신청: /news on",
    broadcast_long="너무 길어요. 최대 글자 수: {most}",
    broadcast_running="아직 메시지를 보내는 중이에요. 그만두려면: /broadcast stop",
    broadcast_preview="이 메시지를 받을 채팅: {chats}",
    broadcast_send="✉ 보내기",
    broadcast_cancel="✕ 취소",
    broadcast_progress="보내는 중이에요. 도착: {sent}/{chats}, 닿지 않음: {gone}",
    broadcast_done="다 보냈어요. 도착: {sent}/{chats}, 닿지 않음: {gone}",
    broadcast_stopped="도중에 그만뒀어요. 도착: {sent}/{chats}, 닿지 않음: {gone}",
    broadcast_cancelled="아무것도 보내지 않았어요.",
    broadcast_idle="지금은 보내는 것이 없어요.",
)
