"""The same in Spanish: english.py tells how to read it."""

CLASSES = {
    "NO": """
        no|nunca|ya_no|no_quiero_que|no_quiero_que_me|que_no|jamas
    """,
    "TO_ME": """
        me|nos
    """,
    "ESCRIBIR": """
        escrib…|mand…|envi…|llam…|contact…|molest…|text…|mensaj…|fastid…|jod…|marqu…|habl…|
            comuni…
    """,
    "DEJAR": """
        deje|dejen|deja|dejar|pare|paren|para|parar|dejame|dejenme|dejeme|detengan|detenga|
            dejes|que_dejen|basta|suspendan
    """,
    "QUITAR": """
        borr…|elimin…|quit…|saqu…|saca…|remuev…|retir…|bajen|den
    """,
    "MI": """
        mi|este|mi_numero_de|el
    """,
    "NUMERO": """
        numero|telefono|celular|contacto|nombre|cel|tel
    """,
    "MENSAJES": """
        mensajes|textos|sms|llamadas|mensajitos|mensaje|suscripcion|anuncios|notificaciones|
            alertas|publicidad|promociones
    """,
    "SUS": """
        sus|los|estos|mas|tus|de_sus|de_estos|mi|la|esta|las|el|este|sus_malditos
    """,
}

INNOCENT = """
    no|sin alto|parar
    alto precio|costo|nivel|riesgo|el_precio
    cancelar|cancele|cancelo|cancelaron|cambiar mi|la|una|el|nuestra cita|reunion|visita|
        orden|pedido|reserva|contrato|vuelo|poliza|llamada
    de_la|temporada|planta|parte|baja baja
    para mi|ti|el|la|los|las|un|una|que|comprar|vender|cuando|manana|hoy|llamar|ver|ir|saber|
        enviar|mandar|contactar|escribir|hablar|mandarles|enviarles
    no|nunca dejen|dejes|deje|paren|pare|pares|para de
    no dejen|dejes|deje|paren|pare|pares
    no dude en|de
    no me molesta
    no TO_ME? ESCRIBIR antes|hoy|ahora|manana|despues|temprano|tan|la
    no_me|nunca_me mandaron|enviaron|escribieron|llamaron|contactaron|mando|llamo|envio|
        contacto|mandaste|llamaste|escribiste|mandaron_los|han
"""

STOP = {
    "It asks to stop, in Spanish.": """
        NO TO_ME? ESCRIBIR mas|por_favor|$
        no|nunca|ya_no TO_ME ESCRIBIR|busq…
        ya_no ESCRIBIR
        no|ya_no quiero|deseo|queremos que|ser * contactad…|ESCRIBIR
        no|nunca TO_ME? vuelv… a ESCRIBIR
        no|ya_no quiero|deseo|queremos|necesito|kiero|deseamos|autorizo|acepto recibir|mas|
            sus|estos|que|seguir|ningun|resibir|recivir|tener|que_me SUS? MENSAJES|ESCRIBIR|
            nada|de_ustedes|recibiendo|mas SUS? MENSAJES?
        ya? DEJAR ya|de|por_favor ya|de|me? ESCRIBIR|enviarme|molestarme
        DEJAR de|con SUS? SUS? MENSAJES
        DEJAR me? ESCRIBIR
        dejame|dejenme|dejeme|deje|dejen en|me_en paz
        paren|pare|alto|basta|parar|detener|cancelar|suspender|detengan|terminar ya|con|de|
            a? SUS? SUS? MENSAJES
        QUITAR MI NUMERO
        quiten|quite|quitar|saquen|saque|sacar|borren|borre|eliminen|elimine me de|ya|por
        quitenme|quiteme|quitame|saquenme|saqueme|sacame|borrenme|borreme|borrame|eliminenme|
            elimineme|eliminame|quitarme|borrarme|eliminarme
        dar|den|deme|denme|dame|darme|darnos|dame_de|darse|quiero|solicito|pido|me_doy|
            demen la|de|me_de? baja
        ^ baja por|ya|de_la|del|inmediata
        no mas|+ SUS? MENSAJES
        ya no mas
        cancel…|anul…|suspend…|deten… SUS SUS? MENSAJES
        numero|persona equivocado|incorrecto|equivocada|incorrecta
        no estoy|me interesado|interesada|interesa gracias|por_favor|ya? $
        no molest…
        me? desuscrib…
        ya|por_favor|favor basta|paren|pare|alto
        basta|paren|pare|alto ya|por_favor|de_mensajes
        ya estuvo|dejenme|dejame|dejen
        no es mi|este|su numero
    """,
}
