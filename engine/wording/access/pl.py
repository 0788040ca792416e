"""The texts about approvals, people and roles in Polish."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="Pytam osoby prowadzące tego bota, czy możesz z niego korzystać. Zachowam twoją "
    "wiadomość i odpowiem, gdy tylko się zgodzą.",
    asked_group="Pytam osoby prowadzące tego bota, czy mogę odpowiadać w tej grupie. "
    "Zachowam twoją wiadomość i odpowiem, gdy tylko się zgodzą.",
    full="Za dużo osób czeka teraz na zgodę. Spróbuj, proszę, później.",
    admitted="Możesz już korzystać z tego bota. Wyślij, proszę, pytanie jeszcze raz.",
    wants="{name} ({platform}) chce korzystać z tego bota.",
    wants_group="Grupa {name} ({platform}) chce korzystać z tego bota.",
    more="Na decyzję czekają też inne osoby. /people pokazuje wszystkie.",
    approve="Zezwól",
    block="Zablokuj",
    decided="Decyzja: {admin}, {date}",
    already="{admin}: decyzja już zapadła ({state})",
    head="Osoby i grupy, {first}–{last} z {all}:",
    nothing="Nic tu jeszcze nie ma.",
    log_head="Najnowsze decyzje:",
    waiting="czeka na decyzję",
    approved="dozwolone",
    blocked="zablokowane",
    removed="{id} nie ma już na liście. Następna wiadomość stamtąd liczy się jako pierwsza.",
    unknown="Znam te polecenia. ID to platforma i numer, na przykład telegram:123456.",
    roles="Role: {roles}",
    admin_fixed="Administratorów ustawia się w ADMIN_USERS i nie można ich tu zmienić.",
    only_admins="Mogą to zrobić tylko administratorzy tego bota.",
    private_only="Napisz mi to w prywatnej rozmowie.",
    admin="administrator",
    member="członek",
    guest="gość",
    child="dziecko",
    persona_fixed=(
        "Moją rolę dla ciebie ustalają osoby prowadzące tego bota i nie można jej tu zmienić."
    ),
    no_documents="Nie możesz wysyłać dokumentów do tego bota, więc plik nie został przeczytany.",
)
