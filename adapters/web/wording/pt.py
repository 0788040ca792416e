"""Portuguese texts of the page."""

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
        language="pt",
        ask="Mensagem",
        send="Enviar",
        stop="Parar",
        resume="Continuar",
        retry="Repetir",
        fresh="Nova conversa",
        menu="Menu",
        close="Fechar",
        conversation="Conversa",
        thinking="Pipit está pensando",
        offline="Sem conexão. A página volta sozinha à resposta.",
        unsent="Ainda não enviada. Vou tentar de novo.",
        hello="Olá! Pergunte o que quiser.",
        password="Senha",
        enter="Entrar",
        wrong="Essa não é a senha.",
        busy="Muitas senhas estão sendo testadas. Tente de novo daqui a pouco.",
        leave="Sair",
        returned="Não foi possível enviar. Seu texto está de volta na caixa.",
        name="Português",
        copy="Copiar",
        copied="Copiado",
        again="Tentar de novo",
        too_long="É longo demais: {length} de {most} caracteres. Envie em partes.",
    ),
    menu=MenuWords(
        chats="Conversas",
        settings="Configurações",
        language="Idioma",
        model="Modelo",
        spoken="Respostas faladas",
        documents="Documentos",
        remove="Apagar",
        more="Mais",
        later="Será feito assim que a resposta em andamento terminar.",
    ),
    uploads=UploadWords(
        attach="Adicionar uma foto ou um arquivo",
        remove="Remover {name}",
        uploading="Os arquivos ainda estão sendo enviados.",
        large="{name} é grande demais: no máximo {most} MB.",
        failed="Não foi possível enviar {name}. Remova e tente de novo.",
    ),
    voice=VoiceWords(
        record="Gravar uma mensagem de voz",
        recording="Gravando",
        finish="Terminar a gravação",
        discard="Descartar a gravação",
        play="Ouvir",
        pause="Pausar",
        denied=(
            "O navegador não deixa esta página usar o microfone. Permita nas configurações "
            "do navegador."
        ),
        missing="Nenhum microfone foi encontrado.",
        broken="A gravação não funcionou. Tente de novo.",
    ),
    guard=GuardWords(
        crowded="Pedidos demais ao mesmo tempo. Tente de novo daqui a pouco.",
        pages="Páginas abertas demais. Feche uma delas.",
        hurried="Pedidos demais em um minuto. Espere um pouco.",
        long="É longo demais.",
        name=(
            "Esta página não responde a este nome. Quem a "
            "administra pode acrescentá-lo a WEB_HOSTS."
        ),
        cookies="Os cookies deste site são longos demais. Apague-os e volte.",
    ),
    panel=PanelWords(
        kept="O que é lembrado",
        nothing="Nada é lembrado.",
        again="Atualizar",
        export="Salvar tudo em um arquivo",
        exported="O arquivo está na conversa.",
        role="Papel do assistente",
        role_hint="um professor de matemática paciente",
        take="Definir papel",
        taken="Feito.",
        sure="Sim, apagar tudo para sempre",
        erase="Apagar tudo",
        tick="Marque antes a caixa acima.",
        erased="Apagado.",
        failed="Não deu certo. Tente de novo.",
    ),
)
