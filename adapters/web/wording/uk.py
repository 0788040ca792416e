"""Ukrainian texts of the page."""

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
        language="uk",
        ask="Повідомлення",
        send="Надіслати",
        stop="Стоп",
        resume="Далі",
        retry="Ще раз",
        fresh="Новий чат",
        menu="Меню",
        close="Закрити",
        conversation="Розмова",
        thinking="Pipit думає",
        offline="Немає зв’язку. Сторінка сама повернеться до відповіді.",
        unsent="Ще не надіслано. Спробую знову.",
        hello="Вітаю! Запитуйте про що завгодно.",
        password="Пароль",
        enter="Увійти",
        wrong="Це не той пароль.",
        busy="Зараз перевіряється багато паролів. Спробуйте ще раз трохи згодом.",
        leave="Вийти",
        returned="Не вдалося надіслати. Ваш текст знову в полі введення.",
        name="Українська",
        copy="Копіювати",
        copied="Скопійовано",
        again="Спробувати ще раз",
        too_long="Це задовго: {length} із {most} знаків. Надішліть частинами.",
    ),
    menu=MenuWords(
        chats="Розмови",
        settings="Налаштування",
        language="Мова",
        model="Модель",
        documents="Документи",
        remove="Видалити",
        more="Ще",
        later="Це станеться, щойно закінчиться поточна відповідь.",
    ),
    uploads=UploadWords(
        attach="Додати фото або файл",
        remove="Прибрати {name}",
        uploading="Файли ще надсилаються.",
        large="Файл {name} завеликий: найбільше {most} МБ.",
        failed="Не вдалося надіслати {name}. Приберіть його й спробуйте ще раз.",
    ),
    voice=VoiceWords(
        record="Записати голосове повідомлення",
        recording="Триває запис",
        finish="Завершити запис",
        discard="Видалити запис",
        play="Прослухати",
        pause="Пауза",
        denied=(
            "Браузер не дає цій сторінці доступу до мікрофона. Дозвольте його в "
            "налаштуваннях браузера."
        ),
        missing="Мікрофон не знайдено.",
        broken="Запис не вдався. Спробуйте ще раз.",
    ),
    panel=PanelWords(
        kept="Що зберігається",
        nothing="Нічого не зберігається.",
        again="Оновити",
        export="Зберегти все у файл",
        exported="Файл у чаті.",
        role="Роль помічника",
        role_hint="терплячий учитель математики",
        take="Задати роль",
        taken="Готово.",
        sure="Так, стерти все назавжди",
        erase="Стерти все",
        tick="Спершу поставте позначку вище.",
        erased="Стерто.",
        failed="Не вдалося. Спробуйте ще раз.",
    ),
)
