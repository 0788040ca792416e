"""Vietnamese texts of the page."""

from __future__ import annotations

from adapters.web.wording.words import (
    MenuWords,
    PageWords,
    PanelWords,
    UploadWords,
    VoiceWords,
    WebWords,
)

WORDS = WebWords(
    page=PageWords(
        language="vi",
        ask="Nhập tin nhắn",
        send="Gửi",
        stop="Dừng",
        resume="Tiếp tục",
        retry="Thử lại",
        fresh="Cuộc mới",
        menu="Trình đơn",
        close="Đóng",
        conversation="Cuộc trò chuyện",
        thinking="Pipit đang suy nghĩ",
        offline="Mất kết nối. Trang sẽ tự quay lại câu trả lời.",
        unsent="Chưa gửi được. Đang thử lại.",
        hello="Xin chào! Bạn cứ hỏi bất cứ điều gì.",
        password="Mật khẩu",
        enter="Vào",
        wrong="Mật khẩu không đúng.",
        busy="Đang có nhiều mật khẩu được thử. Bạn thử lại sau giây lát nhé.",
        leave="Đăng xuất",
        returned="Không gửi được. Nội dung của bạn đã trở lại trong ô.",
        name="Tiếng Việt",
        copy="Sao chép",
        copied="Đã sao chép",
        again="Thử lại",
        too_long="Dài quá: {length} ký tự, tối đa {most}. Hãy gửi thành nhiều phần.",
    ),
    menu=MenuWords(
        chats="Các cuộc trò chuyện",
        settings="Cài đặt",
        language="Ngôn ngữ",
        model="Mô hình",
        documents="Tài liệu",
        remove="Xóa",
        more="Thêm",
        later="Việc này được thực hiện ngay khi câu trả lời hiện tại kết thúc.",
    ),
    uploads=UploadWords(
        attach="Thêm ảnh hoặc tệp",
        remove="Bỏ {name}",
        uploading="Các tệp vẫn đang được gửi.",
        large="{name} quá lớn: tối đa {most} MB.",
        failed="Không gửi được {name}. Hãy bỏ tệp này rồi thử lại.",
    ),
    voice=VoiceWords(
        record="Ghi tin nhắn thoại",
        recording="Đang ghi âm",
        finish="Kết thúc ghi âm",
        discard="Bỏ bản ghi âm",
        play="Phát",
        pause="Tạm dừng",
        denied=(
            "Trình duyệt không cho trang này dùng micrô. Hãy cho phép trong cài đặt của "
            "trình duyệt."
        ),
        missing="Không tìm thấy micrô.",
        broken="Không ghi âm được. Vui lòng thử lại.",
    ),
    panel=PanelWords(
        kept="Những gì được ghi nhớ",
        nothing="Chưa ghi nhớ điều gì.",
        again="Làm mới",
        export="Lưu tất cả thành tệp",
        exported="Tệp ở trong cuộc trò chuyện.",
        role="Vai của trợ lý",
        role_hint="một giáo viên toán kiên nhẫn",
        take="Đặt vai",
        taken="Đã đặt.",
        sure="Có, xóa vĩnh viễn mọi thứ",
        erase="Xóa mọi thứ",
        tick="Trước hết hãy đánh dấu ô bên trên.",
        erased="Đã xóa.",
        failed="Không thành công. Bạn thử lại nhé.",
    ),
)
