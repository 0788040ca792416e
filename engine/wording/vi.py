"""Vietnamese texts, friendly (bạn)."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Tiếng Việt",
    stop="⏹ Dừng",
    resume="▶ Tiếp tục",
    retry="↻ Thử lại",
    cut_length="✂ Một câu trả lời không thể dài hơn. Xem tiếp: /continue",
    cut_deadline="⏱ Hết giờ ({seconds} giây). Xem tiếp: /continue",
    cut_stopped="⏹ Đã dừng. Xem tiếp: /continue",
    cut_failed=(
        "⚠ Kết nối với mô hình ngôn ngữ bị đứt. /continue viết tiếp từ đây, /retry làm lại từ đầu."
    ),
    paused="⏸ Mình đang khởi động lại và sẽ viết nốt ngay.",
    unseen="Mình không xem được tin nhắn mà bạn đã trả lời.",
    empty_answer="Mô hình ngôn ngữ đưa ra câu trả lời trống. Thử lại: /retry",
    thinking="💭 Đang suy nghĩ…",
    thought_only=(
        "Mô hình ngôn ngữ chỉ suy nghĩ mà chưa có câu trả lời. Thử lại: /retry, hoặc chọn "
        "/model khác."
    ),
    no_words="Mô hình ngôn ngữ không trả lời trong {seconds} giây. Thử lại: /retry",
    stopped_empty="⏹ Đã dừng.",
    filtered=(
        "Dịch vụ mô hình ngôn ngữ không cho phép trả lời điều này. Bạn hãy hỏi theo cách khác nhé."
    ),
    cut_filtered=(
        "✂ Dịch vụ mô hình ngôn ngữ đã kết thúc câu trả lời tại đây vì quy định về nội dung. "
        "Làm lại từ đầu: /retry"
    ),
    model_gone=(
        "Mô hình ngôn ngữ này không còn nữa. Hãy chọn mô hình khác: /model. Chỉ chủ bot mới đổi "
        "được danh sách."
    ),
    from_cache="↺ Câu này mình từng được hỏi rồi. Nút bên dưới hỏi lại mô hình.",
    model_unavailable=(
        "Hiện mình không kết nối được với mô hình ngôn ngữ. Bạn thử lại sau một phút: /retry"
    ),
    model_refused=(
        "Mô hình ngôn ngữ không nhận câu hỏi này. Hãy thử cách diễn đạt khác hoặc /model khác."
    ),
    not_accepted="Mô hình ngôn ngữ từ chối mã truy cập của bot này. Chỉ chủ bot mới sửa được.",
    out_of_credit="Bot này đã hết tiền cho mô hình ngôn ngữ. Chỉ chủ bot mới xử lý được.",
    too_long=(
        "Nội dung này quá dài với mô hình ngôn ngữ. Hãy gửi ít hơn mỗi lần, hoặc bắt đầu lại "
        "bằng /new."
    ),
    gave_up="Mình đã thử vài lần mà không được. Nút bên dưới sẽ thử thêm một lần.",
    too_heavy=(
        "Mình đã bị sập ba lần vì việc này nên không tự thử lại nữa. Nút bên dưới sẽ thử thêm "
        "một lần."
    ),
    waiting="⏳ Đang xếp hàng, số câu hỏi trước bạn: {ahead}. Câu trả lời sẽ hiện ở đây.",
    busy="Hiện có nhiều câu hỏi hơn mức mình trả lời kịp. Bạn gửi lại sau một phút nhé.",
    cannot_save="Hiện mình không lưu được tin nhắn nên chưa nhận tin này. Bạn gửi lại sau nhé.",
    not_allowed="Đây là bot riêng tư. Để được dùng, hãy gửi số này cho chủ bot: {user_id}",
    too_fast="Bạn gửi hơi nhiều một lúc. Vui lòng đợi {seconds} giây.",
    no_files="Mình chưa đọc được tệp. Bạn gửi văn bản nhé.",
    file_reading="📄 Đang đọc {name}: {percent} %",
    file_kept="📄 Mình đã đọc {name}. Bạn cứ hỏi về nó! /documents để xem và xóa.",
    file_replaced="📄 Mình đã đọc bản mới của {name}. Bản này thay cho bản trước.",
    file_known="📄 Mình đã biết {name} rồi. Nội dung không có gì thay đổi.",
    file_unread=("Mình không đọc được các trang này của {name}: {pages}. Có vẻ chúng là hình ảnh."),
    file_kind=(
        "Mình không đọc được {name}. Mình nhận tệp PDF, Word, Excel, PowerPoint, OpenDocument, "
        "EPUB, RTF, HTML, Markdown, CSV và văn bản."
    ),
    file_large="{name} quá lớn với mình. Bạn gửi tệp nhỏ hơn nhé.",
    file_long="{name} quá dài với mình. Bạn gửi một phần thôi nhé.",
    file_locked="{name} có mật khẩu bảo vệ. Bạn gửi bản không có mật khẩu nhé.",
    file_empty="Mình không thấy văn bản trong {name}. Nếu là bản quét thì mình không đọc được.",
    file_slow="Đọc {name} mất quá nhiều thời gian. Bạn gửi một phần thôi nhé.",
    file_full="Mình không giữ thêm tài liệu ở đây được nữa. Dùng /documents để xóa bớt.",
    file_lost="Mình không nhận được {name}. Bạn gửi lại nhé.",
    file_broken="Mình không đọc được {name}: có vẻ tệp bị hỏng.",
    picture_blind=(
        "Mô hình ngôn ngữ ở đây không xem được hình. Chủ bot có thể chỉ định một mô hình xem "
        "được: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "Mô hình nhỏ có sẵn không xem được hình. Chủ bot có thể đặt HF_TOKEN và HF_VISION_MODEL."
    ),
    picture_refused=("Mô hình ngôn ngữ không nhận hình này nên mình đã trả lời mà không xem hình."),
    picture_left="Mình đã xem {seen} trong số {all} hình. Bạn gửi riêng các hình còn lại nhé.",
    picture_still="Với {name}, mình chỉ xem được một khung hình.",
    picture_small=(
        "Với {name}, mình chỉ xem được bản xem trước nhỏ. Bạn gửi dạng ảnh hoặc cỡ nhỏ hơn nhé."
    ),
    picture_gone="{name} không còn ở đó nữa nên mình không xem được.",
    picture_kind=(
        "Mình không xem được {name}. Mình nhận hình JPEG, PNG, WebP, HEIC, AVIF, GIF và BMP."
    ),
    picture_large="{name} quá lớn để mình xem. Bạn gửi bản nhỏ hơn nhé.",
    picture_broken="Mình không xem được {name}: có vẻ hình bị hỏng.",
    voice_listening="Mình đang nghe …",
    voice_deaf=(
        "Ở đây mình không nghe được giọng nói. Chủ bot có thể đặt SPEECH_BASE_URL. Bạn nhắn chữ "
        "nhé."
    ),
    voice_built_in=(
        "Mô hình nhỏ có sẵn không nghe được giọng nói. Chủ bot có thể đặt HF_TOKEN hoặc "
        "SPEECH_BASE_URL."
    ),
    voice_silent="Mình không nghe thấy lời nào trong bản ghi.",
    voice_failed="Hiện mình chưa chép lại được bản ghi. Bạn thử lại sau một phút nhé.",
    voice_format=("Dịch vụ chép lời không đọc được loại bản ghi này. Bạn gửi tin nhắn thoại nhé."),
    voice_long="Bản ghi quá dài với mình. Mình nhận tối đa {minutes} phút và 20 MB.",
    draw_off="Ở đây mình không vẽ được. Chủ bot có thể đặt HF_IMAGE_MODEL.",
    draw_how="Bạn cho mình biết cần vẽ gì, ví dụ: /draw ngọn hải đăng trong đêm",
    draw_filtered=(
        "Dịch vụ hình ảnh không vẽ điều này vì quy định nội dung. Bạn hãy chọn hình khác nhé."
    ),
    draw_credit="Bot này đã hết tiền cho hình ảnh. Chỉ chủ bot mới xử lý được.",
    draw_unknown=(
        "Dịch vụ hình ảnh không có mô hình đã đặt. Chủ bot có thể chọn mô hình khác: "
        "HF_IMAGE_MODEL."
    ),
    draw_rejected="Dịch vụ hình ảnh từ chối mã truy cập của bot này. Chỉ chủ bot mới sửa được.",
    draw_refused="Dịch vụ hình ảnh không nhận yêu cầu này. Bạn thử dùng từ khác nhé.",
    draw_failed="Hiện mình không kết nối được với dịch vụ hình ảnh. Bạn thử lại sau một phút nhé.",
    draw_slow="Vẽ hình mất quá nhiều thời gian. Bạn thử lại nhé.",
    draw_large="Hình quá lớn để gửi. Bạn thử lại nhé.",
    draw_unsent="Hình đã vẽ xong nhưng không gửi được trong cuộc trò chuyện này.",
    speak_unset="Ở đây mình không nói được. Chủ bot có thể đặt HF_VOICE_MODEL.",
    speak_on="🔊 Ở đây mình trả lời cả bằng tin nhắn thoại. Để tắt: /voice off",
    speak_off="Ở đây mình chỉ trả lời bằng chữ. Để nghe cả giọng nói: /voice on",
    speak_failed="🔇 Mình không đọc được câu trả lời này. Nút bên dưới thử lại.",
    speak_owner=(
        "🔇 Dịch vụ giọng nói không nhận mã truy cập, mô hình hoặc số dư của bot này. Chỉ "
        "chủ bot mới sửa được."
    ),
    memory_off="Ở đây mình chỉ nhớ cuộc trò chuyện đang diễn ra.",
    memory_head="Mình nhớ những điều này (/memory xóa kèm số để xóa một mục):",
    memory_none="Mình không tìm thấy gì về điều đó trong trí nhớ.",
    memory_removed="Đã xóa mục số {number}.",
    memory_unknown="Mình không có số đó, hoặc nó không phải của bạn.",
    documents_head="Mình có các tài liệu này (/documents xóa kèm số để xóa một tài liệu):",
    documents_none=(
        "Ở đây mình chưa có tài liệu nào. Hãy gửi tệp PDF, Word, Excel, văn bản hoặc HTML."
    ),
    document_removed="Đã xóa tài liệu.",
    document_unknown="Mình không có số đó, hoặc nó không phải của bạn.",
    start=(
        "Xin chào! Mình là Pipit. Bạn cứ hỏi bất cứ điều gì, mình trả lời ngay và ngắn gọn. "
        "/help cho biết mình còn làm được gì."
    ),
    help_head="Bạn cứ nhắn cho mình. Mình còn hiểu:",
    help_row="/{name} - {about}",
    unknown_command="Mình không biết {command}. /help cho biết mình làm được gì.",
    fresh="Cuộc trò chuyện mới. Mình cất cuộc trước sang một bên.",
    chats_head="Các cuộc trò chuyện ở đây (/chats kèm số để quay lại một cuộc):",
    chats_none="Ở đây chưa có cuộc trò chuyện nào trước đó.",
    chats_unknown="Mình không có cuộc trò chuyện đó. /chats để xem danh sách.",
    chats_back="Ta đã quay lại cuộc trò chuyện đó. Bạn nói tiếp đi!",
    nothing_to_stop="Hiện không có gì để dừng.",
    stopping="Mình đang dừng.",
    only_author="Chỉ người đã hỏi mới làm được việc này.",
    nothing_to_retry="Chưa có câu trả lời nào để thử lại.",
    nothing_to_continue="Chưa có câu trả lời nào để viết tiếp.",
    button_old="Nút này đã quá cũ. Bạn hỏi lại nhé.",
    button_done="Đã làm rồi.",
    model_now="Mô hình: {model}. Để đổi, hãy gửi /model kèm một trong các tên sau: {models}",
    model_set="Từ giờ {model} trả lời trong cuộc trò chuyện này.",
    model_unknown="Mình không có {model}. Hãy chọn một trong các tên sau: {models}",
    persona_now=("Vai của mình ở đây: {persona}\nĐể kết thúc: /persona tắt"),
    persona_none="Hãy cho biết mình nên là ai, ví dụ: /persona một giáo viên toán kiên nhẫn",
    persona_set="Được rồi. Đó là vai của mình ở đây.",
    persona_cleared="Mình lại chỉ là Pipit thôi.",
    persona_long="Dài quá. Số ký tự tối đa: {most}.",
    language_now=(
        "Ngôn ngữ: {language}. Để đổi, hãy gửi /language kèm một trong các mã sau: {languages}"
    ),
    language_set="Ngôn ngữ: {language}. Mình trả lời bằng ngôn ngữ mà bạn viết.",
    language_unknown="Mình không có ngôn ngữ đó. Hãy chọn một trong các mã sau: {languages}",
    timezone_now=(
        "Múi giờ: {zone}. Ngày giờ ở đó: {time}. Để đổi, hãy gửi /timezone kèm một thành phố, "
        "ví dụ: /timezone Asia/Ho_Chi_Minh"
    ),
    timezone_set="Múi giờ: {zone}. Ngày giờ ở đó: {time}.",
    timezone_unknown=(
        "Mình không biết múi giờ {zone}. Hãy gửi một thành phố lớn gần bạn, ví dụ: /timezone "
        "Asia/Ho_Chi_Minh"
    ),
    export_chat="Đây là tất cả những gì mình lưu từ cuộc trò chuyện này.",
    export_own="Đây là tất cả những gì mình lưu về bạn ở đây.",
    evicted="Mình buộc phải xóa các câu trả lời hoặc tài liệu cũ ở đây vì bộ nhớ đã đầy.",
    export_long=(
        "Nội dung quá nhiều cho một tệp ở đây. Chỉ người vận hành bot mới có thể giao nó."
    ),
    forget_chat=(
        "Việc này xóa vĩnh viễn mọi thứ mình lưu từ cuộc trò chuyện này. Câu trả lời: {turns}, "
        "tài liệu: {documents}. Để xóa, gửi trong {minutes} phút: /forget có"
    ),
    forget_own=(
        "Việc này xóa vĩnh viễn mọi thứ mình lưu về bạn ở đây. Câu trả lời: {turns}, tài liệu: "
        "{documents}. Để xóa, gửi trong {minutes} phút: /forget có"
    ),
    forgotten="Xong. Đã xóa hết.",
    anonymous=(
        "Bạn viết dưới tên của nhóm, người khác cũng vậy, nên mình không biết đâu là của bạn. "
        "Hãy viết bằng tên của bạn hoặc hỏi chủ bot."
    ),
    data_failed="Không thành công. Bạn thử lại sau một phút nhé.",
    stats=(
        "Câu trả lời: hôm nay {turns_today}, tổng cộng {turns}\n"
        "Token: hôm nay {tokens_today}, tổng cộng {tokens}\n"
        "Hiện tại: đang chạy {working}, đang chờ {waiting}\n"
        "Lấy từ bộ nhớ đệm: {hit_percent} %"
    ),
    stats_cache=(
        "Câu trả lời dùng lại: {hits} trên {asked} (giống từng chữ: {repeats}, gần giống bị "
        "loại: {refused})"
    ),
    listen_object="🙈 Đừng lưu của tôi",
    listen_allow="👂 Lưu cả của tôi",
    listen_end="⏹ Kết thúc",
    listen_on=(
        "👂 Mình đang nghe cuộc trò chuyện này. Mình lưu chữ của những tin nhắn không gửi cho "
        "mình, kèm tên người viết: {messages} tin mới nhất, tối đa {hours} giờ. Mình cho mô "
        "hình ngôn ngữ xem chúng cùng các câu hỏi tiếp theo ở đây và không dùng vào việc gì "
        "khác. Mình không lưu ảnh, tệp hay lệnh."
    ),
    listen_choice=(
        "Nếu bạn không muốn, hãy chạm “{button}”: mình sẽ không lưu gì của bạn và xóa những gì "
        "đã có. /forget cũng xóa chúng. Quản trị viên kết thúc việc nghe bằng nút cuối cùng "
        "hoặc /listen off."
    ),
    listen_voice=(
        "🎤 Mình cũng chép lại tin nhắn thoại ngắn, để biết có ai gọi tên mình không. Nếu "
        "không có ai gọi, mình không lưu gì từ đó."
    ),
    listen_off=(
        "Mình không nghe cuộc trò chuyện này: mình không lưu gì ngoài những tin gửi cho mình. "
        "Quản trị viên có thể đổi bằng /listen on"
    ),
    listen_stopped="Mình không còn nghe cuộc trò chuyện này nữa. Những gì đã nghe đều đã xóa.",
    listen_objected="Mình không lưu tin nhắn nào của bạn ở đây. Những gì đã nghe đều đã xóa.",
    listen_allowed="Mình lại được lưu tin nhắn của bạn ở đây, như thẻ đã ghi.",
    listen_admins="Chỉ quản trị viên của nhóm này mới quyết định được.",
    listen_groups="Lệnh này dành cho nhóm. Ở đây mình vốn đọc mọi điều bạn viết.",
    listen_unavailable="Chủ bot đã tắt tính năng nghe.",
    listen_as_admin=(
        "⚠ Nhưng mình chưa thấy được những tin như vậy. Hãy cho mình làm quản trị viên, hoặc "
        "nhờ chủ bot tắt chế độ riêng tư rồi thêm mình lại."
    ),
    listen_by_owner=(
        "⚠ Nhưng mình chưa thấy được những tin như vậy. Trước hết chủ bot phải cho phép: "
        "“Message Content Intent” trong cổng dành cho nhà phát triển."
    ),
    forget_overheard="Tin nhắn đã nghe: {overheard}.",
    help_start="chào hỏi",
    help_help="hiện danh sách này",
    help_ask="hỏi trong một nhóm",
    help_draw="vẽ một bức hình",
    help_new="bắt đầu cuộc trò chuyện mới",
    help_chats="xem các cuộc trò chuyện trước hoặc quay lại một cuộc",
    help_stop="dừng câu trả lời",
    help_retry="trả lời lại câu hỏi cuối",
    help_continue="viết tiếp câu trả lời cuối",
    help_model="xem hoặc chọn mô hình",
    help_persona="cho mình một vai",
    help_language="chọn ngôn ngữ của mình",
    help_timezone="chọn múi giờ",
    help_listen="cho mình nghe một nhóm, hoặc dừng việc đó",
    help_voice="đọc cả câu trả lời thành tiếng, hoặc dừng",
    help_memory="xem, tìm hoặc xóa những gì mình nhớ",
    help_documents="xem hoặc xóa tài liệu",
    help_export="nhận tệp chứa những gì mình lưu về bạn",
    help_forget="xóa những gì mình lưu về bạn",
    help_people="xem hoặc đổi ai được dùng bot (quản trị viên)",
    help_stats="xem mức sử dụng",
    help_usage="xem mức dùng và chi phí",
    help_set="cho quản trị viên: xem hoặc đổi thiết lập",
    help_news="nhận tin của bot ở đây, hoặc dừng việc đó",
    help_broadcast="cho quản trị viên: viết cho mọi cuộc trò chuyện muốn nhận tin",
    hint_ask="câu hỏi",
    hint_draw="nội dung bức hình",
    hint_chats="số của một cuộc trò chuyện",
    hint_model="tên mô hình",
    hint_persona="mình nên là ai",
    hint_language="mã ngôn ngữ",
    hint_timezone="thành phố, ví dụ Asia/Ho_Chi_Minh",
    hint_listen="on hoặc off",
    hint_voice="on hoặc off",
    hint_memory="từ cần tìm",
    hint_documents="xóa và một số",
    hint_export="text để nhận tệp không có JSON",
    hint_people="để trống để xem danh sách, hoặc một thay đổi",
    hint_forget="có để xóa",
    hint_set="tên và giá trị",
    hint_news="on hoặc off",
    hint_broadcast="nội dung",
    word_yes="có",
    word_on="bật",
    word_off="tắt",
    word_remove="xóa",
)

ALERTS = AlertWords(
    credit="Tài khoản của mô hình ngôn ngữ đã hết tiền nên mình không trả lời được.",
    model_login=(
        "Máy chủ của mô hình ngôn ngữ từ chối mã truy cập của mình nên mình không trả lời được."
    ),
    login="{about} không còn nhận mã truy cập của mình. Mình không nhận được gì từ đó.",
    disk="Ổ đĩa đã đầy hoặc đã đến giới hạn lưu trữ nên mình không nhận được tin nhắn mới.",
    database=(
        "Cơ sở dữ liệu không dùng được nên mình không nhận được tin nhắn mới. Lý do có trong "
        "nhật ký."
    ),
    deaf="Đã hai phút mình không nhận được gì từ {about}.",
    backup="Bản sao lưu mới nhất đã quá cũ. Lý do có trong nhật ký.",
    model="Mô hình {about} bị lỗi với mọi người. Lý do có trong nhật ký.",
    cap_near="Bot này đã dùng 80 % hạn mức đến {about}.",
    cap_reached="Bot này đã dùng hết hạn mức. Bot không trả lời ai cho đến {about}.",
    over="Sự cố này đã hết: {said}",
)
