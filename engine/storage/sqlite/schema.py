"""The tables, as steps that migrate a file of any older version to the newest version.

Step n changes ``PRAGMA user_version`` from n to n + 1. A released step is never changed. Platform
ids are stored once, in `chats` and `authors`. Other rows refer to them by number.
"""

from __future__ import annotations

# With AUTOINCREMENT a number is never used again. A running answer, a cached vector or a ledger row
# may still have the number of a deleted row. With that number it finds nothing, and never the text
# of another chat.
_FIRST = (
    """CREATE TABLE chats(
        chat INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, model TEXT NOT NULL
        DEFAULT '',
        persona TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '',
        fresh_after INTEGER NOT NULL DEFAULT 0, last_message TEXT NOT NULL DEFAULT '', used_at
        INTEGER NOT NULL)""",
    "CREATE INDEX chats_by_use ON chats(used_at)",
    """CREATE TABLE authors(
        author INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, user_id TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE(platform, user_id))""",
    """CREATE TABLE turns(
        turn INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, author INTEGER NOT NULL, at
        INTEGER NOT NULL,
        finish TEXT NOT NULL, prompt BLOB NOT NULL, answer BLOB NOT NULL)""",
    "CREATE INDEX turns_by_chat ON turns(chat, turn)",
    "CREATE INDEX turns_by_time ON turns(at)",
    # `state` is 0 for accepted, 1 for answered and 2 for given up. A finished row keeps its ids, so
    # that a repeated message is recognised and a pressed button finds its question. The commit that
    # records the turn deletes the row's body.
    """CREATE TABLE ledger(
        row INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, message_id TEXT NOT NULL,
        handle TEXT NOT NULL,
        state INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, owner INTEGER NOT
        NULL DEFAULT 0,
        at INTEGER NOT NULL, direct INTEGER NOT NULL, turn INTEGER NOT NULL DEFAULT 0, body BLOB,
        shown BLOB,
        UNIQUE(chat, message_id))""",
    "CREATE INDEX ledger_open ON ledger(state) WHERE state = 0",
    "CREATE INDEX ledger_by_time ON ledger(at)",
    """CREATE TABLE bubbles(
        chat INTEGER NOT NULL, sent TEXT NOT NULL, row INTEGER NOT NULL, part INTEGER NOT NULL,
        PRIMARY KEY(chat, sent)) WITHOUT ROWID""",
    "CREATE INDEX bubbles_by_row ON bubbles(row, part)",
    """CREATE TABLE usage(
        chat INTEGER NOT NULL, author INTEGER NOT NULL, day INTEGER NOT NULL, finish TEXT NOT NULL,
        turns INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, answer_tokens INTEGER NOT NULL,
        PRIMARY KEY(chat, author, day, finish)) WITHOUT ROWID""",
    "CREATE TABLE owners(owner INTEGER PRIMARY KEY AUTOINCREMENT)",
    "CREATE INDEX usage_by_author ON usage(author, day)",
    # These triggers delete dependent rows, so that code that deletes a row or a chat need not do
    # so.
    "CREATE TRIGGER row_deleted AFTER DELETE ON ledger BEGIN DELETE FROM bubbles WHERE row = "
    "OLD.row; END",
    """CREATE TRIGGER chat_left AFTER DELETE ON chats BEGIN
        DELETE FROM turns WHERE chat = OLD.chat; DELETE FROM ledger WHERE chat = OLD.chat;
        DELETE FROM usage WHERE chat = OLD.chat; END""",
)

# The tables of memory. Triggers delete vectors and cached answers with their turn, and all
# rows of a chat with the chat.
_MEMORY = (
    "CREATE TABLE turn_vectors(turn INTEGER PRIMARY KEY, prompt BLOB NOT NULL, answer BLOB NOT "
    "NULL)",
    """CREATE TABLE documents(
        document INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, author INTEGER NOT NULL,
        name TEXT NOT NULL,
        at INTEGER NOT NULL, used_at INTEGER NOT NULL, bytes INTEGER NOT NULL, passages INTEGER NOT
        NULL)""",
    "CREATE INDEX documents_by_chat ON documents(chat, document)",
    "CREATE INDEX documents_by_use ON documents(used_at)",
    """CREATE TABLE passages(
        document INTEGER NOT NULL, number INTEGER NOT NULL, place TEXT NOT NULL, text BLOB NOT NULL,
        vectors BLOB NOT NULL, PRIMARY KEY(document, number)) WITHOUT ROWID""",
    """CREATE TABLE answers(
        answer INTEGER PRIMARY KEY, chat INTEGER NOT NULL, scope TEXT NOT NULL, exact TEXT NOT NULL,
        turn INTEGER NOT NULL, question BLOB NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL, at
        INTEGER NOT NULL,
        UNIQUE(chat, scope, exact))""",
    "CREATE INDEX answers_by_time ON answers(at)",
    "CREATE INDEX answers_by_turn ON answers(turn)",
    """CREATE TRIGGER turn_deleted AFTER DELETE ON turns BEGIN
        DELETE FROM turn_vectors WHERE turn = OLD.turn; DELETE FROM answers WHERE turn = OLD.turn;
        END""",
    # A turn that is answered again is overwritten. REPLACE alone would not run the delete trigger.
    """CREATE TRIGGER turn_written AFTER INSERT ON turns BEGIN
        DELETE FROM turn_vectors WHERE turn = NEW.turn; DELETE FROM answers WHERE turn = NEW.turn;
        END""",
    "CREATE TRIGGER document_deleted AFTER DELETE ON documents BEGIN "
    "DELETE FROM passages WHERE document = OLD.document; END",
    """CREATE TRIGGER chat_deleted AFTER DELETE ON chats BEGIN
        DELETE FROM documents WHERE chat = OLD.chat; DELETE FROM answers WHERE chat = OLD.chat;
        END""",
)

# `store` is the identity of this file and its copies, so that no backup overwrites the backup of
# another database. `erased` is the number of erasures. `scrubbed` is the number of erasures that
# were followed by a rewrite of the file.
_FACTS = (
    "CREATE TABLE facts(name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "INSERT INTO facts VALUES('store', lower(hex(randomblob(16)))), ('erased', 0), ('scrubbed', 0)",
)

# `sure` is 1 if all messages of the answer are certainly in its bubbles. `finish` is the way the
# model ended the text in `shown`, empty while the text may grow. If `finish` is set, only the final
# edit on screen is missing.
_RECOVERY = (
    "ALTER TABLE ledger ADD COLUMN sure INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ledger ADD COLUMN finish TEXT NOT NULL DEFAULT ''",
)

# `edition` counts how often the row was opened again, for an edited text or another answer. `elder`
# is the process that answered an older edition at that time. It is reset when that answer ends.
_EDITIONS = (
    "ALTER TABLE ledger ADD COLUMN edition INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ledger ADD COLUMN elder INTEGER NOT NULL DEFAULT 0",
)

# This table has one row: the identity of the model that made all vectors of this file.
_EMBEDDING = ("CREATE TABLE embedding(model BLOB NOT NULL)",)

# `step` is the heavy step that a job on this row has begun and not ended. `deaths` counts the
# processes that ended in such a step. `asked_by` and `repeated_by` name the author who pressed
# Retry on another person's question, or are 0. `persona_by` is the author who set the chat's
# persona, or 0 if unknown.
_CARE = (
    "ALTER TABLE ledger ADD COLUMN step TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE ledger ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ledger ADD COLUMN asked_by INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE turns ADD COLUMN repeated_by INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE chats ADD COLUMN persona_by INTEGER NOT NULL DEFAULT 0",
)

# Two columns get new names. `revision` counts how often the row was opened again. `previous_owner`
# is the process that still answers an older revision, or 0 if there is none.
_RENAMED = (
    "ALTER TABLE ledger RENAME COLUMN edition TO revision",
    "ALTER TABLE ledger RENAME COLUMN elder TO previous_owner",
)

# `since` is the time of an author's first message, or 0 if it was before this step. `origin` is
# explained in `Author.origin`. `unpacked` is like `bytes`, but with the texts unpacked. `evictions`
# lists the chats that lost turns or documents to make room and have not been told so yet.
_FAIRNESS = (
    "ALTER TABLE authors ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE authors ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN unpacked INTEGER NOT NULL DEFAULT 0",
    """UPDATE documents SET unpacked = (SELECT total(unpacked_bytes(p.text) + length(p.vectors))
        FROM passages p WHERE p.document = documents.document)""",
    "CREATE INDEX documents_by_author ON documents(author)",
    "CREATE INDEX turns_by_author ON turns(author)",
    "CREATE TABLE evictions(key TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
)

# `material` holds the parts of the question besides its text (`engine.contract.Material`), or NULL
# if there are none. `time_zone` is the chat's choice, or empty for the operator's default.
_MATERIAL = (
    "ALTER TABLE turns ADD COLUMN material BLOB",
    "ALTER TABLE chats ADD COLUMN time_zone TEXT NOT NULL DEFAULT ''",
)

# `pieces` holds the messages of questions that consist of several messages. `settles_at` is the
# Unix time until which the question waits for further pieces.
_PIECES = (
    """CREATE TABLE pieces(
        piece INTEGER PRIMARY KEY, row INTEGER NOT NULL, chat INTEGER NOT NULL,
        message_id TEXT NOT NULL, body BLOB NOT NULL, UNIQUE(chat, message_id))""",
    "CREATE INDEX pieces_by_row ON pieces(row)",
    """CREATE TRIGGER row_left_pieces AFTER DELETE ON ledger BEGIN
        DELETE FROM pieces WHERE row = OLD.row; END""",
    """CREATE TRIGGER turn_left_pieces AFTER DELETE ON turns BEGIN
        DELETE FROM pieces WHERE row IN (SELECT row FROM ledger WHERE turn = OLD.turn); END""",
    "CREATE INDEX ledger_by_turn ON ledger(turn) WHERE turn <> 0",
    "ALTER TABLE ledger ADD COLUMN settles_at REAL NOT NULL DEFAULT 0",
)

# `digest` is the SHA-256 of the document's source file, or empty if unknown.
_DIGESTS = ("ALTER TABLE documents ADD COLUMN digest BLOB NOT NULL DEFAULT x''",)

# `moves` lists the chats that got a new key on their platform. Their rows are stored under the
# present key.
_MOVES = (
    "CREATE TABLE moves(former TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TRIGGER chat_left_moves AFTER DELETE ON chats BEGIN
        DELETE FROM moves WHERE key = OLD.key; END""",
)

# `conversation` is the number of the conversation to which a turn belongs. It is the value of
# `chats.fresh_after` when the turn was recorded: the number of the chat's newest turn when that
# conversation began.
_CHATS = (
    "ALTER TABLE turns ADD COLUMN conversation INTEGER NOT NULL DEFAULT 0",
    """UPDATE turns SET conversation = (SELECT fresh_after FROM chats WHERE chats.chat = turns.chat)
        WHERE turn > (SELECT fresh_after FROM chats WHERE chats.chat = turns.chat)""",
)

# `listening` lists the chats that keep messages which are not addressed to the bot. `overheard`
# holds those messages. `objections` lists the members who object to this, with the group as text (a
# `ChatKey` without a thread).
_OVERHEARD = (
    "CREATE TABLE listening(chat INTEGER PRIMARY KEY, since INTEGER NOT NULL)",
    """CREATE TABLE overheard(
        line INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, message_id TEXT NOT NULL,
        user_id TEXT NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL,
        UNIQUE(chat, message_id))""",
    "CREATE INDEX overheard_by_chat ON overheard(chat, at)",
    "CREATE INDEX overheard_by_time ON overheard(at)",
    """CREATE TABLE objections(
        place TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY(place, user_id)) WITHOUT ROWID""",
    """CREATE TRIGGER chat_left_overheard AFTER DELETE ON chats BEGIN
        DELETE FROM overheard WHERE chat = OLD.chat; DELETE FROM listening WHERE chat = OLD.chat;
        END""",
)

# `people` holds people and groups with the admins' decision (`engine.people.Person`). `due` is the
# work that a row still needs (`engine.storage.people.Due`). `card` is 1 if the admins got a card,
# and 2 if they got only a summary. `held` holds the messages of people and groups that wait for a
# decision. `decisions` is the log of the decisions.
_PEOPLE = (
    """CREATE TABLE people(
        person INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, subject TEXT NOT NULL,
        grouped INTEGER NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, chat TEXT NOT NULL,
        handle TEXT NOT NULL, state TEXT NOT NULL, role TEXT NOT NULL, asked_at INTEGER NOT NULL,
        decided_by TEXT NOT NULL DEFAULT '', decided_at INTEGER NOT NULL DEFAULT 0,
        version INTEGER NOT NULL DEFAULT 0, card INTEGER NOT NULL DEFAULT 0,
        due INTEGER NOT NULL DEFAULT 0, UNIQUE(platform, subject))""",
    "CREATE INDEX people_due ON people(due) WHERE due <> 0",
    "CREATE INDEX people_by_state ON people(state)",
    """CREATE TABLE held(
        line INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL, chat TEXT NOT NULL,
        message_id TEXT NOT NULL, user_id TEXT NOT NULL, direct INTEGER NOT NULL,
        at INTEGER NOT NULL, handle TEXT NOT NULL, body BLOB NOT NULL, UNIQUE(chat, message_id))""",
    "CREATE INDEX held_by_person ON held(person, line)",
    """CREATE TRIGGER person_left AFTER DELETE ON people BEGIN
        DELETE FROM held WHERE person = OLD.person; END""",
    """CREATE TABLE decisions(
        line INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, decided_by TEXT NOT NULL,
        subject TEXT NOT NULL, what TEXT NOT NULL)""",
)

# `spending` holds answers, tokens and cost by day, person, chat and model. When a chat is deleted,
# its rows become rows of chat 0. Authors below zero are explained in `engine.storage.sql.spending`.
# `estimated_tokens` is the part of the tokens that no endpoint reported. `cost` is in billionths of
# the currency's unit. `cap_warnings` holds warnings that were given once, with the Unix time at
# which their period ends.
_SPENDING = (
    """CREATE TABLE spending(
        day INTEGER NOT NULL, author INTEGER NOT NULL, chat INTEGER NOT NULL, model TEXT NOT NULL,
        answers INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, answer_tokens INTEGER NOT NULL,
        estimated_tokens INTEGER NOT NULL, pictures INTEGER NOT NULL, recordings INTEGER NOT NULL,
        cost INTEGER NOT NULL, PRIMARY KEY(day, author, chat, model)) WITHOUT ROWID""",
    "CREATE INDEX spending_by_author ON spending(author, day)",
    "CREATE INDEX spending_by_chat ON spending(chat, day)",
    """INSERT INTO spending SELECT day, author, chat, '', sum(turns), sum(prompt_tokens),
        sum(answer_tokens), 0, 0, 0, 0 FROM usage GROUP BY day, author, chat""",
    """CREATE TRIGGER chat_left_spending AFTER DELETE ON chats BEGIN
        INSERT INTO spending SELECT day, author, 0, model, answers, prompt_tokens, answer_tokens,
        estimated_tokens, pictures, recordings, cost FROM spending WHERE chat = OLD.chat
        ON CONFLICT(day, author, chat, model) DO UPDATE SET
        answers = answers + excluded.answers, prompt_tokens = prompt_tokens +
        excluded.prompt_tokens, answer_tokens = answer_tokens + excluded.answer_tokens,
        estimated_tokens = estimated_tokens + excluded.estimated_tokens, pictures = pictures +
        excluded.pictures, recordings = recordings + excluded.recordings,
        cost = cost + excluded.cost;
        DELETE FROM spending WHERE chat = OLD.chat; END""",
    """CREATE TABLE cap_warnings(
        name TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY(name, until)) WITHOUT ROWID""",
)

# `chosen` holds the settings that admins chose in the chat. `news` lists the chats that want the
# admins' news, with the handle of the sink. `broadcasts` holds messages to these chats. `receivers`
# lists the chats of a broadcast, with the state of the delivery.
_SERVICE = (
    "CREATE TABLE chosen(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE news(chat INTEGER PRIMARY KEY, handle TEXT NOT NULL)",
    """CREATE TABLE broadcasts(
        broadcast INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, message_id TEXT NOT NULL,
        user_id TEXT NOT NULL, handle TEXT NOT NULL, language TEXT NOT NULL, card TEXT NOT NULL,
        state INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
        UNIQUE(key, message_id))""",
    """CREATE TABLE receivers(
        broadcast INTEGER NOT NULL, chat INTEGER NOT NULL, state INTEGER NOT NULL,
        PRIMARY KEY(broadcast, chat)) WITHOUT ROWID""",
    """CREATE TRIGGER broadcast_left AFTER DELETE ON broadcasts BEGIN
        DELETE FROM receivers WHERE broadcast = OLD.broadcast; END""",
    """CREATE TRIGGER chat_left_news AFTER DELETE ON chats BEGIN
        DELETE FROM news WHERE chat = OLD.chat; DELETE FROM receivers WHERE chat = OLD.chat; END""",
)

# `made` holds the picture or recording that a service made for an open row. `revision` is the row's
# revision for which it was made. `alt` describes what it shows. `duration` is in seconds. `sent` is
# the message that shows it, empty before there is one.
_MADE = (
    """CREATE TABLE made(
        row INTEGER PRIMARY KEY, revision INTEGER NOT NULL, kind TEXT NOT NULL,
        media_type TEXT NOT NULL, alt BLOB NOT NULL, duration REAL NOT NULL,
        waveform BLOB NOT NULL, body BLOB NOT NULL, sent TEXT NOT NULL DEFAULT '')""",
    """CREATE TRIGGER row_left_made AFTER DELETE ON ledger BEGIN
        DELETE FROM made WHERE row = OLD.row; END""",
)

# `voice` is ON if the chat wants its answers spoken, else empty.
_VOICE = ("ALTER TABLE chats ADD COLUMN voice TEXT NOT NULL DEFAULT ''",)

STEPS: tuple[tuple[str, ...], ...] = (
    _FIRST,
    _MEMORY,
    _FACTS,
    _RECOVERY,
    _EDITIONS,
    _EMBEDDING,
    _CARE,
    _RENAMED,
    _FAIRNESS,
    _MATERIAL,
    _PIECES,
    _DIGESTS,
    _MOVES,
    _CHATS,
    _OVERHEARD,
    _PEOPLE,
    _SPENDING,
    _SERVICE,
    _MADE,
    _VOICE,
)
