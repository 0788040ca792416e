"""The texts about approvals, people and roles in Korean."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="이 봇을 사용해도 되는지 운영자에게 물어보았습니다. 메시지를 보관해 두었다가 허락을 받"
    "는 대로 답하겠습니다.",
    asked_group="이 그룹에서 답해도 되는지 봇 운영자에게 물어보았습니다. 메시지를 보관해 두었다"
    "가 허락을 받는 대로 답하겠습니다.",
    full="지금 허락을 기다리는 사람이 너무 많습니다. 나중에 다시 시도해 주세요.",
    admitted="이제 이 봇을 사용할 수 있습니다. 질문을 다시 보내 주세요.",
    wants="{platform}의 {name} 님이 이 봇을 사용하고 싶어 합니다.",
    wants_group="{platform}의 그룹 {name}에서 이 봇을 사용하고 싶어 합니다.",
    more="결정을 기다리는 사람이 더 있습니다. /people 명령이 모두 보여 줍니다.",
    approve="허용",
    block="차단",
    decided="결정: {admin}, {date}",
    already="{admin} 님이 이미 결정했습니다: {state}",
    head="사람과 그룹, 전체 {all} 중 {first}–{last}:",
    nothing="아직 아무것도 없습니다.",
    log_head="최근 결정:",
    waiting="결정 대기 중",
    approved="허용됨",
    blocked="차단됨",
    removed="{id}이(가) 목록에서 빠졌습니다. 다음 메시지는 첫 메시지로 처리됩니다.",
    unknown="다음 명령을 쓸 수 있습니다. ID는 플랫폼과 번호입니다. 예: telegram:123456.",
    roles="역할: {roles}",
    admin_fixed="관리자는 ADMIN_USERS에서 정하며 여기서 바꿀 수 없습니다.",
    only_admins="이 봇의 관리자만 할 수 있습니다.",
    private_only="개인 대화로 보내 주세요.",
    admin="관리자",
    member="회원",
    guest="손님",
    child="어린이",
    persona_fixed="페르소나는 이 봇의 운영자가 정하며 여기서 바꿀 수 없습니다.",
    no_documents="이 봇에는 문서를 보낼 수 없어서 파일을 읽지 않았습니다.",
)
