"""The texts of the readable view of exported data in Vietnamese."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Tất cả những gì Pipit lưu về việc này. Vectơ là các con số được tạo từ những văn bản "
        "này; ở đây ghi độ dài thay cho chúng. Mọi thời gian đều theo UTC."
    ),
    chat="Cuộc trò chuyện {chat}",
    person="người {person}",
    chosen="Đã chọn ({name}): {value}",
    reply="Trả lời {author}:",
    reply_plain="Trả lời một tin nhắn:",
    forwarded="Chuyển tiếp từ {author}:",
    forwarded_plain="Một tin nhắn chuyển tiếp:",
    file="Tệp: {name}",
    document="Tài liệu {name}, do {author} gửi",
    used="câu trả lời: {answers} ({ended}), token: {tokens}",
    spent="câu trả lời: {answers} ({model}), token: {tokens}",
    no_model="không có mô hình",
    overheard="Nghe được từ {author}: {text}",
    objection="{person} không muốn bị nghe",
    waiting="đang chờ duyệt",
    since="từ {time}",
    user="Người dùng {person}",
)
