"""Portuguese texts, Brazilian in tone, in words that are understood everywhere."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Português",
    stop="⏹ Parar",
    resume="▶ Continuar",
    retry="↻ Tentar de novo",
    cut_length="✂ Uma resposta não passa deste tamanho. Para continuar: /continue",
    cut_deadline="⏱ O tempo acabou ({seconds} s). Para continuar: /continue",
    cut_stopped="⏹ Resposta interrompida. Para continuar: /continue",
    cut_failed="⚠ A conexão com o modelo caiu. /continue segue daqui, /retry começa de novo.",
    paused="⏸ Estou reiniciando e já termino isto.",
    unseen="Não consegui ver a mensagem à qual você respondeu.",
    empty_answer="O modelo deu uma resposta vazia. Tente de novo: /retry",
    thinking="💭 Pensando…",
    thought_only="O modelo gastou o tempo pensando e não chegou a responder. Tente de novo: "
    "/retry, ou escolha outro /model.",
    no_words="O modelo não respondeu em {seconds} s. Tente de novo: /retry",
    stopped_empty="⏹ Parado.",
    filtered="O serviço do modelo não permite responder a isso. Pergunte de outra forma.",
    cut_filtered="✂ O serviço do modelo encerrou a resposta aqui por causa das suas regras de "
    "conteúdo. Para recomeçar: /retry",
    model_gone="Este modelo não está mais disponível. Escolha outro: /model. Só o dono do bot "
    "pode mudar a lista.",
    from_cache="↺ Já me perguntaram isso. Tentar de novo pergunta outra vez ao modelo.",
    model_unavailable="Não consigo falar com o modelo agora. Tente de novo em um minuto: /retry",
    model_refused="O modelo não aceitou esta pergunta. Tente com outras palavras ou com outro "
    "/model.",
    not_accepted="O modelo recusa o token deste bot. Só quem administra o bot pode resolver isso.",
    out_of_credit="O crédito deste bot para o modelo acabou. Só quem administra o bot pode "
    "resolver isso.",
    too_long="Isto é longo demais para o modelo. Envie menos de cada vez ou recomece com /new.",
    gave_up="Tentei várias vezes sem sucesso. O botão abaixo tenta mais uma vez.",
    too_heavy=(
        "Isto me fez travar três vezes, por isso não tento de novo por conta própria. O "
        "botão abaixo tenta mais uma vez."
    ),
    waiting="⏳ Na fila, à sua frente: {ahead}. Sua resposta vai aparecer aqui.",
    busy="Tenho mais perguntas do que consigo responder agora. Envie de novo em um minuto, por "
    "favor.",
    cannot_save="Não consigo salvar mensagens agora, então esta não ficou. Envie de novo mais "
    "tarde, por favor.",
    not_allowed="Este bot é privado. Para entrar, envie este número a quem o administra: {user_id}",
    too_fast="Foi muita coisa de uma vez. Espere {seconds} s, por favor.",
    no_files="Ainda não sei ler arquivos. Envie texto, por favor.",
    file_reading="📄 Lendo {name}: {percent} %",
    file_kept="📄 Li {name}. Pode perguntar! Com /documents você vê e apaga.",
    file_replaced="📄 Li a nova versão de {name}. Ela substitui a anterior.",
    file_known="📄 Já conheço {name}. Nada mudou nele.",
    file_unread="Não consegui ler estas páginas de {name}: {pages}. Parecem ser imagens.",
    file_kind=(
        "Não consigo ler {name}. "
        "Aceito PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, HTML, Markdown, CSV e "
        "arquivos de texto."
    ),
    file_large="{name} é grande demais para mim. Envie um arquivo menor.",
    file_long="{name} é longo demais para mim. Envie só uma parte.",
    file_locked="{name} tem senha. Envie sem ela, por favor.",
    file_empty="Não achei texto em {name}. Se for digitalizado, não consigo ler.",
    file_slow="Ler {name} demorava demais. Envie só uma parte.",
    file_full="Não cabem mais documentos aqui. Apague algum com /documents.",
    file_lost="Não consegui baixar {name}. Envie de novo, por favor.",
    file_broken="Não consigo ler {name}: o arquivo parece danificado.",
    picture_blind=(
        "O modelo de linguagem daqui não consegue ver imagens. O dono do bot pode indicar"
        " um que consiga: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "O pequeno modelo embutido não consegue ver imagens. O dono do bot pode definir "
        "HF_TOKEN e HF_VISION_MODEL."
    ),
    picture_refused="O modelo de linguagem não aceitou a imagem, por isso respondi sem ela.",
    picture_left="Vi {seen} de {all} imagens. Envie as outras separadamente.",
    picture_still="De {name} vi apenas uma imagem parada.",
    picture_small="De {name} vi apenas uma pequena prévia. Envie como foto ou em tamanho menor.",
    picture_gone="{name} não está mais lá, por isso não pude vê-la.",
    picture_kind="Não consigo ver {name}. Aceito imagens JPEG, PNG, WebP, HEIC, AVIF, GIF e BMP.",
    picture_large="{name} é grande demais para eu ver. Envie uma versão menor.",
    picture_broken="Não consigo ver {name}: a imagem parece danificada.",
    voice_listening="Estou ouvindo…",
    voice_deaf=(
        "Aqui não consigo ouvir voz. Quem cuida "
        "do bot pode definir SPEECH_BASE_URL. Escreva, por favor."
    ),
    voice_built_in=(
        "O pequeno modelo embutido não ouve voz. Quem "
        "cuida do bot pode definir HF_TOKEN ou SPEECH_BASE_URL."
    ),
    voice_silent="Não ouvi palavras na gravação.",
    voice_failed="Não consegui transcrever a gravação agora. Tente de novo em um minuto.",
    voice_format=(
        "O serviço de transcrição não consegue ler este tipo de gravação. Envie uma mensagem "
        "de voz, por favor."
    ),
    voice_long="A gravação é longa demais. Aceito no máximo {minutes} minutos e 20 MB.",
    draw_off="Não consigo desenhar aqui. Quem administra o bot pode definir HF_IMAGE_MODEL.",
    draw_how="Diga-me o que desenhar, por exemplo: /draw um farol à noite",
    draw_filtered=(
        "O serviço de imagens não desenha isto por causa das suas regras de conteúdo. Peça "
        "outra imagem, por favor."
    ),
    draw_credit=(
        "Este bot esgotou o seu crédito para imagens. Só quem o administra pode resolver isso."
    ),
    draw_unknown=(
        "O serviço de imagens não oferece o modelo definido. Quem administra o bot pode "
        "indicar outro: HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "O serviço de imagens recusa a chave deste bot. Só quem o administra pode resolver isso."
    ),
    draw_refused="O serviço de imagens não aceitou isto. Tente com outras palavras.",
    draw_failed=(
        "Não consigo contactar o serviço de imagens agora. Tente de novo daqui a um minuto."
    ),
    draw_slow="O desenho demorou demasiado. Tente de novo.",
    draw_large="A imagem ficou grande demais para enviar. Tente de novo.",
    draw_unsent="A imagem está pronta, mas não pode ser enviada neste chat.",
    speak_unset="Não consigo falar aqui. Quem administra o bot pode definir HF_VOICE_MODEL.",
    speak_on="🔊 Aqui minhas respostas vêm também como mensagens de voz. Para parar: /voice off",
    speak_off="Aqui minhas respostas vêm só por escrito. Para ouvi-las também: /voice on",
    speak_failed="🔇 Não consegui falar esta resposta. O botão tenta de novo.",
    speak_owner=(
        "🔇 O serviço de voz não aceita a chave, o modelo ou o saldo deste bot. Só quem o "
        "administra pode resolver isso."
    ),
    memory_off="Aqui eu só lembro da conversa atual.",
    memory_head="Eu me lembro disto (/memory apagar e o número apaga um):",
    memory_none="Não acho nada sobre isso na minha memória.",
    memory_removed="Número {number} apagado.",
    memory_unknown="Não tenho esse número, ou ele não é seu.",
    documents_head="Tenho estes documentos (/documents apagar e o número apaga um):",
    documents_none="Não tenho documentos aqui. Envie um PDF, Word, Excel, texto ou HTML.",
    document_removed="Documento apagado.",
    document_unknown="Não tenho esse número, ou ele não é seu.",
    start="Olá! Eu sou o Pipit. Pergunte o que quiser; respondo na hora e em poucas palavras. O "
    "que mais faço: /help",
    help_head="É só escrever para mim. Também entendo:",
    help_row="/{name} - {about}",
    unknown_command="Não conheço {command}. Veja o que sei fazer: /help",
    fresh="Conversa nova. Deixo a anterior de lado.",
    chats_head="Conversas neste chat (/chats e um número volta a uma):",
    chats_none="Não há conversas anteriores aqui.",
    chats_unknown="Não tenho essa conversa. /chats mostra todas.",
    chats_back="Voltamos a essa conversa. Continue!",
    nothing_to_stop="Não há nada para parar agora.",
    stopping="Parando.",
    only_author="Só quem perguntou pode fazer isso.",
    nothing_to_retry="Ainda não há resposta para refazer.",
    nothing_to_continue="Ainda não há resposta para continuar.",
    button_old="Este botão é antigo demais. Pergunte de novo, por favor.",
    button_done="Isso já foi feito.",
    model_now="Modelo: {model}. Para trocar, envie /model e um destes: {models}",
    model_set="A partir de agora, {model} responde neste chat.",
    model_unknown="Não tenho {model}. Escolha um destes: {models}",
    persona_now="Meu papel neste chat: {persona}\nPara encerrar: /persona desligar",
    persona_none="Diga quem devo ser, por exemplo: /persona uma professora de matemática paciente",
    persona_set="Entendi. Esse é o meu papel neste chat.",
    persona_cleared="Voltei a ser só o Pipit.",
    persona_long="É longo demais. Máximo de caracteres: {most}.",
    language_now="Idioma: {language}. Para trocar, envie /language e um destes: {languages}",
    language_set="Idioma: {language}. Minhas respostas seguem o idioma em que você escreve.",
    language_unknown="Não tenho esse idioma. Escolha um destes: {languages}",
    timezone_now=(
        "Fuso horário: {zone}. Lá são {time}. Para mudar, envie /timezone e uma cidade, por "
        "exemplo: /timezone America/Sao_Paulo"
    ),
    timezone_set="Fuso horário: {zone}. Lá são {time}.",
    timezone_unknown=(
        "Não conheço o fuso horário {zone}. Envie uma cidade grande próxima, por exemplo: "
        "/timezone America/Sao_Paulo"
    ),
    export_chat="Isto é tudo o que guardo deste chat.",
    export_own="Isto é tudo o que guardo de você neste chat.",
    evicted="Tive de apagar mensagens ou documentos antigos desta conversa, porque meu "
    "armazenamento estava cheio.",
    export_long="É demais para um arquivo neste chat. Só quem mantém o bot pode entregar isso.",
    forget_chat=(
        "Isto apaga para sempre tudo o que guardo deste chat. Respostas: {turns}, documentos: "
        "{documents}. Se quiser, envie em até {minutes} minutos: /forget sim"
    ),
    forget_own=(
        "Isto apaga para sempre tudo o que guardo de você aqui. Respostas: {turns}, documentos: "
        "{documents}. Se quiser, envie em até {minutes} minutos: /forget sim"
    ),
    forgotten="Pronto. Está apagado.",
    anonymous=(
        "Você escreve em nome do grupo, como outras pessoas, então não sei o que é seu. "
        "Escreva com o seu próprio nome ou fale com quem administra o bot."
    ),
    data_failed="Não deu certo. Tente de novo daqui a um minuto, por favor.",
    stats=(
        "Respostas: {turns_today} hoje, {turns} no total\n"
        "Tokens: {tokens_today} hoje, {tokens} no total\n"
        "Agora: {working} em andamento, {waiting} em espera\n"
        "Acertos de cache: {hit_percent} %"
    ),
    stats_cache="Respostas repetidas: {hits} de {asked} perguntas ({repeats} idênticas, {refused} "
    "parecidas recusadas)",
    listen_object="🙈 As minhas não",
    listen_allow="👂 As minhas também",
    listen_end="⏹ Encerrar",
    listen_on=(
        "👂 Estou ouvindo neste chat. Guardo o texto das mensagens que não são "
        "dirigidas a mim, com os nomes dos autores: as {messages} mais recentes, por "
        "no máximo {hours} h. Eu as mostro ao modelo de linguagem nas próximas "
        "perguntas daqui e não as uso para mais nada. Não guardo fotos, arquivos nem "
        "comandos."
    ),
    listen_choice=(
        "Se você não quer isso, toque em “{button}”: não guardo nada seu e apago o "
        "que tenho. /forget também apaga. Os administradores encerram a escuta com o "
        "último botão ou com /listen off."
    ),
    listen_voice=(
        "🎤 Também transcrevo mensagens de voz curtas, para ouvir se alguém diz meu nome. Se "
        "ninguém disser, não guardo nada delas."
    ),
    listen_off=(
        "Não ouço neste chat: não guardo nada que não seja dirigido a mim. Um "
        "administrador pode mudar isso com /listen on"
    ),
    listen_stopped="Não ouço mais neste chat. O que eu tinha ouvido foi apagado.",
    listen_objected=(
        "Não guardo nenhuma das suas mensagens aqui. O que eu tinha ouvido delas foi apagado."
    ),
    listen_allowed="Posso guardar de novo as suas mensagens aqui, como diz o cartão.",
    listen_admins="Só um administrador deste grupo pode decidir isso.",
    listen_groups="Isto é para grupos. Aqui eu já leio tudo o que você escreve.",
    listen_unavailable="O dono do bot desativou a escuta.",
    listen_as_admin=(
        "⚠ Mas ainda não vejo essas mensagens. Faça de mim administrador aqui, ou "
        "peça ao dono do bot que desative o modo de privacidade e me adicione de "
        "novo."
    ),
    listen_by_owner=(
        "⚠ Mas ainda não vejo essas mensagens. O dono do bot precisa permitir "
        "primeiro: “Message Content Intent” no portal de desenvolvedores."
    ),
    forget_overheard="Mensagens ouvidas: {overheard}.",
    help_start="dizer olá",
    help_help="mostrar esta lista",
    help_ask="perguntar algo em um grupo",
    help_draw="desenhar uma imagem",
    help_new="começar uma conversa nova",
    help_chats="ver conversas anteriores ou voltar a uma",
    help_stop="parar a resposta",
    help_retry="responder de novo à última pergunta",
    help_continue="continuar a última resposta",
    help_model="ver ou escolher o modelo",
    help_persona="me dar um papel",
    help_language="escolher meu idioma",
    help_timezone="escolher o fuso horário",
    help_listen="ouvir um grupo, ou parar de ouvir",
    help_voice="falar também as respostas, ou parar",
    help_memory="ver, buscar ou apagar o que lembro",
    help_documents="ver ou apagar documentos",
    help_export="receber em um arquivo o que guardo de você",
    help_forget="apagar o que guardo de você",
    help_people="ver ou mudar quem pode usar o bot (administradores)",
    help_stats="ver o uso",
    help_usage="mostrar uso e custo",
    help_set="para administradores: ver ou mudar configurações",
    help_news="receber aqui as novidades do bot, ou parar",
    help_broadcast="para administradores: escrever a todos os chats que querem novidades",
    hint_ask="pergunta",
    hint_draw="o que a imagem mostra",
    hint_chats="número de uma conversa",
    hint_model="nome do modelo",
    hint_persona="quem devo ser",
    hint_language="código do idioma",
    hint_timezone="cidade, como America/Sao_Paulo",
    hint_listen="on ou off",
    hint_voice="on ou off",
    hint_memory="palavras a procurar",
    hint_documents="apagar e um número",
    hint_export="text para um arquivo sem JSON",
    hint_people="vazio para a lista, ou uma mudança",
    hint_forget="sim para apagar",
    hint_set="nome e valor",
    hint_news="on ou off",
    hint_broadcast="texto",
    word_yes="sim",
    word_on="ligar",
    word_off="desligar",
    word_remove="apagar",
)

ALERTS = AlertWords(
    credit="A conta do modelo de linguagem ficou sem crédito, por isso não consigo responder.",
    model_login="O servidor do modelo recusa o meu token, por isso não consigo responder.",
    login="{about} não aceita mais o meu token. Não recebo nada de lá.",
    disk="O disco está cheio ou o limite de espaço foi atingido; não posso aceitar mensagens "
    "novas.",
    database="O banco de dados não pode ser usado; não posso aceitar mensagens novas. O log "
    "diz o motivo.",
    deaf="Há dois minutos não recebo nada de {about}.",
    backup="O backup mais recente é antigo demais. O log diz o motivo.",
    model="O modelo {about} falha para todos. O log diz o motivo.",
    cap_near="Este bot usou 80 % da sua cota até {about}.",
    cap_reached="Este bot usou toda a sua cota. Não responde a ninguém até {about}.",
    over="Isto já passou: {said}",
)
