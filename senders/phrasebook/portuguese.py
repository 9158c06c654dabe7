"""The same in Portuguese: english.py tells how to read it. Spanish finds what both share."""

CLASSES = {
    "PT_SEND": """
        mande|mandem|manda|mandar|mandando|envie|enviem|envia|enviar|enviando|escreva|escrevam|
            escreve|escrever|ligue|liguem|liga|ligar|ligando|contate|contatem|contatar|
            incomode|incomodem|incomodar|perturbe|perturbem|perturbar|chame|chamem
    """,
    "PT_TEXTS": """
        mensagem|mensagens|msg|message|messages|sms|texto|textos|torpedo|torpedos|propaganda|
            propagandas|spam|anuncios|ofertas|ligacoes|notificacoes|mensages
    """,
    "PT_THESE": """
        de|as|suas|essas|estas|mais|com|com_essas|com_as|de_suas|dessas|destas|a|os|esses
    """,
}

STOP = {
    "It asks to stop, in Portuguese.": """
        nao|nunca me|nos? PT_SEND mais|nada
        nao|nunca me|nos? PT_SEND PT_THESE? PT_TEXTS
        nao|nunca mais me|nos? PT_SEND
        nao quero|queremos|desejo|gostaria de? receber PT_THESE? PT_TEXTS|nada|mais|$
        nao quero|queremos|desejo|gostaria mais de? receber
        nao quero|queremos|desejo mais PT_TEXTS|essas|suas|contato
        nao quero|queremos|desejo PT_TEXTS
        pare|parem|para|parar|chega|deixe|deixem de|com me|nos? PT_SEND|PT_TEXTS
        pare|parem me|nos? PT_SEND
        pare|parem|chega|cancele|cancelar PT_THESE PT_TEXTS|PT_SEND
        ^ quero sair $|da_lista|desta_lista|dessa_lista|por_favor
        sair da|desta|dessa lista
        me? descadastrar|descadastre|descadastrem|desinscrever|desinscreva
        me tire|tirem|tira|remova|remove|removam|retire|retirem|retira|exclua|apague da|desta|
            dessa|do|de|$|por
        remova|remover|remove|retire|retirar|tire|tirar|apague|apagar|exclua|excluir|delete o? \
            meu|este|esse numero|telefone|contato|celular|nome
        me deixe|deixa|deixem em paz
        numero|pessoa errado|errada
        ^ nao tenho|estou interesse|interessado|interessada $|obrigado|obrigada|em_receber|mais
    """,
}
