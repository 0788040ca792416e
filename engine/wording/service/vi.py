"""Vietnamese texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Bạn đã dùng {percent} % hạn mức của mình. Hạn mức bắt đầu lại lúc {time}.",
    near_chat=(
        "⚠ Cuộc trò chuyện này đã dùng {percent} % hạn mức. Hạn mức bắt đầu lại lúc {time}."
    ),
    cheaper="Từ giờ đến lúc đó, một mô hình nhỏ hơn trả lời: {model}.",
    stop_person="Bạn đã dùng hết hạn mức. Mình có thể trả lời bạn lại lúc {time}.",
    stop_chat=("Cuộc trò chuyện này đã dùng hết hạn mức. Mình lại trả lời được ở đây lúc {time}."),
    stop_total="Bot này đã dùng hết hạn mức. Mình có thể trả lời lại lúc {time}.",
    usage_today="Hôm nay (UTC)",
    usage_month="Tháng này (UTC)",
    usage_sum="Câu trả lời: {answers}, token: {tokens}",
    usage_people="Người dùng, theo token",
    usage_chats="Cuộc trò chuyện, theo token",
    usage_models="Mô hình, theo token",
    usage_estimated="Ước tính, vì dịch vụ không báo: {percent} % số token.",
    usage_allowance="Bạn đã dùng {percent} % hạn mức của mình. Hạn mức bắt đầu lại lúc {time}.",
    usage_erased="dữ liệu đã xóa",
    only_admins="Chỉ quản trị viên của bot này mới làm được việc đó.",
    set_head=(
        "Có thể đổi các thiết lập này từ đây. Để đổi: /set TÊN GIÁ_TRỊ. Để trở lại giá "
        "trị của tệp: /set TÊN -"
    ),
    set_done="{name} bây giờ là {value}.",
    set_back="{name} lại có giá trị của tệp thiết lập: {value}.",
    set_unknown="Không thể đổi {name} từ cuộc trò chuyện. /set liệt kê những gì có thể.",
    set_wrong="Không có gì thay đổi. {problem}",
    in_private="Hãy làm việc đó trong cuộc trò chuyện riêng với mình.",
    news_on="Cuộc trò chuyện này nhận tin của bot. Để dừng: /news off",
    news_off="Cuộc trò chuyện này không nhận tin của bot. Để nhận: /news on",
    news_unavailable="Mình không thể gửi tin đến cuộc trò chuyện này.",
    broadcast_how="Hãy viết tin nhắn sau lệnh: /broadcast NỘI_DUNG",
    broadcast_nobody="Chưa ai muốn nhận tin. Mọi người yêu cầu bằng /news on",
    broadcast_long="Quá dài. Số ký tự nhiều nhất: {most}.",
    broadcast_running="Một tin nhắn vẫn đang được gửi. Để dừng: /broadcast stop",
    broadcast_preview="Số cuộc trò chuyện sẽ nhận: {chats}",
    broadcast_send="✉ Gửi",
    broadcast_cancel="✕ Hủy",
    broadcast_progress="Đang gửi. Đã đến: {sent} trên {chats}, không liên lạc được: {gone}",
    broadcast_done="Xong. Đã đến: {sent} trên {chats}, không liên lạc được: {gone}",
    broadcast_stopped="Đã dừng sớm. Đã đến: {sent} trên {chats}, không liên lạc được: {gone}",
    broadcast_cancelled="Không có gì được gửi.",
    broadcast_idle="Hiện không có gì đang được gửi.",
)
