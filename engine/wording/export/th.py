"""The texts of the readable view of exported data in Thai."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "ทั้งหมดที่ Pipit เก็บไว้เกี่ยวกับเรื่องนี้ เวกเตอร์คือตัวเลขที่สร้างจากข้อความเหล่านี้ ที่นี่แสดงเฉ"
        "พาะความยาว เวลาทั้งหมดเป็น UTC"
    ),
    chat="แชต {chat}",
    person="บุคคล {person}",
    chosen="ที่เลือกไว้ ({name}): {value}",
    reply="ตอบกลับ {author}:",
    reply_plain="ตอบกลับข้อความ:",
    forwarded="ส่งต่อจาก {author}:",
    forwarded_plain="ข้อความที่ส่งต่อ:",
    file="ไฟล์: {name}",
    document="เอกสาร {name} ส่งโดย {author}",
    used="คำตอบ: {answers} ({ended}) โทเค็น: {tokens}",
    spent="คำตอบ: {answers} ({model}) โทเค็น: {tokens}",
    no_model="ไม่มีโมเดล",
    overheard="ได้ยินจาก {author}: {text}",
    objection="{person} ไม่ต้องการให้ฟัง",
    waiting="รอการอนุมัติ",
    since="ตั้งแต่ {time}",
    user="ผู้ใช้ {person}",
)
