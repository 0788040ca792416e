"""The texts about approvals, people and roles in Vietnamese."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked=(
        "Mình đã hỏi những người quản lý bot này xem bạn có được dùng nó không. Mình giữ tin "
        "nhắn của bạn và sẽ trả lời ngay khi họ đồng ý."
    ),
    asked_group=(
        "Mình đã hỏi những người quản lý bot này xem mình có được trả lời trong nhóm này "
        "không. Mình giữ tin nhắn của bạn và sẽ trả lời ngay khi họ đồng ý."
    ),
    full="Hiện có quá nhiều người đang chờ cho phép. Vui lòng thử lại sau.",
    admitted="Giờ bạn có thể dùng bot này. Vui lòng gửi lại câu hỏi của bạn.",
    wants="{name} trên {platform} muốn dùng bot này.",
    wants_group="Nhóm {name} trên {platform} muốn dùng bot này.",
    more="Còn nhiều người khác đang chờ quyết định. /people hiển thị tất cả.",
    approve="Cho phép",
    block="Chặn",
    decided="{admin} quyết định, {date}",
    already="{admin} đã quyết định rồi: {state}",
    head="Người và nhóm, từ {first} đến {last} trong {all}:",
    nothing="Ở đây chưa có gì.",
    log_head="Các quyết định mới nhất:",
    waiting="đang chờ quyết định",
    approved="được phép",
    blocked="bị chặn",
    removed="{id} không còn trong danh sách. Tin nhắn tiếp theo từ đó được coi là tin đầu tiên.",
    unknown="Mình biết các lệnh này. ID gồm nền tảng và số, ví dụ telegram:123456.",
    roles="Các vai trò: {roles}",
    admin_fixed="Quản trị viên được đặt trong ADMIN_USERS và không thể đổi ở đây.",
    only_admins="Chỉ quản trị viên của bot này mới làm được việc này.",
    private_only="Bạn hãy nhắn điều này cho mình trong cuộc trò chuyện riêng nhé.",
    admin="quản trị viên",
    member="thành viên",
    guest="khách",
    child="trẻ em",
    persona_fixed="Vai của mình với bạn do người quản lý bot đặt và không thể đổi ở đây.",
    no_documents="Bạn không được gửi tài liệu cho bot này nên mình đã không đọc tệp.",
)
