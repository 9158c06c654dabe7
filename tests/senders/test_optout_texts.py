"""Texts that were once read wrongly, one by one: each has to be read rightly, not most."""

import pytest

from senders.optout import Intent, classify

STOPS = {
    "english": [
        *("YES STOP", "Yes stop", "yes, stop", "STOP2", "stop 2", "STOP ACME", "Stop Jane"),
        *("STOP -Jane", "SPAM STOP", "Who dis? Stop", "who is this? stop", "HELP STOP"),
        *("STOP START", "START STOP", "unsubscribed", "Please discontinue", "nvm cancel"),
        *("already sold, please remove", "how did you get my number? remove it"),
        *("this is spam", "This is spam!", "remove it from your list", "remove please"),
    ],
    "french": [
        *("Arrêtez", "arrête", "arrêtez svp", "désabonner", "Me désabonner", "stop svp"),
        *("je ne veux plus de messages", "Je ne veux plus recevoir vos SMS", "plus de SMS"),
        *("Ne m'écrivez plus", "ne me contactez plus", "Arrêtez de m'envoyer des messages"),
        *("désabonnez-moi", "Supprimez mon numéro", "retirez-moi de votre liste"),
        *("Laissez-moi tranquille", "mauvais numéro", "désinscription", "n'envoyez plus rien"),
    ],
    "german": [
        *("stop bitte", "Abmelden", "keine Nachrichten mehr", "Bitte keine SMS mehr"),
        *("abbestellen", "Hören Sie auf", "hör auf", "Bitte nicht mehr schreiben"),
        *("Schreiben Sie mir nicht mehr", "Kontaktieren Sie mich nicht mehr", "bitte abmelden"),
        *("Löschen Sie meine Nummer", "Lassen Sie mich in Ruhe", "falsche Nummer"),
        *("Ich möchte keine Nachrichten mehr bekommen", "Ich will keine SMS", "austragen"),
    ],
    "portuguese": [
        *("sair", "SAIR", "não me mande mais mensagens", "nao me mande mais mensagem"),
        *("Não quero mais receber mensagens", "não quero receber", "descadastrar"),
        *("Pare de me mandar mensagens", "parem de enviar mensagens", "me tire da lista"),
        *("remova meu número", "me deixe em paz", "número errado", "sair por favor"),
        *("quero sair da lista", "não envie mais", "Chega de mensagens"),
    ],
    "other scripts": [
        *("\u0421\u0442\u043e\u043f", "\u0421\u0422\u041e\u041f!", "\u9000\u8ba2"),
        *("\u9000\u8a02", "\u505c\u6b62", "\u505c\u6b62\u3002"),
    ],
}


@pytest.mark.parametrize("text", [text for texts in STOPS.values() for text in texts])
def test_text_that_asks_to_stop_is_a_stop_27(text):
    assert classify(text).intent is Intent.STOP_FREE_TEXT


@pytest.mark.parametrize(
    "text",
    [
        *("Do I need to opt out of anything?", "I want out of this house"),
        *("Yes stop is the name of my street", "stop by", "stop here", "Stop tomorrow"),
        *("stop laughing", "stop foreclosure", "stop eviction", "stop what?", "stop haha"),
        *("Who can stop foreclosure?", "Is this spam?", "the shed is old, can you remove it?"),
        *("I unsubscribed from Netflix", "yes help", "help", "start", "Yes", "spam?", "nvm"),
        *("Je veux arrêter de fumer", "Est-ce que vous arrêtez à 17h ?", "plus de détails svp"),
        *("Je voudrais plus de messages", "Wann hören Sie auf zu arbeiten?", "ja bitte"),
        *("Ich will keine Wohnung, ich will ein Haus", "Meine Nummer ist neu", "Danke bitte"),
        *("Je ne veux pas être en retard", "Ne m'appelez pas avant 10h", "Ich melde mich ab 5"),
        *("Ich kann nicht mehr schreiben, ich fahre", "Ich melde mich aus dem Urlaub"),
        *(
            "Use este número para me ligar",
            "não quero receber visita hoje",
            "Wie ist Ihre Nummer",
        ),
        *("Quero sair do aluguel", "vou sair agora", "não quero apartamento, quero casa"),
        *("obrigado", "merci", "\u5728\u54ea\u91cc", "\u041f\u0440\u0438\u0432\u0435\u0442"),
    ],
)
def test_text_that_only_sounds_like_it_is_none_27(text):
    assert not classify(text).is_stop


@pytest.mark.parametrize(
    "verb",
    ["Questioned", "Liked", "Laughed at", "Emphasized", "Removed a like from", "\U0001f44d to"],
)
def test_reaction_to_our_text_is_not_what_the_person_says(verb):
    reaction = f"{verb} \u201cYou can opt out any time: reply STOP.\u201d"

    assert classify(reaction).intent is Intent.NONE


def test_what_stands_behind_a_quotation_still_counts():
    assert classify("Liked \u201cReply STOP to opt out any time\u201d stop texting me").is_stop
