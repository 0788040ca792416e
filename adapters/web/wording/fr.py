"""French texts of the page."""

from __future__ import annotations

from adapters.web.wording.words import (
    GuardWords,
    MenuWords,
    PageWords,
    PanelWords,
    UploadWords,
    VoiceWords,
    WebWords,
)

WORDS = WebWords(
    page=PageWords(
        language="fr",
        ask="Écrire un message",
        send="Envoyer",
        stop="Arrêter",
        resume="Continuer",
        retry="Refaire",
        fresh="Nouvelle discussion",
        menu="Menu",
        close="Fermer",
        conversation="Conversation",
        thinking="Pipit réfléchit",
        offline="Pas de connexion. La page revient d’elle-même à la réponse.",
        unsent="Pas encore envoyé. Un autre essai suit.",
        hello="Bonjour\u00a0! Pose-moi une question.",
        password="Mot de passe",
        enter="Entrer",
        wrong="Ce n’est pas le mot de passe.",
        busy="Beaucoup de mots de passe sont en cours d’essai. Réessaie dans un instant.",
        leave="Se déconnecter",
        returned="L’envoi a échoué. Ton texte est de retour dans le champ.",
        name="Français",
        copy="Copier",
        copied="Copié",
        again="Réessayer",
        too_long=(
            "C’est trop long\u00a0: {length} sur {most} caractères. Envoie-le en plusieurs fois."
        ),
    ),
    menu=MenuWords(
        chats="Discussions",
        settings="Réglages",
        language="Langue",
        model="Modèle",
        spoken="Réponses vocales",
        documents="Documents",
        remove="Effacer",
        more="Plus",
        later="Ce sera fait dès que la réponse en cours sera terminée.",
    ),
    uploads=UploadWords(
        attach="Ajouter une photo ou un fichier",
        remove="Retirer {name}",
        uploading="Les fichiers sont encore en cours d’envoi.",
        large="{name} est trop volumineux\u00a0: {most} Mo au plus.",
        failed="{name} n’a pas pu être envoyé. Retire-le et réessaie.",
    ),
    voice=VoiceWords(
        record="Enregistrer un message vocal",
        recording="Enregistrement en cours",
        finish="Terminer l’enregistrement",
        discard="Supprimer l’enregistrement",
        play="Écouter",
        pause="Mettre en pause",
        denied=(
            "Le navigateur ne laisse pas cette page utiliser le micro. Autorise-le dans les "
            "réglages du navigateur."
        ),
        missing="Aucun micro n’a été trouvé.",
        broken="L’enregistrement n’a pas fonctionné. Réessaie.",
    ),
    guard=GuardWords(
        crowded="Trop de requêtes à la fois. Réessaie dans un instant.",
        pages="Trop de pages ouvertes. Ferme-en une.",
        hurried="Trop de requêtes en une minute. Attends un peu.",
        long="C’est trop long.",
        name=(
            "Cette page ne répond pas à ce nom. La personne qui la gère peut l’ajouter à WEB_HOSTS."
        ),
        cookies="Les cookies de ce site sont trop longs. Efface-les et reviens.",
    ),
    panel=PanelWords(
        kept="Ce qui est gardé",
        nothing="Rien n’est gardé.",
        again="Actualiser",
        export="Tout enregistrer dans un fichier",
        exported="Le fichier est dans la discussion.",
        role="Rôle de l’assistant",
        role_hint="un professeur de maths patient",
        take="Fixer le rôle",
        taken="C’est fait.",
        sure="Oui, tout effacer pour de bon",
        erase="Tout effacer",
        tick="Coche d’abord la case ci-dessus.",
        erased="Effacé.",
        failed="Cela n’a pas marché. Réessaie.",
    ),
)
