"""Turkish texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Kotanızın %{percent} kadarını kullandınız. {time} tarihinde yenilenir.",
    near_chat="⚠ Bu sohbet kotasının %{percent} kadarını kullandı. {time} tarihinde yenilenir.",
    cheaper="O zamana kadar daha küçük bir model yanıtlar: {model}.",
    stop_person="Kotanız doldu. Size yeniden yanıt verebileceğim zaman: {time}.",
    stop_chat="Bu sohbetin kotası doldu. Burada yeniden yanıt verebileceğim zaman: {time}.",
    stop_total="Bu botun kotası doldu. Yeniden yanıt verebileceğim zaman: {time}.",
    usage_today="Bugün (UTC)",
    usage_month="Bu ay (UTC)",
    usage_sum="Yanıtlar: {answers}, token: {tokens}",
    usage_people="Kişiler, tokene göre",
    usage_chats="Sohbetler, tokene göre",
    usage_models="Modeller, tokene göre",
    usage_estimated="Hizmet bildirmediği için tahmin edilen: tokenlerin %{percent} kadarı.",
    usage_allowance="Kotanızın %{percent} kadarını kullandınız. {time} tarihinde yenilenir.",
    usage_erased="silinmiş veriler",
    only_admins="Bunu yalnızca bu botun yöneticileri yapabilir.",
    set_head=(
        "Bu ayarlar buradan değiştirilebilir. Değiştirmek için: /set AD DEĞER. Dosyadaki "
        "değere dönmek için: /set AD -"
    ),
    set_done="{name} artık {value}.",
    set_back="{name} yeniden ayar dosyasındaki değerde: {value}.",
    set_unknown="{name} sohbetten değiştirilemez. Nelerin değişebileceğini /set gösterir.",
    set_wrong="Hiçbir şey değişmedi. {problem}",
    in_private="Lütfen bunu benimle özel sohbette yapın.",
    news_on="Bu sohbet botun haberlerini alıyor. Bitirmek için: /news off",
    news_off="Bu sohbet botun haberlerini almıyor. Almak için: /news on",
    news_unavailable="Bu sohbete haber gönderemiyorum.",
    broadcast_how="Mesajı komuttan sonra yazın: /broadcast METİN",
    broadcast_nobody="Henüz kimse haber istemiyor. Haberler şununla istenir: /news on",
    broadcast_long="Bu çok uzun. En fazla karakter sayısı: {most}.",
    broadcast_running="Bir mesaj hâlâ gönderiliyor. Bitirmek için: /broadcast stop",
    broadcast_preview="Bunu alacak sohbetler: {chats}",
    broadcast_send="✉ Gönder",
    broadcast_cancel="✕ Vazgeç",
    broadcast_progress="Gönderiliyor. Ulaşan: {sent}/{chats}, ulaşılamayan: {gone}",
    broadcast_done="Bitti. Ulaşan: {sent}/{chats}, ulaşılamayan: {gone}",
    broadcast_stopped="Erken bitirildi. Ulaşan: {sent}/{chats}, ulaşılamayan: {gone}",
    broadcast_cancelled="Hiçbir şey gönderilmedi.",
    broadcast_idle="Şu anda bir şey gönderilmiyor.",
)
