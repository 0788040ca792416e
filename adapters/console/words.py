"""The console's own texts, in the languages that Pipit speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.text.language_tags import primary_language


@dataclass(frozen=True)
class ConsoleWords:
    """The console's own texts in one language."""

    greeting: str
    thinking: str
    stopping: str
    unkept: str
    saved: str  # fields: {path}
    no_file: str  # fields: {reason}
    demonstration: str  # fields: {name}


PROMPT = "> "
LANGUAGES: Mapping[str, ConsoleWords] = {
    "en": ConsoleWords(
        "/help lists the commands, /file PATH sends a file,\n"
        "Ctrl-C stops an answer, Ctrl-D leaves.",
        "thinking",
        "stopping (Ctrl-C again leaves)",
        "the message could not be stored, trying again",
        "saved as {path}",
        "that file cannot be read: {reason}",
        "{name}, a small demonstration model, answers here.\n"
        "It is often wrong. Set HF_TOKEN for a real model.",
    ),
    "es": ConsoleWords(
        "/help muestra los comandos, /file RUTA envía un archivo,\n"
        "Ctrl-C detiene una respuesta, Ctrl-D sale.",
        "pensando",
        "deteniendo (otra vez Ctrl-C para salir)",
        "no se pudo guardar el mensaje, se intenta de nuevo",
        "guardado como {path}",
        "no se puede leer ese archivo: {reason}",
        "Responde {name}, un pequeño modelo de demostración.\n"
        "Falla a menudo. Con HF_TOKEN responde un modelo de verdad.",
    ),
    "pt": ConsoleWords(
        "/help mostra os comandos, /file CAMINHO envia um arquivo,\n"
        "Ctrl-C para uma resposta, Ctrl-D sai.",
        "pensando",
        "parando (Ctrl-C de novo para sair)",
        "não foi possível guardar a mensagem, tentando de novo",
        "salvo como {path}",
        "não é possível ler esse arquivo: {reason}",
        "Quem responde é {name}, um pequeno modelo de demonstração.\n"
        "Ele erra muito. Com HF_TOKEN responde um modelo de verdade.",
    ),
    "de": ConsoleWords(
        "/help zeigt die Befehle, /file PFAD schickt eine Datei,\n"
        "Strg-C hält eine Antwort an, Strg-D beendet.",
        "denkt nach",
        "hält an (noch einmal Strg-C beendet)",
        "die Nachricht konnte nicht gespeichert werden, neuer Versuch",
        "gespeichert als {path}",
        "diese Datei kann nicht gelesen werden: {reason}",
        "Hier antwortet {name}, ein kleines Modell zur Vorführung.\n"
        "Es irrt sich oft. Mit HF_TOKEN antwortet ein richtiges Modell.",
    ),
    "fr": ConsoleWords(
        "/help liste les commandes, /file CHEMIN envoie un fichier,\n"
        "Ctrl-C arrête une réponse, Ctrl-D quitte.",
        "réflexion",
        "arrêt en cours (encore Ctrl-C pour quitter)",
        "le message n’a pas pu être enregistré, nouvel essai",
        "enregistré sous {path}",
        "ce fichier ne peut pas être lu\u00a0: {reason}",
        "{name}, un petit modèle de démonstration, répond ici.\n"
        "Il se trompe souvent. Avec HF_TOKEN, un vrai modèle répond.",
    ),
    "ru": ConsoleWords(
        "/help покажет команды, /file ПУТЬ отправит файл,\n"
        "Ctrl-C остановит ответ, Ctrl-D завершит работу.",
        "думает",
        "останавливаюсь (ещё раз Ctrl-C — выход)",
        "не удалось сохранить сообщение, пробую снова",
        "сохранено как {path}",
        "не удаётся прочитать этот файл: {reason}",
        "Отвечает {name}, небольшая демонстрационная модель.\n"
        "Она часто ошибается. С HF_TOKEN ответит настоящая модель.",
    ),
    "zh": ConsoleWords(
        "/help 列出命令，/file 路径 发送文件，\nCtrl-C 停止回答，Ctrl-D 退出。",
        "正在思考",
        "正在停止（再按 Ctrl-C 退出）",
        "消息未能保存，正在重试",
        "已保存为 {path}",
        "无法读取该文件：{reason}",
        "由小型演示模型 {name} 回答。\n它经常出错。设置 HF_TOKEN 后由真正的模型回答。",
    ),
    "hi": ConsoleWords(
        "/help आदेश दिखाता है, /file PATH फ़ाइल भेजता है,\nCtrl-C जवाब रोकता है, Ctrl-D बाहर ले जाता है।",
        "सोच रहा है",
        "रोक रहा हूँ (बाहर जाने के लिए फिर Ctrl-C)",
        "संदेश सहेजा नहीं जा सका, फिर कोशिश हो रही है",
        "इस नाम से सहेजा गया: {path}",
        "यह फ़ाइल पढ़ी नहीं जा सकती: {reason}",
        "यहाँ {name}, एक छोटा नमूना मॉडल, जवाब देता है।\n"
        "वह अक्सर गलत होता है। HF_TOKEN रखने पर असली मॉडल जवाब देता है।",
    ),
    "ar": ConsoleWords(
        "يعرض \u2068/help\u2069 الأوامر، ويرسل \u2068/file PATH\u2069 ملفًا،\n"
        "يوقف \u2068Ctrl-C\u2069 الإجابة، وينهي \u2068Ctrl-D\u2069 الجلسة.",
        "يفكر",
        "جارٍ الإيقاف (للخروج \u2068Ctrl-C\u2069 مرة أخرى)",
        "تعذر حفظ الرسالة، تُعاد المحاولة",
        "حُفظ باسم \u2068{path}\u2069",
        "لا يمكن قراءة هذا الملف: \u2068{reason}\u2069",
        "يجيب هنا نموذج تجريبي صغير: \u2068{name}\u2069.\n"
        "كثيرًا ما يخطئ. اضبط \u2068HF_TOKEN\u2069 ليجيب نموذج حقيقي.",
    ),
    "it": ConsoleWords(
        "/help elenca i comandi, /file PERCORSO manda un file,\n"
        "Ctrl-C ferma una risposta, Ctrl-D esce.",
        "sto pensando",
        "mi fermo (ancora Ctrl-C per uscire)",
        "non è stato possibile salvare il messaggio, ci riprovo",
        "salvato come {path}",
        "non riesco a leggere quel file: {reason}",
        "Risponde {name}, un piccolo modello dimostrativo.\n"
        "Sbaglia spesso. Con HF_TOKEN risponde un modello vero.",
    ),
    "tr": ConsoleWords(
        "/help komutları listeler, /file YOL bir dosya gönderir,\n"
        "Ctrl-C yanıtı durdurur, Ctrl-D çıkar.",
        "düşünüyor",
        "durduruluyor (yeniden Ctrl-C çıkar)",
        "mesaj kaydedilemedi, yeniden deneniyor",
        "şu adla kaydedildi: {path}",
        "bu dosya okunamıyor: {reason}",
        "Burada {name}, küçük bir tanıtım modeli yanıt verir.\n"
        "Sık sık yanılır. HF_TOKEN ile gerçek bir model yanıt verir.",
    ),
    "id": ConsoleWords(
        "/help menampilkan perintah, /file JALUR mengirim berkas,\n"
        "Ctrl-C menghentikan jawaban, Ctrl-D keluar.",
        "sedang berpikir",
        "menghentikan (Ctrl-C lagi untuk keluar)",
        "pesan tidak bisa disimpan, dicoba lagi",
        "disimpan sebagai {path}",
        "berkas itu tidak bisa dibaca: {reason}",
        "Yang menjawab di sini {name}, model peraga kecil.\n"
        "Model ini sering keliru. Dengan HF_TOKEN, model sungguhan yang menjawab.",
    ),
    "vi": ConsoleWords(
        "/help liệt kê các lệnh, /file ĐƯỜNG_DẪN gửi tệp,\nCtrl-C dừng câu trả lời, Ctrl-D thoát.",
        "đang suy nghĩ",
        "đang dừng (nhấn Ctrl-C lần nữa để thoát)",
        "không lưu được tin nhắn, đang thử lại",
        "đã lưu thành {path}",
        "không đọc được tệp đó: {reason}",
        "{name}, một mô hình trình diễn nhỏ, trả lời ở đây.\n"
        "Nó thường sai. Đặt HF_TOKEN để một mô hình thật trả lời.",
    ),
    "pl": ConsoleWords(
        "/help pokazuje polecenia, /file ŚCIEŻKA wysyła plik,\n"
        "Ctrl-C zatrzymuje odpowiedź, Ctrl-D kończy.",
        "myśli",
        "zatrzymuję (jeszcze raz Ctrl-C kończy)",
        "nie udało się zapisać wiadomości, ponawiam próbę",
        "zapisano jako {path}",
        "nie można odczytać tego pliku: {reason}",
        "Odpowiada {name}, mały model pokazowy.\n"
        "Często się myli. Z HF_TOKEN odpowiada prawdziwy model.",
    ),
    "nl": ConsoleWords(
        "/help toont de opdrachten, /file PAD stuurt een bestand,\n"
        "Ctrl-C stopt een antwoord, Ctrl-D sluit af.",
        "aan het denken",
        "stopt (nog eens Ctrl-C sluit af)",
        "het bericht kon niet worden opgeslagen, nieuwe poging",
        "opgeslagen als {path}",
        "dat bestand kan niet worden gelezen: {reason}",
        "Hier antwoordt {name}, een klein demonstratiemodel.\n"
        "Het heeft het vaak mis. Met HF_TOKEN antwoordt een echt model.",
    ),
    "uk": ConsoleWords(
        "/help покаже команди, /file ШЛЯХ надішле файл,\n"
        "Ctrl-C зупинить відповідь, Ctrl-D завершить роботу.",
        "думає",
        "зупиняюся (ще раз Ctrl-C — вихід)",
        "не вдалося зберегти повідомлення, пробую знову",
        "збережено як {path}",
        "не вдається прочитати цей файл: {reason}",
        "Відповідає {name}, невелика демонстраційна модель.\n"
        "Вона часто помиляється. З HF_TOKEN відповість справжня модель.",
    ),
    "fa": ConsoleWords(
        "فهرست دستورها: \u2068/help\u2069، فرستادن فایل: \u2068/file PATH\u2069،\n"
        "توقف پاسخ: \u2068Ctrl-C\u2069، خروج: \u2068Ctrl-D\u2069.",
        "در حال فکر کردن",
        "در حال توقف (برای خروج دوباره \u2068Ctrl-C\u2069)",
        "پیام ذخیره نشد، دوباره تلاش می‌شود",
        "با این نام ذخیره شد: \u2068{path}\u2069",
        "این فایل خوانده نمی‌شود: \u2068{reason}\u2069",
        "\u2068{name}\u2069، مدلی کوچک و نمایشی، اینجا پاسخ می‌دهد.\n"
        "اغلب اشتباه می‌کند. با \u2068HF_TOKEN\u2069 مدلی واقعی پاسخ می‌دهد.",
    ),
    "ja": ConsoleWords(
        "/help でコマンド一覧、/file パス でファイルを送信、\n"
        "Ctrl-C で回答を停止、Ctrl-D で終了します。",
        "考え中",
        "停止しています（もう一度 Ctrl-C で終了）",
        "メッセージを保存できませんでした。もう一度試します",
        "{path} に保存しました",
        "このファイルは読めません：{reason}",
        "小さな実演用モデル {name} が答えます。\n"
        "よく間違えます。HF_TOKEN を設定すると本物のモデルが答えます。",
    ),
    "ko": ConsoleWords(
        "/help 명령 목록, /file 경로 파일 보내기,\nCtrl-C 답변 멈추기, Ctrl-D 나가기.",
        "생각하는 중",
        "멈추는 중(Ctrl-C를 다시 누르면 나가요)",
        "메시지를 저장하지 못해 다시 시도해요",
        "{path} 파일로 저장했어요",
        "이 파일은 읽을 수 없어요: {reason}",
        "작은 시연용 모델 {name}이 답해요.\n자주 틀려요. HF_TOKEN을 설정하면 진짜 모델이 답해요.",
    ),
    "th": ConsoleWords(
        "/help แสดงคำสั่ง /file PATH ส่งไฟล์\nCtrl-C หยุดคำตอบ Ctrl-D ออก",
        "กำลังคิด",
        "กำลังหยุด (กด Ctrl-C อีกครั้งเพื่อออก)",
        "บันทึกข้อความไม่ได้ กำลังลองใหม่",
        "บันทึกเป็น {path}",
        "อ่านไฟล์นี้ไม่ได้: {reason}",
        "{name} โมเดลสาธิตขนาดเล็กเป็นผู้ตอบ\nมักตอบผิด ตั้งค่า HF_TOKEN เพื่อใช้โมเดลจริง",
    ),
}


def console_words(tag: str) -> ConsoleWords:
    """Return the texts for an IETF tag, or the English ones if Pipit lacks the language."""
    return LANGUAGES.get(primary_language(tag), LANGUAGES["en"])
