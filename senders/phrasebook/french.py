"""The same in French: english.py tells how to read it."""

CLASSES = {
    "FR_WRITE": """
        ecrire|ecrivez|ecris|mecrire|mecrivez|envoyer|envoyez|envoie|menvoyer|menvoyez|
            nenvoyez|nenvoyer|contacter|contactez|contacte|recontactez|texter|textez|appeler|
            appelez|appelle|mappeler|nappelez|deranger|derangez|harceler|harcelez
    """,
    "FR_TEXTS": """
        message|messages|sms|textos|texto|pub|pubs|publicite|publicites|offres|notifications|
            alertes|mails|appels|newsletter
    """,
    "FR_THESE": """
        de|ces|vos|les|des|tes|tous|ce|du|tous_ces|tous_vos|de_vos|de_ces|avec_vos|avec_ces
    """,
}

INNOCENT = """
    ne|n me|nous|m? FR_WRITE pas avant|maintenant|demain|aujourdhui|ce|le|au|apres|si|trop|tout
"""

STOP = {
    "It asks to stop, in French.": """
        ne|n me|nous|m? FR_WRITE plus|pas|jamais
        nenvoyez|nappelez plus
        ne|n? veux|souhaite|desire|voulons|souhaitons|nveux plus|pas FR_THESE? FR_TEXTS $|svp|
            merci|de_votre|de_vous
        ne|n? veux|souhaite|desire|voulons|souhaitons plus|pas recevoir|en_recevoir
        veux|souhaite plus|pas etre contacte|contactee|recontacte|derange|derangee
        ^ plus|pas|aucun FR_THESE? FR_TEXTS $|svp|merci|sil
        arretez|arrete|arreter|cessez|cesse|stoppez|stop FR_THESE? FR_THESE? FR_TEXTS
        arretez|arrete|arreter|cessez|cesse de|d me|nous|m? FR_WRITE
        ^ arretez|arrete|cessez tout|ca|cela|maintenant|immediatement
        desabonnez|desinscrivez|desabonne|desinscris moi|nous|ce
        me|nous|m desabonner|desinscrire|desabonne|desinscris
        retirez|supprimez|effacez|enlevez|rayez|retire|supprime|efface|enleve moi|nous|
            mon_numero|ce_numero|mes_coordonnees|mes_donnees
        laissez|laisse|fichez|foutez|fiche|fous moi|nous la? tranquille|paix
        mauvais|faux numero $|desole|vous
        ^ pas|plus interesse|interessee svp|merci|$
        je ne? suis pas|plus interesse|interessee $|merci|du|par
    """,
}
