"""Large cities by their names in the languages of Pipit, with their time zones.

The names of the IANA time zone database are English. A city is listed here if its name is different
in another language, or if its time zone has the name of another city. The names are compared by
`typed_form`.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.text.typed_form import typed_form

_CITIES = {
    "Africa/Cairo": "القاهرة|Le Caire|El Cairo|Kairo|Каир|Каїр|قاهره|カイロ|카이로|开罗",
    "Africa/Casablanca": "الدار البيضاء|الرباط|Rabat|Marrakech",
    "America/Argentina/Buenos_Aires": "Buenos Aires|Buenos Ayres",
    "America/Los_Angeles": "San Francisco|Seattle|Лос-Анджелес|洛杉矶|ロサンゼルス|로스앤젤레스",
    "America/Mexico_City": "Ciudad de México|CDMX|México DF|Cidade do México",
    "America/New_York": "New York City|NYC|Nueva York|Nova York|Nova Iorque|Nowy Jork|"
    "Boston|Washington|Нью-Йорк|نيويورك|نیویورک|纽约|ニューヨーク|뉴욕|นิวยอร์ก",
    "America/Sao_Paulo": "Rio de Janeiro|Brasília",
    "Asia/Baghdad": "بغداد",
    "Asia/Bangkok": "กรุงเทพ|กรุงเทพฯ|กรุงเทพมหานคร|เชียงใหม่|ภูเก็ต|Бангкок|曼谷|バンコク|방콕",
    "Asia/Dubai": "دبي|أبوظبي|ابوظبی|Abu Dhabi|Дубай|迪拜|ドバイ|두바이|ดูไบ",
    "Asia/Ho_Chi_Minh": "Hà Nội|Hanoi|Sài Gòn|Saigon|TP HCM|Hồ Chí Minh|Đà Nẵng|河内|"
    "ハノイ|하노이|ฮานอย",
    "Asia/Hong_Kong": "香港|홍콩|ฮ่องกง",
    "Asia/Jakarta": "Bandung|Surabaya|Yogyakarta|Medan|雅加达|ジャカルタ|자카르타|จาการ์ตา",
    "Asia/Kabul": "کابل",
    "Asia/Kolkata": "India|भारत|दिल्ली|नई दिल्ली|मुंबई|कोलकाता|चेन्नई|बेंगलुरु|Delhi|"
    "New Delhi|Mumbai|Bangalore|Bengaluru|Chennai|Hyderabad|德里|孟买|デリー|ムンバイ|델리|"
    "뭄바이|เดลี|มุมไบ",
    "Asia/Makassar": "Bali|Denpasar",
    "Asia/Riyadh": "الرياض|جدة|مكة|Jeddah",
    "Asia/Seoul": "서울|부산|대구|인천|광주|대전|제주|Busan|首尔|ソウル|โซล|Сеул",
    "Asia/Shanghai": "北京|上海|广州|深圳|成都|重庆|杭州|武汉|西安|南京|Beijing|Pekín|"
    "Pequim|Peking|Pékin|Pechino|Pekin|Пекин|Пекін|پکن|بكين|ペキン|シャンハイ|베이징|"
    "상하이|ปักกิ่ง|เซี่ยงไฮ้|Shenzhen|Guangzhou",
    "Asia/Singapore": "新加坡|シンガポール|싱가포르|สิงคโปร์|Singapur|Singapour|Сингапур",
    "Asia/Taipei": "台北|臺北|タイペイ|타이베이|ไทเป",
    "Asia/Tehran": "تهران|اصفهان|شیراز|مشهد|تبریز|طهران|Téhéran|Teerã|Тегеран|德黑兰|"
    "テヘラン|테헤란",
    "Asia/Tokyo": "東京|大阪|京都|名古屋|札幌|福岡|横浜|神戸|Osaka|Kyoto|东京|도쿄|오사카|"
    "โตเกียว|โอซากา|Токио|Токіо|طوكيو|توکیو|टोक्यो|とうきょう|トウキョウ",
    "Europe/Amsterdam": "Rotterdam|Den Haag|Utrecht|Eindhoven|Амстердам|阿姆斯特丹|"
    "アムステルダム|암스테르담",
    "Europe/Athens": "Athen|Athènes|Atenas|Atene|Афины|Афіни|Atina",
    "Europe/Berlin": "München|Hamburg|Köln|Frankfurt|Stuttgart|Düsseldorf|Leipzig|Munich|"
    "Cologne|Берлин|Берлін|برلين|برلین|柏林|ベルリン|베를린|เบอร์ลิน|Berlino|Berlim",
    "Europe/Brussels": "Brüssel|Bruxelles|Bruselas|Brussel|Antwerpen|Gent|Брюссель",
    "Europe/Istanbul": "Istanbul|Ankara|İzmir|Antalya|Bursa|Estambul|Стамбул|إسطنبول|استانبول|"
    "伊斯坦布尔|イスタンブール|이스탄불",
    "Europe/Kiev": "Київ|Киев|Львів|Одеса|Харків|Дніпро|Kijów|Kiew|Lviv|Odesa|Kharkiv|"
    "Dnipro|基辅|キーウ",
    "Europe/Lisbon": "Lisboa|Porto|Lissabon|Lisbonne|Лиссабон|里斯本|リスボン",
    "Europe/London": "Londres|Londra|Londyn|Londen|Лондон|لندن|伦敦|ロンドン|런던|ลอนดอน|"
    "लंदन|Luân Đôn",
    "Europe/Madrid": "Barcelona|Sevilla|Valencia|Мадрид|مدريد|مادرید|马德里|マドリード|마드리드",
    "Europe/Moscow": "Москва|Санкт-Петербург|Питер|Moskau|Moscou|Moscú|Moskwa|Moskova|"
    "Mosca|Moskou|موسكو|مسکو|莫斯科|モスクワ|모스크바|มอสโก",
    "Europe/Paris": "Lyon|Marseille|Toulouse|Nice|París|Parigi|Paryż|Parijs|Париж|باريس|"
    "پاریس|巴黎|パリ|파리|ปารีส|पेरिस",
    "Europe/Prague": "Praha|Prag|Praga|Прага",
    "Europe/Rome": "Roma|Milano|Napoli|Torino|Firenze|Venezia|Milan|Rom|Rzym|Рим|روما|رم|"
    "罗马|ローマ|로마|โรม",
    "Europe/Vienna": "Wien|Viena|Vienne|Wiedeń|Wenen|Вена|Відень|维也纳|ウィーン|빈",
    "Europe/Warsaw": "Warszawa|Kraków|Wrocław|Gdańsk|Poznań|Łódź|Warschau|Varsovie|"
    "Varsovia|Варшава|华沙|ワルシャワ|바르샤바",
    "Europe/Zurich": "Zürich|Bern|Genève|Geneva|Genf|Basel|Цюрих",
}


def _by_name() -> Mapping[str, str]:
    return {typed_form(name): zone for zone, names in _CITIES.items() for name in names.split("|")}


ZONES = _by_name()
"""The IANA name of a time zone by the name of a city, as `typed_form` returns it."""
