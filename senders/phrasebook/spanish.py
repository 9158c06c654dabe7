"""The same in Spanish: english.py tells how to read it."""

CLASSES = {
    "NO": """
        no|nunca|ya_no|no_quiero_que|no_quiero_que_me|que_no|jamas
    """,
    "TO_ME": """
        me|nos|nos_vuelvan_a|me_vuelvan_a|me_vuelva_a
    """,
    "ESCRIBIR": """
        escrib…|mand…|envi…|llam…|contact…|molest…|texte…|mensaj…|fastid…|jod…|marqu…|habl…|
            comuni…|texte…|insist…|acos…|wasap…|chin…|moles…|busqu…|escriv…|robotic…
    """,
    "PIDE": """
        mandar|mandarme|manden|mande|mandes|enviar|enviarme|envien|envie|envies|escribir|
            escribirme|escriban|escriba|escribas|llamar|llamarme|llamen|llame|llames|textear|
            texteen|textee|molestar|molesten|moleste|molestes|contactar|contacten|contacte
    """,
    "DEJAR": """
        deje|dejen|deja|dejar|pare|paren|para|parar|dejame|dejenme|dejeme|detengan|detenga|
            dejes|que_dejen|basta|suspendan
    """,
    "QUITAR": """
        borr…|elimin…|quit…|saqu…|saca…|sacar|remuev…|remov…|retir…|bajen|den|tachen|
            tache|olvid…|pierda|pierdan|desech…|bloque…
    """,
    "MI": """
        mi|este|mi_numero_de|el
    """,
    "NUMERO": """
        numero|telefono|celular|contacto|nombre|cel|tel|number|informacion|datos|num
    """,
    "MENSAJES": """
        mensajes|textos|sms|llamadas|mensajitos|mensaje|suscripcion|anuncios|notificaciones|
            alertas|publicidad|promociones|texto|spam|propaganda|avisos|whatsapps|
            marketing|info|mensage|mensages
    """,
    "SUS": """
        sus|los|estos|mas|tus|de_sus|de_estos|mi|la|esta|las|el|este|mis|tanto|tantos|tantas|con_los|
            con_sus|con_tanto|de_mandar|de_enviar|mas_de_sus
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
    quien|donde|como|cuando|por_que|porque TO_ME? saco|sacaron|sacaste|obtuvieron|
        consiguieron mi
    no TO_ME? llam… TO_ME? mandeme|mandame|escribame|escribeme|texteeme|texteame|mejor|mande|
        solo|envieme|enviame|escriba
    me equivoque|equivoco de
    no molest… al|a
    no TO_ME? mand…|envi… fotos|foto|video|videos|documentos|papeles|la_foto|el_contrato
    ya_no mandan|envian|escriben|llaman|mandaron|enviaron|llamaron|escribieron
    mandeme|mandame|mande|escribame|escribeme|texteeme|envieme mensaje|texto|un? mensaje? \
        pero|y? no llam…
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
        DEJAR de estar ESCRIBIR
        dejame|dejenme|dejeme|deje|dejen en|me_en paz
        paren|pare|alto|basta|parar|detener|cancelar|suspender|detengan|terminar ya|con|de|
            a? SUS? SUS? MENSAJES
        QUITAR MI NUMERO
        quiten|quite|quitar|saquen|saque|sacar|borren|borre|eliminen|elimine me de|ya|por
        quitenme|quiteme|quitame|saquenme|saqueme|sacame|borrenme|borreme|borrame|eliminenme|
            elimineme|eliminame|quitarme|borrarme|eliminarme|
            remuevanme|remuevame|remueveme|removerme|sacarme|desuscribanme
        dan|dar|den|deme|denme|dame|darme|darnos|dame_de|darse|quiero|solicito|pido|me_doy|
            demen la|de|me_de? baja
        ^ baja por|ya|de_la|del|inmediata
        no mas|+ SUS? MENSAJES
        ya no mas
        cancel…|anul…|suspend…|deten…|termin…|par… SUS? SUS? MENSAJES
        numero|persona equivocado|incorrecto|equivocada|incorrecta
        no estoy|me interesado|interesada|interesa gracias|por_favor|ya? $
        no molest…
        me? desuscrib…
        ya|por_favor|favor basta|paren|pare|alto
        basta|paren|pare|alto ya|por_favor|de_mensajes
        ya estuvo|dejenme|dejame|dejen
        no es mi|este|su|el NUMERO
        ^ esta|estan equivocad… $
        este|ese ya? no es el|mi? numero
        se|esta|estan|estas|te equivoc… de|con numero|persona|el_numero|telefono
        te|se equivocaste|equivoco|equivocaron de? numero|persona
        no TO_ME? interes… nada|en_absoluto|para_nada|ya|gracias|$
        no TO_ME esten|este|estes|anden ESCRIBIR
        ya_no|no recibir SUS? SUS? MENSAJES
        no soy la|esa persona
        no TO_ME? PIDE SUS? MENSAJES
        no|ya_no quiero|deseo|queremos|deseamos SUS? SUS? MENSAJES
        que|favor_de|pueden|puede|podrian|podria me|nos? borren|borre|eliminen|elimine|quiten|
            quite|saquen|saque|borrarme|eliminarme|quitarme|sacarme de|$|por|ya|ahora|gracias
        numero|telefono|celular ya? no es|pertenece
        no vive aqui
        aqui no vive|es|hay
        no conozco a
        harto|harta|hartos|cansado|cansada|cansados|canse|cansan de|con SUS? SUS? MENSAJES
        harto|harta|hartos|cansado|cansada|cansados|canse de|con que|me? me? ESCRIBIR
        dije|dicho|pedi|pido|pedido|digo que me|ya? paren|pararan|dejen|dejaran|no
        si me|nos? vuelv… a ESCRIBIR
        parele|parenle|parale|parenla ya|con|a|de|$
        no estamos interesad… gracias|por_favor|ya|en_esto|$
        ^ no mas por_favor|gracias? $
        chinga… tu|a_tu|a_su|su madre
        vete|vayanse|larguense|vayase|largate a_la|al mierda|carajo|diablo|chingada|verga
        ^ bloquead… $
        ^ no|ya_no|ya_no_me|no_me interes… $
        no|nunca|jamas|yo_no TO_ME? autoric…|suscrib…|registr…|inscrib…|di|pedi|solicit…|
            di_permiso|acept… * MENSAJES|permiso|nada|esto|esta|autorizacion|consentimiento
        retiro|revoco|cancelo mi consentimiento|permiso|autorizacion|suscripcion
        los|las|te|lo|les demand…|denunci…|report…
        los|las|te|lo|les voy|vamos|van a demandar|denunciar|reportar
        voy|vamos a? demandar|denunciar|reportar los|las|lo|este|esto|su|a_su|ese|a_ustedes|
            con|como|$
        voy|vamos a? bloquear los|las|lo|te|este|$
        voy a demandarlos|denunciarlos|reportarlos|bloquearlos|bloquear
        los|te|lo voy a bloquear
        esto es acoso|ilegal|spam|molesto|molestia
        ya deje…|paren|basta|parenle|parele|no_chinguen|no_jodan|no_frieguen
        no frieg…|jod…|ching…|molest…|fastid…
        ^ desuscrib…|unsubscribe|borrame|eliminame|quitame
        cese|cesen|terminen|termine de|los|con|las|estos|sus
        no quiero saber nada|mas
        no quiero nada $
        ^ ya no TO_ME? quiero|mas gracias|por_favor|$
        ya_no|no por_favor? por_favor|gracias? ya_no? manden|mande|envien|envie|escriban|escriba
        deje|dejen|dejame|dejenme|para|pare TO_ME? tranquil…
    """,
}
