"""Korean texts, polite (해요체).

A command never carries a particle, because Telegram would not make it a link then. Particles whose
form depends on the sound before them do not follow a filled-in text.
"""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="한국어",
    stop="⏹ 멈추기",
    resume="▶ 이어서",
    retry="↻ 다시",
    cut_length="✂ 답변 하나는 여기까지예요. 더 보려면: /continue",
    cut_deadline="⏱ 시간이 다 됐어요({seconds}초). 더 보려면: /continue",
    cut_stopped="⏹ 멈췄어요. 더 보려면: /continue",
    cut_failed="⚠ 언어 모델과의 연결이 끊겼어요. 이어서 하려면 /continue , 처음부터 다시 하려면 "
    "/retry",
    paused="⏸ 다시 시작하는 중이에요. 잠시 후 이어서 마칠게요.",
    unseen="답장하신 메시지를 볼 수 없었어요.",
    empty_answer="언어 모델이 빈 답변을 보냈어요. 다시 시도하려면: /retry",
    thinking="💭 생각하는 중…",
    thought_only="언어 모델이 생각만 하다가 답을 내지 못했어요. 다시 시도하려면 /retry , 다른 "
    "모델을 고르려면 /model",
    no_words="언어 모델이 {seconds}초 안에 답하지 않았어요. 다시 시도하려면: /retry",
    stopped_empty="⏹ 멈췄어요.",
    filtered="언어 모델 서비스가 이 질문에는 답을 허용하지 않아요. 다르게 물어봐 주세요.",
    cut_filtered="✂ 언어 모델 서비스가 콘텐츠 규칙 때문에 답변을 여기서 끊었어요. 처음부터 다시 "
    "하려면: /retry",
    model_gone="이 언어 모델은 더 이상 쓸 수 없어요. 다른 모델 고르기: /model. 목록은 봇 "
    "소유자만 바꿀 수 있어요.",
    from_cache="↺ 전에 받은 질문이에요. ‘다시’ 버튼을 누르면 모델에게 새로 물어봐요.",
    model_unavailable="지금은 언어 모델에 연결할 수 없어요. 1분 뒤에 다시 시도해 주세요: /retry",
    model_refused="언어 모델이 이 질문을 받지 않았어요. 다르게 말해 보거나 다른 모델을 골라 "
    "주세요: /model",
    not_accepted="언어 모델이 이 봇의 토큰을 받아들이지 않아요. 봇 소유자만 해결할 수 있어요.",
    out_of_credit="이 봇의 언어 모델 크레딧이 다 떨어졌어요. 봇 소유자만 해결할 수 있어요.",
    too_long="언어 모델에게는 너무 길어요. 한 번에 더 적게 보내거나 새로 시작해 주세요: /new",
    gave_up="여러 번 시도했지만 안 됐어요. 아래 버튼을 누르면 한 번 더 해 볼게요.",
    too_heavy=(
        "이 작업 때문에 제가 세 번 멈춰 버려서 스스로는 더 시도하지 않아요. 아래 버튼을 누르면 "
        "한 번 더 해 볼게요."
    ),
    waiting="⏳ 차례를 기다리는 중이에요. 앞에 있는 질문: {ahead}개. 답변은 여기에 나타나요.",
    busy="지금은 질문이 너무 많아요. 1분 뒤에 다시 보내 주세요.",
    cannot_save="지금은 메시지를 저장할 수 없어서 이 메시지를 받지 못했어요. 나중에 다시 보내 "
    "주세요.",
    not_allowed="이 봇은 비공개예요. 사용하려면 봇 소유자에게 이 번호를 보내 주세요: {user_id}",
    too_fast="한꺼번에 너무 많아요. {seconds}초만 기다려 주세요.",
    no_files="아직 파일은 읽지 못해요. 글로 보내 주세요.",
    file_reading="📄 {name} 읽는 중: {percent}%",
    file_kept="📄 {name} 파일을 읽었어요. 무엇이든 물어보세요! /documents 명령으로 보고 지울 수 "
    "있어요.",
    file_replaced="📄 새 {name} 파일을 읽었어요. 이전 파일을 대신해요.",
    file_known="📄 {name} 파일은 이미 있어요. 바뀐 내용이 없어요.",
    file_unread="{name} 파일의 이 쪽은 읽지 못했어요: {pages}. 그림인 것 같아요.",
    file_kind=(
        "{name} 파일은 읽을 수 없어요. PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, "
        "HTML, Markdown, CSV, 텍스트 파일을 읽을 수 있어요."
    ),
    file_large="{name} 파일이 너무 커요. 더 작은 파일로 보내 주세요.",
    file_long="{name} 파일이 너무 길어요. 일부만 보내 주세요.",
    file_locked="{name} 파일이 비밀번호로 잠겨 있어요. 비밀번호 없이 보내 주세요.",
    file_empty="{name} 파일에서 글을 찾지 못했어요. 스캔한 문서라면 읽을 수 없어요.",
    file_slow="{name} 파일을 읽는 데 너무 오래 걸렸어요. 일부만 보내 주세요.",
    file_full="여기에는 문서를 더 보관할 수 없어요. 일부 지우기: /documents",
    file_lost="{name} 파일을 받지 못했어요. 다시 보내 주세요.",
    file_broken="{name} 파일을 읽을 수 없어요. 파일이 손상된 것 같아요.",
    picture_blind=(
        "이 언어 모델은 사진을 볼 수 없어요. 봇 소유자가 사진을 볼 수 있는 모델을 지정할 수 "
        "있어요: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "작은 내장 모델은 사진을 볼 수 없어요. 봇 소유자가 설정할 수 있어요: HF_TOKEN, "
        "HF_VISION_MODEL."
    ),
    picture_refused="언어 모델이 사진을 받지 않아서 사진 없이 답했어요.",
    picture_left="사진 {all}장 가운데 {seen}장을 봤어요. 나머지는 따로 보내 주세요.",
    picture_still="{name} 파일에서는 정지 화면 하나만 봤어요.",
    picture_small="{name} 파일은 작은 미리보기만 봤어요. 사진으로 보내거나 더 작게 보내 주세요.",
    picture_gone="{name} 파일이 이제 없어서 볼 수 없었어요.",
    picture_kind=(
        "{name} 파일은 볼 수 없어요. JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP 사진을 볼 수 있어요."
    ),
    picture_large="{name} 파일이 너무 커서 볼 수 없어요. 더 작게 보내 주세요.",
    picture_broken="{name} 파일을 볼 수 없어요. 사진이 손상된 것 같아요.",
    voice_listening="듣고 있어요…",
    voice_deaf=(
        "여기서는 음성을 들을 수 없어요. 봇 소유자가 설정할 수 있어요: SPEECH_BASE_URL. 글로 "
        "써 주세요."
    ),
    voice_built_in=(
        "작은 내장 모델은 음성을 듣지 못해요. 봇 소유자가 설정할 수 있어요: HF_TOKEN 또는 "
        "SPEECH_BASE_URL."
    ),
    voice_silent="녹음에서 말소리를 듣지 못했어요.",
    voice_failed="지금은 녹음을 글로 옮기지 못했어요. 1분 뒤에 다시 시도해 주세요.",
    voice_format="음성 인식 서비스가 이런 종류의 녹음은 읽지 못해요. 음성 메시지로 보내 주세요.",
    voice_long="녹음이 너무 길어요. 최대 {minutes}분, 20메가바이트까지 받을 수 있어요.",
    draw_off="여기서는 그림을 그릴 수 없어요. 봇 소유자가 설정할 수 있어요: HF_IMAGE_MODEL.",
    draw_how="무엇을 그릴지 알려 주세요. 예: /draw 밤의 등대",
    draw_filtered=(
        "그림 서비스의 콘텐츠 규칙 때문에 이것은 그릴 수 없어요. 다른 그림을 부탁해 주세요."
    ),
    draw_credit="이 봇의 그림 크레딧이 다 떨어졌어요. 봇 소유자만 해결할 수 있어요.",
    draw_unknown=(
        "설정된 모델이 그림 서비스에 없어요. "
        "봇 소유자가 다른 모델을 정할 수 있어요: HF_IMAGE_MODEL."
    ),
    draw_rejected="그림 서비스가 이 봇의 토큰을 받아들이지 않아요. 봇 소유자만 해결할 수 있어요.",
    draw_refused="그림 서비스가 이 요청을 받아들이지 않았어요. 다른 말로 써 주세요.",
    draw_failed="지금은 그림 서비스에 연결할 수 없어요. 1분 뒤에 다시 시도해 주세요.",
    draw_slow="그림을 그리는 데 너무 오래 걸렸어요. 다시 시도해 주세요.",
    draw_large="그림이 너무 커서 보낼 수 없어요. 다시 시도해 주세요.",
    draw_unsent="그림은 완성됐지만 이 채팅에는 보낼 수 없어요.",
    speak_unset="여기서는 말할 수 없어요. 봇 소유자가 설정할 수 있어요: HF_VOICE_MODEL.",
    speak_on="🔊 여기서는 답변을 음성으로도 보내 드려요. 끄려면 보내 주세요: /voice off",
    speak_off="여기서는 글로만 답해요. 음성으로도 들으려면 보내 주세요: /voice on",
    speak_failed="🔇 이 답변을 음성으로 만들지 못했어요. 버튼을 누르면 다시 시도해요.",
    speak_owner=(
        "🔇 음성 서비스가 이 봇의 토큰, 모델 또는 잔액을 받아들이지 않아요. 봇 소유자만 "
        "해결할 수 있어요."
    ),
    memory_off="여기서는 지금 대화만 기억해요.",
    memory_head="이런 것을 기억하고 있어요(지우려면 /memory 삭제 뒤에 번호):",
    memory_none="제 기억에는 그런 내용이 없어요.",
    memory_removed="{number}번을 지웠어요.",
    memory_unknown="그런 번호가 없거나 회원님 것이 아니에요.",
    documents_head="이런 문서가 있어요(지우려면 /documents 삭제 뒤에 번호):",
    documents_none="여기에는 문서가 없어요. PDF, Word, Excel, 텍스트나 HTML 파일을 보내 주세요.",
    document_removed="문서를 지웠어요.",
    document_unknown="그런 번호가 없거나 회원님 것이 아니에요.",
    start="안녕하세요! 저는 Pipit이에요. 무엇이든 물어보시면 바로 짧게 답해 드려요. 또 할 수 있는 "
    "일: /help",
    help_head="그냥 저에게 써 주세요. 이런 명령도 알아들어요:",
    help_row="/{name} - {about}",
    unknown_command="{command} 명령은 몰라요. 제가 할 수 있는 일: /help",
    fresh="새 대화예요. 이전 대화는 따로 두었어요.",
    chats_head="이 채팅의 대화(돌아가려면 /chats 뒤에 번호):",
    chats_none="여기에는 이전 대화가 없어요.",
    chats_unknown="그런 대화는 없어요. 목록 보기: /chats",
    chats_back="그 대화로 돌아왔어요. 계속해 주세요!",
    nothing_to_stop="지금은 멈출 것이 없어요.",
    stopping="멈추는 중이에요.",
    only_author="질문한 사람만 할 수 있어요.",
    nothing_to_retry="아직 다시 할 답변이 없어요.",
    nothing_to_continue="아직 이어서 할 답변이 없어요.",
    button_old="이 버튼은 너무 오래됐어요. 다시 물어봐 주세요.",
    button_done="이미 처리했어요.",
    model_now="모델: {model}. 바꾸려면 /model 뒤에 다음 중 하나를 보내 주세요: {models}",
    model_set="이제부터 이 채팅에서는 {model} 모델이 답해요.",
    model_unknown="{model} 모델은 없어요. 다음 중에서 골라 주세요: {models}",
    persona_now="이 채팅에서 제 역할: {persona}\n그만두려면: /persona 끄기",
    persona_none="제가 누가 되면 좋을지 알려 주세요. 예: /persona 인내심 있는 수학 선생님",
    persona_set="알겠어요. 이제 이 채팅에서 그 역할을 할게요.",
    persona_cleared="다시 평소의 Pipit이에요.",
    persona_long="너무 길어요. 최대 글자 수: {most}.",
    language_now="언어: {language}. 바꾸려면 /language 뒤에 다음 중 하나를 보내 주세요: "
    "{languages}",
    language_set="언어: {language}. 답변은 쓰시는 언어로 해 드려요.",
    language_unknown="그 언어는 아직 없어요. 다음 중에서 골라 주세요: {languages}",
    timezone_now=(
        "시간대: {zone}. 그곳의 지금 시각: {time}. 바꾸려면 /timezone 뒤에 도시를 보내 주세요. "
        "예: /timezone Asia/Seoul"
    ),
    timezone_set="시간대: {zone}. 그곳의 지금 시각: {time}",
    timezone_unknown=(
        "{zone} 시간대는 몰라요. 가까운 큰 도시를 보내 주세요. 예: /timezone Asia/Seoul"
    ),
    export_chat="이 채팅에서 제가 보관하는 전부예요.",
    export_own="이 채팅에서 회원님에 대해 제가 보관하는 전부예요.",
    evicted="저장 공간이 가득 차서 이 채팅의 오래된 대화나 문서를 지워야 했어요.",
    export_long="이 채팅에서 파일로 보내기에는 너무 많아요. 봇을 운영하는 사람만 내줄 수 있어요.",
    forget_chat=(
        "이 채팅에서 제가 보관하는 모든 것을 영구히 지워요. 답변: {turns}개, 문서: "
        "{documents}개. 지우려면 {minutes}분 안에 보내 주세요: /forget 네"
    ),
    forget_own=(
        "여기서 회원님에 대해 제가 보관하는 모든 것을 영구히 지워요. 답변: {turns}개, 문서: "
        "{documents}개. 지우려면 {minutes}분 안에 보내 주세요: /forget 네"
    ),
    forgotten="다 지웠어요.",
    anonymous=(
        "다른 분들처럼 그룹 이름으로 쓰고 계셔서 어느 것이 회원님 것인지 알 수 없어요. 본인 "
        "이름으로 쓰시거나 봇 소유자에게 문의해 주세요."
    ),
    data_failed="잘 안 됐어요. 1분 뒤에 다시 시도해 주세요.",
    stats=(
        "답변: 오늘 {turns_today}, 전체 {turns}\n"
        "토큰: 오늘 {tokens_today}, 전체 {tokens}\n"
        "지금: 진행 중 {working}, 대기 중 {waiting}\n"
        "캐시 적중: {hit_percent}%"
    ),
    stats_cache="다시 쓴 답변: {asked}개 가운데 {hits}개(똑같은 질문 {repeats}개, 비슷해서 거절 "
    "{refused}개)",
    listen_object="🙈 제 것은 빼 주세요",
    listen_allow="👂 제 것도 괜찮아요",
    listen_end="⏹ 그만 듣기",
    listen_on=(
        "👂 이 채팅을 듣고 있어요. 저에게 쓰지 않은 메시지의 글을 쓴 사람의 이름과 함께 "
        "보관해요: 최근 {messages}개, 최대 {hours}시간. 여기서 다음 질문에 답할 때 언어 모델에게 "
        "보여 주고, 다른 곳에는 쓰지 않아요. 사진, 파일, 명령은 보관하지 않아요."
    ),
    listen_choice=(
        "원하지 않으시면 ‘{button}’ 버튼을 눌러 주세요. 그러면 회원님의 메시지를 보관하지 않고, "
        "이미 있는 것은 지워요. /forget 명령으로도 지워져요. 관리자는 마지막 버튼이나 "
        "/listen off 명령으로 듣기를 끝낼 수 있어요."
    ),
    listen_voice=(
        "🎤 짧은 음성 메시지도 글로 옮겨서 누가 제 이름을 부르는지 확인해요. 아무도 부르지 "
        "않으면 그 내용은 보관하지 않아요."
    ),
    listen_off=(
        "이 채팅을 듣지 않고 있어요. 저에게 쓰지 않은 것은 보관하지 않아요. 관리자가 바꿀 수 "
        "있어요: /listen on"
    ),
    listen_stopped="이제 이 채팅을 듣지 않아요. 들었던 것은 지웠어요.",
    listen_objected="여기서는 회원님의 메시지를 보관하지 않아요. 들었던 것은 지웠어요.",
    listen_allowed="카드에 적힌 대로 회원님의 메시지를 다시 보관할 수 있어요.",
    listen_admins="이 그룹의 관리자만 정할 수 있어요.",
    listen_groups="그룹에서 쓰는 기능이에요. 여기서는 쓰시는 글을 어차피 모두 읽어요.",
    listen_unavailable="봇 소유자가 듣기 기능을 꺼 두었어요.",
    listen_as_admin=(
        "⚠ 하지만 아직 그런 메시지가 보이지 않아요. 저를 여기 관리자로 만들거나, 봇 소유자에게 "
        "개인정보 보호 모드를 꺼 달라고 한 뒤 저를 다시 추가해 주세요."
    ),
    listen_by_owner=(
        "⚠ 하지만 아직 그런 메시지가 보이지 않아요. 봇 소유자가 먼저 개발자 포털에서 "
        "‘Message Content Intent’ 설정을 허용해야 해요."
    ),
    forget_overheard="들은 메시지: {overheard}개.",
    help_start="인사하기",
    help_help="이 목록 보기",
    help_ask="그룹에서 질문하기",
    help_draw="그림 그리기",
    help_new="새 대화 시작하기",
    help_chats="이전 대화를 보거나 돌아가기",
    help_stop="답변 멈추기",
    help_retry="마지막 질문에 다시 답하기",
    help_continue="마지막 답변 이어서 하기",
    help_model="모델을 보거나 고르기",
    help_persona="저에게 역할 주기",
    help_language="제 언어 고르기",
    help_timezone="시간대 고르기",
    help_listen="그룹 대화 듣기, 또는 그만 듣기",
    help_voice="답변을 음성으로도 듣기, 또는 그만 듣기",
    help_memory="기억한 것을 보거나 찾거나 지우기",
    help_documents="문서를 보거나 지우기",
    help_export="보관된 내 정보를 파일로 받기",
    help_forget="보관된 내 정보 지우기",
    help_people="봇을 사용할 수 있는 사람 보기 또는 변경 (관리자)",
    help_stats="사용량 보기",
    help_usage="사용량과 비용 보기",
    help_set="관리자용: 설정 보기 또는 바꾸기",
    help_news="봇 소식을 여기서 받기, 또는 그만 받기",
    help_broadcast="관리자용: 소식을 원하는 모든 채팅에 쓰기",
    hint_ask="질문",
    hint_draw="그림의 내용",
    hint_chats="대화 번호",
    hint_model="모델 이름",
    hint_persona="제가 맡을 역할",
    hint_language="언어 코드",
    hint_timezone="도시, 예: Asia/Seoul",
    hint_listen="on 또는 off",
    hint_voice="on 또는 off",
    hint_memory="찾을 말",
    hint_documents="‘삭제’ 뒤에 번호",
    hint_export="JSON 없는 파일은 text",
    hint_people="비우면 목록, 또는 변경 내용",
    hint_forget="지우려면 ‘네’",
    hint_set="이름과 값",
    hint_news="on 또는 off",
    hint_broadcast="내용",
    word_yes="네",
    word_on="켜기",
    word_off="끄기",
    word_remove="삭제",
)

ALERTS = AlertWords(
    credit="언어 모델 계정의 크레딧이 다 떨어져서 답할 수 없어요.",
    model_login="언어 모델 서버가 제 토큰을 거부해서 답할 수 없어요.",
    login="{about} 쪽에서 더 이상 제 토큰을 받아들이지 않아요. 그곳에서는 아무것도 오지 않아요.",
    disk="디스크가 가득 찼거나 저장 한도에 이르러서 새 메시지를 받을 수 없어요.",
    database="데이터베이스를 쓸 수 없어서 새 메시지를 받을 수 없어요. 이유는 로그에 있어요.",
    deaf="2분 동안 {about} 쪽에서 아무것도 오지 않았어요.",
    backup="가장 최근 백업이 너무 오래됐어요. 이유는 로그에 있어요.",
    model="{about} 모델이 모두에게 실패하고 있어요. 이유는 로그에 있어요.",
    cap_near="이 봇은 {about}까지의 사용 한도 중 80%를 썼어요.",
    cap_reached="이 봇의 사용 한도를 다 썼어요. {about}까지 아무에게도 답하지 않아요.",
    over="이 문제는 해결됐어요: {said}",
)
