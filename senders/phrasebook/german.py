"""The same in German: english.py tells how to read it.

"Nummer" is mended to "number" before anything is read, so both are listed.
"""

CLASSES = {
    "DE_TEXTS": """
        nachricht|nachrichten|sms|mitteilungen|werbung|texte|anrufe|mails|emails|infos|
            benachrichtigungen|newsletter|angebote|whatsapp
    """,
    "DE_WRITE": """
        schreiben|schreib|schreibt|kontaktieren|kontaktiert|anschreiben|anrufen|ruft|senden|
            schicken|texten|belastigen|melden|storen
    """,
}

INNOCENT = """
    kann|konnte|konnten|konnen nicht|nie mehr|wieder DE_WRITE
"""

STOP = {
    "It asks to stop, in German.": """
        keine|keinerlei|nie DE_TEXTS mehr
        keine|keinerlei weiteren|weitere DE_TEXTS
        ^ bitte? keine|keinerlei DE_TEXTS bitte|danke|$
        will|mochte|wunsche|wollen|mochten keine|keinerlei weiteren|weitere|ihrer|eurer|diese? \
            DE_TEXTS
        nicht|nie mehr|wieder DE_WRITE
        DE_WRITE sie|ihr? mir|mich|uns? bitte? nicht|nie mehr|wieder|weiter
        ^ bitte? horen|hor|hort sie? bitte? auf $|damit|mir|mich|bitte|sofort|endlich
        ^ bitte? aufhoren bitte|$
        ^ bitte? abmelden|abbestellen|austragen|abmeldung bitte|danke|$
        mich|uns bitte? abmelden|austragen|loschen|entfernen|streichen
        melden|melde sie? mich|uns bitte? ab $|bitte
        tragen|trage|nehmen|nimm|loschen|losche|streichen sie? mich|uns bitte? aus|raus|
            von_der
        loschen|losche|entfernen|entferne|streichen sie? bitte? meine|diese nummer|number|daten|
            telefonnummer|handynummer|kontaktdaten
        meine|diese nummer|number|daten|telefonnummer|handynummer bitte? \
            loschen|entfernen|streichen
        lassen|lass|lasst sie? mich|uns in ruhe
        falsche nummer|number|telefonnummer $|sorry|sie
        ^ kein|keinerlei interesse mehr|danke|bitte|$
        ich habe kein interesse mehr|danke|$
        ^ stoppen sie? bitte|das|die|$
    """,
}
