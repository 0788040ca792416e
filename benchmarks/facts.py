"""Give Pipit pages of 24 facts in five languages and four formats, and ask for each fact.

    python -m benchmarks.facts [--pages 1] [--pages 4]

A fact counts if the model's prompt contains it whole. Everything goes through the real parts: the
reading process, the splitting, the index (by words, without the embedder), the choice of quotes and
the prompt. The facts are combined from the lists below, so that no model can know them from
elsewhere. The PDF files embed no font. Their Arabic lines are stored in the order in which they are
drawn, the last letter first. Text and CSV files have the encodings that office programs use. The
exit code is 1 if fewer than 23 of 24 facts arrive.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import timezone
from pathlib import Path

from engine.answering.prompt import Question, build, estimate_tokens, spare_tokens
from engine.contract import Inbound
from engine.memory.memory import Memory
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import SystemClock
from engine.worker import CONTEXT_SHARE
from tests.engine.memory.documents.office_files import docx, paragraph
from tests.rigs.memory_rig import ANN, DM, FakeEmbedder

LEAST = 23
PROMPT_TOKENS = 3000
"""The default of the setting PROMPT_TOKENS."""
LINE_CHARACTERS = 80


@dataclass(frozen=True)
class Language:
    """The text from which one language's facts and questions are made.

    `things` and `people` are lists of 24 words, separated by commas.
    """

    code: str
    encoding: str
    told: tuple[str, ...]
    asked: str
    columns: tuple[str, str]
    things: str
    people: str
    right_to_left: bool = False

    def facts(self, page: int) -> list[tuple[str, str, str]]:
        """Return the facts of a page as (thing, person, sentence)."""
        things, people = (words.split(", ") for words in (self.things, self.people))
        found = []
        for number, thing in enumerate(things):
            person = people[(number * 7 + page * 5) % len(people)]
            name = f"{thing} {page + 1}" if page else thing
            sentence = self.told[number % len(self.told)].format(thing=name, person=person)
            found.append((name, person, sentence))
        return found


LANGUAGES = (
    Language(
        "en", "cp1252",
        ("The {thing} is mended by {person} before the summer fair begins.",
         "If the {thing} is missing, {person} has taken it to the workshop.",
         "{person} wrote the note about the {thing} and signed it twice."),
        "Who has to do with the {thing}?", ("thing", "person"),
        "blue ladder, oak barrel, wind gauge, ship bell, loom, rain coat, hand cart, glass float, "
        "sun dial, "
        "copper still, rope swing, tin drum, milk churn, ice saw, bread peel, hay fork, lamp "
        "post, spinning top, "
        "coal scuttle, fish trap, snow shovel, church key, clay oven, music stand",
        "Wilma, Torsten, Agnieszka, Baltasar, Ceridwen, Dragan, Eulalia, Fintan, Gudrun, Hamish, "
        "Ilse, Joaquin, "
        "Katya, Leopold, Maeve, Njord, Oriel, Piotr, Quentin, Rosalba, Sorin, Thandi, Umberto, "
        "Vesna",
    ),
    Language(
        "ru", "cp1251",
        ("{person} чинит предмет «{thing}» до начала летней ярмарки.",
         "Если предмет «{thing}» не на месте, его взяла в мастерскую {person}.",
         "Записку про предмет «{thing}» составила и дважды подписала {person}."),
        "Кто отвечает за предмет «{thing}»?", ("предмет", "человек"),
        "синяя лестница, дубовая бочка, флюгер, судовой колокол, ткацкий станок, плащ, тачка, "
        "стеклянный поплавок, "
        "солнечные часы, медный котёл, качели, жестяной барабан, бидон, ледовая пила, хлебная "
        "лопата, вилы, фонарь, "
        "волчок, ведро для угля, верша, снеговая лопата, церковный ключ, глиняная печь, пюпитр",
        "Аглая, Борислава, Варвара, Глафира, Дарина, Евдокия, Жанна, Зинаида, Инесса, Клавдия, "
        "Лукерья, Марфа, "
        "Нонна, Олимпиада, Пелагея, Раиса, Степанида, Таисия, Ульяна, Фаина, Христина, Цветана, "
        "Эльвира, Юлия",
    ),
    Language(
        "zh", "gb18030",
        ("{thing}由{person}在夏季集市开始之前修好。", "如果{thing}不见了，就是{person}把它拿到作坊去了。",
         "关于{thing}的便条是{person}写的，并且签了两次名。"),
        "{thing}归谁管？", ("物品", "人"),
        "蓝色梯子, 橡木桶, 风速计, 船钟, 织布机, 雨衣, 手推车, 玻璃浮球, 日晷, 铜锅, 秋千, 铁皮鼓, 牛奶罐, 冰锯, "
        "面包铲, 干草叉, 路灯, 陀螺, 煤斗, 鱼笼, 雪铲, 教堂钥匙, 陶土炉, 乐谱架",
        "欧阳兰, 司马青, 诸葛敏, 上官云, 夏侯杰, 皇甫静, 尉迟刚, 公孙丽, 慕容雪, 令狐飞, 宇文涛, 长孙琳, 司徒远, "
        "东方晴, 南宫瑞, 西门庆云, 百里川, 端木蓉, 轩辕明, 独孤竹, 钟离春, 闻人语, 澹台月, 呼延平",
    ),
    Language(
        "ar", "cp1256",
        ("يصلح {person} {thing} قبل بداية سوق الصيف.", "إذا اختفى {thing} فقد أخذه {person} إلى "
                                                       "الورشة.",
         "كتب {person} الملاحظة عن {thing} ووقعها مرتين."),
        "من المسؤول عن {thing}؟", ("الشيء", "الشخص"),
        "السلم الأزرق, برميل البلوط, مقياس الريح, جرس السفينة, النول الخشبي, معطف المطر, عربة "
        "اليد, الطوف الزجاجي, "
        "المزولة الشمسية, قدر النحاس, أرجوحة الحبل, طبل الصفيح, إبريق الحليب, منشار الثلج, مجرفة "
        "الخبز, مذراة التبن, "
        "عمود المصباح, الدوامة الملونة, دلو الفحم, مصيدة السمك, مجرفة الثلج, مفتاح المخزن, فرن "
        "الطين, حامل النوتة",
        "زياد, طارق, حسام, وليد, جابر, ماجد, نزار, فراس, غسان, كريم, لؤي, أنس, بهاء, تميم, ثامر, "
        "خلدون, رامي, سامر, "
        "شادي, صهيب, ضياء, عدنان, قيس, هيثم",
        right_to_left=True,
    ),
    Language(
        "hi", "utf-8",
        ("{person} मेले से पहले {thing} की मरम्मत करती है।", "अगर {thing} न मिले तो उसे {person} "
                                                             "कारख़ाने ले गई है।",
         "{thing} के बारे में पर्ची {person} ने लिखी और दो बार दस्तख़त किए।"),
        "{thing} किसके ज़िम्मे है?", ("वस्तु", "व्यक्ति"),
        "नीली सीढ़ी, लकड़ी का पीपा, हवा मापक, जहाज़ की घंटी, करघा, बरसाती, ठेला, काँच का गोला, "
        "धूप घड़ी, ताँबे का देग, "
        "रस्सी का झूला, टीन का ढोल, दूध का डिब्बा, बर्फ़ की आरी, रोटी का बेलचा, घास का काँटा, "
        "सड़क की बत्ती, लट्टू, "
        "कोयले की बाल्टी, मछली का जाल, बर्फ़ का फावड़ा, मंदिर की चाबी, मिट्टी का तंदूर, संगीत का "
        "स्टैंड",
        "कमला, सरोज, विमला, पुष्पा, शकुंतला, गायत्री, लक्ष्मी, सुमित्रा, कौशल्या, राधिका, जानकी, "
        "मीनाक्षी, वैशाली, "
        "अरुंधति, चंद्रिका, दमयंती, इंदुमती, ज्योत्स्ना, भानुमति, तारा, उर्वशी, ऋतु, ओमवती, हेमलता",
    ),
)  # fmt: skip


def sentences(language: Language, page: int) -> list[str]:
    return [sentence for _, _, sentence in language.facts(page)]


def as_text(language: Language, pages: int) -> bytes:
    text = "\n".join(line for page in range(pages) for line in wrapped(language, page))
    return text.encode(language.encoding)


def wrapped(language: Language, page: int) -> list[str]:
    """Return a page as lines of about equal length, like a file that was written by hand."""
    gap = "" if language.code == "zh" else " "
    words = sentences(language, page) if not gap else " ".join(sentences(language, page)).split()
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > LINE_CHARACTERS:
            lines.append("")
        lines[-1] += (gap if lines[-1] else "") + word
    return lines


def as_docx(language: Language, pages: int) -> bytes:
    return docx(
        "".join(
            paragraph(sentence) for page in range(pages) for sentence in sentences(language, page)
        )
    )


def as_csv(language: Language, pages: int) -> bytes:
    rows = [language.columns]
    rows += [(thing, person) for page in range(pages) for thing, person, _ in language.facts(page)]
    return "".join(f"{one};{two}\n" for one, two in rows).encode(language.encoding)


def as_pdf(language: Language, pages: int) -> bytes:
    """Return a PDF whose font has no outlines, and whose character codes are UTF-16."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /None /Encoding /Identity-H /ToUnicode 4 0 R "
        b"/DescendantFonts "
        b"[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /None /DW 500 >>] >>",
        stream(b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
               b"1 beginbfrange <0000> <FFFF> <0000> endbfrange"),
    ]  # fmt: skip
    kids = []
    for page in range(pages):
        lines = wrapped(language, page)
        if language.right_to_left:
            lines = [line[::-1] for line in lines]
        shown = b" ".join(
            b"<%s> Tj 0 -14 Td" % line.encode("utf-16-be").hex().encode() for line in lines
        )
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (len(objects) + 2)
        )
        objects.append(stream(b"BT /F1 10 Tf 40 800 Td %s ET" % shown))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (
        b" ".join(b"%d 0 R" % kid for kid in kids),
        pages,
    )
    return file_of(objects)


def stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def file_of(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        len(out),
    )
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, end)


FORMATS = {"pdf": as_pdf, "docx": as_docx, "txt": as_text, "csv": as_csv}


def message(text: str) -> Inbound:
    return Inbound(DM, "1", ANN, text, direct=True, addressed=True, sent_at=0)


async def prompt_for(memory: Memory, asked: str) -> str:
    """Return the prompt that the engine builds for the first question of a conversation."""
    question, room = Question(message(asked)), int(PROMPT_TOKENS * CONTEXT_SHARE)
    free = spare_tokens(question, (), persona="", budget_tokens=PROMPT_TOKENS)
    context = await memory.context(
        question.inbound, (), room, timezone.utc, max(0, free - room)
    )  # fmt: skip
    told = build(
        replace(question, context=context), (), now=0, persona="", budget_tokens=PROMPT_TOKENS
    )
    return "\n".join(one.content for one in told)


async def arrived(language: Language, kind: str, pages: int) -> tuple[int, int]:
    """Return how many facts of the first page arrive, and the tokens of the longest prompt."""
    found = longest = 0
    embedder = FakeEmbedder()
    embedder.fault = True

    async def progress(_done: int, _of: int) -> None: ...

    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "pipit.db")
        clock = SystemClock()
        memory = Memory(SqliteStorage(store, clock), embedder, clock, estimate_tokens)
        content = FORMATS[kind](language, pages)
        await memory.keep_file(message(""), f"facts.{kind}", "", content, progress)
        for thing, person, sentence in language.facts(0):
            prompt = await prompt_for(memory, language.asked.format(thing=thing))
            flat = " ".join(prompt.replace("\n| ", " ").split())
            found += (f"{thing} | {person}" if kind == "csv" else sentence) in flat
            longest = max(longest, estimate_tokens(prompt))
        await memory.close()
        await store.close()
    return found, longest


async def run(sizes: list[int]) -> int:
    least = 24
    for pages in sizes:
        print(
            f"{pages} page(s) of 24 facts: facts that arrive whole, and tokens of the longest "
            f"prompt"
        )
        for language in LANGUAGES:
            cells = []
            for kind in FORMATS:
                found, tokens = await arrived(language, kind, pages)
                least = min(least, found)
                cells.append(f"{kind} {found}/24 ({tokens:,})")
            print(f"  {language.code}   " + "   ".join(cells))
    return int(least < LEAST)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--pages", type=int, action="append", help="pages of each file; 1 and 4 by default"
    )
    sys.exit(asyncio.run(run(parser.parse_args().pages or [1, 4])))


if __name__ == "__main__":
    main()
