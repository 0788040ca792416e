"""The texts about approvals, people and roles in Korean."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked=(
        "이 봇을 써도 되는지 운영자에게 물어봤어요. 메시지를 보관해 두었다가 허락을 받는 대로 "
        "답할게요."
    ),
    asked_group=(
        "이 그룹에서 답해도 되는지 봇 운영자에게 물어봤어요. 메시지를 보관해 두었다가 허락을 "
        "받는 대로 답할게요."
    ),
    full="지금 허락을 기다리는 사람이 너무 많아요. 나중에 다시 시도해 주세요.",
    admitted="이제 이 봇을 쓸 수 있어요. 질문을 다시 보내 주세요.",
    wants="{platform}의 {name} 님이 이 봇을 쓰고 싶어 해요.",
    wants_group="{platform}의 {name} 그룹에서 이 봇을 쓰고 싶어 해요.",
    more="결정을 기다리는 사람이 더 있어요. /people 명령으로 모두 볼 수 있어요.",
    approve="허용",
    block="차단",
    decided="결정: {admin}, {date}",
    already="{admin} 님이 이미 결정했어요: {state}",
    head="사람과 그룹, 전체 {all} 중 {first}–{last}:",
    nothing="아직 아무것도 없어요.",
    log_head="최근 결정:",
    waiting="결정 대기 중",
    approved="허용됨",
    blocked="차단됨",
    removed="{id} 항목을 목록에서 뺐어요. 다음 메시지는 첫 메시지로 처리돼요.",
    unknown="이런 명령을 쓸 수 있어요. ID는 플랫폼과 번호예요. 예: telegram:123456",
    roles="역할: {roles}",
    admin_fixed="관리자는 ADMIN_USERS에서 정해서 여기서는 바꿀 수 없어요.",
    only_admins="이 봇의 관리자만 할 수 있어요.",
    private_only="개인 채팅으로 보내 주세요.",
    admin="관리자",
    member="회원",
    guest="손님",
    child="어린이",
    persona_fixed="제 역할은 이 봇의 운영자가 정해서 여기서는 바꿀 수 없어요.",
    no_documents="이 봇에는 문서를 보낼 수 없어서 파일을 읽지 않았어요.",
)
