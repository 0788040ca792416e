"""Thai texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ คุณใช้โควตาไปแล้ว {percent} % โควตาจะเริ่มใหม่เมื่อ {time}",
    near_chat="⚠ แชตนี้ใช้โควตาไปแล้ว {percent} % โควตาจะเริ่มใหม่เมื่อ {time}",
    cheaper="จนถึงตอนนั้นโมเดลที่เล็กกว่าจะเป็นผู้ตอบ: {model}",
    stop_person="คุณใช้โควตาหมดแล้ว จะตอบคุณได้อีกครั้งเมื่อ {time}",
    stop_chat="แชตนี้ใช้โควตาหมดแล้ว จะตอบที่นี่ได้อีกครั้งเมื่อ {time}",
    stop_total="บอตนี้ใช้โควตาหมดแล้ว จะตอบได้อีกครั้งเมื่อ {time}",
    usage_today="วันนี้ (UTC)",
    usage_month="เดือนนี้ (UTC)",
    usage_sum="คำตอบ: {answers}, โทเค็น: {tokens}",
    usage_people="ผู้ใช้ เรียงตามโทเค็น",
    usage_chats="แชต เรียงตามโทเค็น",
    usage_models="โมเดล เรียงตามโทเค็น",
    usage_estimated="ส่วนที่ประมาณเพราะบริการไม่ได้รายงาน: {percent} % ของโทเค็น",
    usage_allowance="คุณใช้โควตาไปแล้ว {percent} % โควตาจะเริ่มใหม่เมื่อ {time}",
    usage_erased="ข้อมูลที่ลบแล้ว",
    only_admins="มีเพียงผู้ดูแลของบอตนี้ที่ทำได้",
    set_head=("การตั้งค่าเหล่านี้เปลี่ยนได้จากที่นี่ วิธีเปลี่ยน: /set ชื่อ ค่า วิธีกลับไปใช้ค่าในไฟล์: /set ชื่อ -"),
    set_done="ตอนนี้ {name} คือ {value}",
    set_back="{name} กลับไปใช้ค่าในไฟล์การตั้งค่าแล้ว: {value}",
    set_unknown="เปลี่ยน {name} จากแชตไม่ได้ /set จะแสดงสิ่งที่เปลี่ยนได้",
    set_wrong="ไม่มีอะไรเปลี่ยน {problem}",
    in_private="โปรดทำสิ่งนั้นในแชตส่วนตัวกับบอต",
    news_on="แชตนี้ได้รับข่าวของบอต หากต้องการหยุด: /news off",
    news_off="แชตนี้ไม่ได้รับข่าวของบอต หากต้องการรับ: /news on",
    broadcast_how="เขียนข้อความหลังคำสั่ง: /broadcast ข้อความ",
    broadcast_nobody="ยังไม่มีใครต้องการข่าว ขอรับข่าวได้ด้วย /news on",
    broadcast_long="ยาวเกินไป จำนวนอักขระสูงสุด: {most}",
    broadcast_running="ยังมีข้อความที่กำลังส่งอยู่ หากต้องการหยุด: /broadcast stop",
    broadcast_preview="แชตที่จะได้รับข้อความนี้: {chats}",
    broadcast_send="✉ ส่ง",
    broadcast_cancel="✕ ยกเลิก",
    broadcast_progress="กำลังส่ง ถึงแล้ว: {sent} จาก {chats} ติดต่อไม่ได้: {gone}",
    broadcast_done="เสร็จแล้ว ถึงแล้ว: {sent} จาก {chats} ติดต่อไม่ได้: {gone}",
    broadcast_stopped="หยุดก่อนกำหนด ถึงแล้ว: {sent} จาก {chats} ติดต่อไม่ได้: {gone}",
    broadcast_cancelled="ไม่มีการส่งอะไร",
    broadcast_idle="ตอนนี้ไม่มีอะไรกำลังส่ง",
)
