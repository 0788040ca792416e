"""French texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Tu as utilisé {percent}\u00a0% de ton quota. Il repart le {time}.",
    near_chat="⚠ Ce chat a utilisé {percent}\u00a0% de son quota. Il repart le {time}.",
    cheaper="D’ici là, un modèle plus petit répond\u00a0: {model}.",
    stop_person="Ton quota est épuisé. Je pourrai te répondre à nouveau le {time}.",
    stop_chat="Le quota de ce chat est épuisé. Je pourrai répondre ici à nouveau le {time}.",
    stop_total="Le quota de ce bot est épuisé. Je pourrai répondre à nouveau le {time}.",
    usage_today="Aujourd’hui (UTC)",
    usage_month="Ce mois-ci (UTC)",
    usage_sum="Réponses\u00a0: {answers}, tokens\u00a0: {tokens}",
    usage_people="Personnes, par tokens",
    usage_chats="Chats, par tokens",
    usage_models="Modèles, par tokens",
    usage_estimated=(
        "Estimés, car le service ne les a pas indiqués\u00a0: {percent}\u00a0% des tokens."
    ),
    usage_allowance="Tu as utilisé {percent}\u00a0% de ton quota. Il repart le {time}.",
    usage_erased="données effacées",
    only_admins="Seuls les admins de ce bot peuvent faire cela.",
    set_head=(
        "Ces réglages peuvent changer ici. Pour en changer un\u00a0: /set NOM VALEUR. Pour "
        "revenir à la valeur du fichier\u00a0: /set NOM -"
    ),
    set_done="{name} vaut maintenant {value}.",
    set_back="{name} a de nouveau la valeur du fichier de réglages\u00a0: {value}.",
    set_unknown="{name} ne peut pas changer depuis le chat. /set montre ce qui le peut.",
    set_wrong="Rien n’a changé. {problem}",
    in_private="Fais cela dans un chat privé avec moi, s’il te plaît.",
    news_on="Ce chat reçoit les nouvelles de ce bot. Pour arrêter\u00a0: /news off",
    news_off="Ce chat ne reçoit pas les nouvelles de ce bot. Pour les recevoir\u00a0: /news on",
    news_unavailable="Je ne peux pas envoyer de nouvelles dans ce chat.",
    broadcast_how="Écris le message après la commande\u00a0: /broadcast TEXTE",
    broadcast_nobody="Personne ne veut encore de nouvelles. On les demande avec /news on",
    broadcast_long="C’est trop long. Caractères au plus\u00a0: {most}.",
    broadcast_running="Un message est encore en cours d’envoi. Pour arrêter\u00a0: /broadcast stop",
    broadcast_preview="Chats qui recevront ceci\u00a0: {chats}",
    broadcast_send="✉ Envoyer",
    broadcast_cancel="✕ Annuler",
    broadcast_progress=(
        "Envoi en cours. Atteints\u00a0: {sent} sur {chats}, injoignables\u00a0: {gone}"
    ),
    broadcast_done="Terminé. Atteints\u00a0: {sent} sur {chats}, injoignables\u00a0: {gone}",
    broadcast_stopped=(
        "Arrêté avant la fin. Atteints\u00a0: {sent} sur {chats}, injoignables\u00a0: {gone}"
    ),
    broadcast_cancelled="Rien n’a été envoyé.",
    broadcast_idle="Rien n’est en cours d’envoi.",
)
