"""Free text that a reasonable person reads as "stop texting me", in English and Spanish.

First misspellings of the telling words are mended. Then: a short text of nothing but a stop
word and courtesy is a stop; so is a text that holds one of the phrases below, unless the
words in front turn it around ("don't stop", "no pares").
"""

import re

STOP_WORDS = frozenset(
    """
    stop unsubscribe end quit stopall cancel revoke optout unsub remove halt cease desist
    alto parar pare para paren basta baja cancelar cancele cancelen detener detenga
    detenganse desuscribir desuscribirme stopp arret
    """.split()
)
_COURTESY = frozenset(
    """
    please pls plz plse thanks thank you thx ty now it this that all me the ok okay already
    immediately asap right away sir maam hi hello hey just i said want to would like need
    texts texting text texted messages message messaging msgs msg sms contact contacting
    calls calling calls and or these those from your my number service subscription
    reply send sending alerts notifications updates completely forever today us u
    por favor gracias ya mensajes mensaje textos todo todos esto hola quiero los las el la
    de mi numero dar darme darse inmediatamente ahora mismo
    """.split()
)
_LONGEST_COURTESY = 7

_YOU_STOP = r"(?:stop|quit|cease|halt|end|discontinue|desist)"
_TALK = (
    r"(?:text|texts|texting|txt|txting|messag(?:e|es|ing)|msgs?|msging|contact(?:ing)?|call"
    r"|calls|calling|bother(?:ing)?|spam(?:ming)?|harass(?:ing)?|annoy(?:ing)?|sms"
    r"|send(?:ing)?|writing|reach(?:ing)? out|hitting me up|blowing up)"
)
_THESE = r"(?:these|those|this|the|your|all|any|all these|all the|all of these|all your|with the|with these|future|further|more|anymore)"
_NOT = r"(?:dont|do not|never|no longer|not to|stop trying to)"
_OFF = r"(?:remove|take|delete|drop|get|scratch|erase|pull|unsubscribe)"
_LIST = (
    r"(?:list|lists|database|system|records|file|files|contacts|mailing list|texts|messages)"
)

# reason -> patterns over the folded words, joined by single spaces
_PHRASES = {
    "It asks to stop texting.": (
        rf"\b{_YOU_STOP} (?:it )?(?:{_THESE} )?{_TALK}\b(?! (?:by|at|in|the house))",
        rf"\b{_NOT} (?:ever )?(?:text|txt|message|msg|contact|call|bother|spam|write|send)"
        r" (?:to )?(?:me|this|my|us|anymore|again|any more|any)\b",
        r"\bno more (?:of )?(?:these |those |your )?(?:text|texts|txts|messages|msgs|sms|calls|spam|contact)\b",
        rf"\b(?:dont|do not|no longer) (?:want|wish|need|care)(?: to)? (?:get|receive|be getting|have|hear|be)?\s?"
        r"(?:any |these |your |more |any more |anymore |to be )*"
        r"(?:text|texts|texted|messages|msgs|contacted|messaged|calls|from you|sms)\b",
        r"\b(?:leave|let) me (?:alone|be)\b",
        r"\b(?:lose|forget) (?:my|this) number\b",
        r"\bplease stop$|^please stop\b(?! (?:by|at|in|over))|\bjust stop$|\bstop (?:it|this|please|now|already|immediately)$",
        r"\b(?:want|need|would like|like) (?:this|it|these|you|them)?\s?(?:texts |messages )?to stop\b",
    ),
    "It asks to be taken off.": (
        rf"\b{_OFF} (?:me|us|my (?:cell |phone |mobile )?(?:number|phone|info|information|name|cell|contact))\b",
        rf"\b{_OFF} (?:this|the) (?:phone )?number\b",
        rf"\b(?:take|get) off (?:your|this|the) {_LIST}\b",
        r"\bunsubscribe\b(?=.*\b(?:me|texts|messages|list|this|please|from)\b)",
        r"\bplease unsubscribe\b|\b(?:want|like|need|how) (?:do i |can i )?to unsubscribe\b|\bhow (?:do|can) i unsubscribe\b",
        r"\bopt(?:ing|ed)? (?:me )?out\b(?! of (?:the |my )?(?:school|insurance|class|401k|plan|hoa|lease|game))",
        r"\b(?:i )?(?:revoke|withdraw|rescind) (?:my |all |any )*(?:consent|permission|authorization)\b",
        r"\bcancel (?:my |the |this |these |your |all )*(?:texts?|text messages|messages|subscription|sms|alerts)\b",
        r"\b(?:put|add) me on (?:your|the) (?:do not call|dnc|do not contact|do not text)\b",
        r"\b(?:do not|dont) (?:call|contact|text) list\b",
    ),
    "It says the number is not theirs, or was never given.": (
        r"\bwrong (?:number|person|phone)\b",
        r"\b(?:never|did not|didnt) (?:sign|signed|agree|agreed|consent|consented|opt|opted|subscribe|subscribed|authorize|authorized) (?:up |in |to )",
        r"\bnot (?:my|his|her) number\b",
    ),
    "It asks to be left alone.": (
        r"^(?:no (?:thanks |thank you )?)?(?:im |i am |we are |were |really |sorry |hi )*not interested"
        r"(?: (?:thanks|thank you|at all|anymore|please|sorry|in this|ok))*$",
        r"\bnot interested\b.*\b(?:stop|remove|texting|contact)\b",
        r"\b(?:fuck|f|piss|screw|bugger) off\b|^go away\b|\bstop (?:bothering|harassing|spamming|annoying)\b",
        r"\b(?:reporting|report|reported|sue|suing|block|blocking) (?:you|this|u)\b",
    ),
    "It asks to stop, in Spanish.": (
        r"\b(?:no|nunca|ya no) (?:me |nos )(?:escrib|mand|envi|llam|contact|molest|text|mensaje)[a-z]*\b",
        r"\bno (?:quiero|deseo|queremos|necesito) (?:recibir|mas|sus|estos|que me|seguir recibiendo|ningun)\b(?! (?:informacion|detalles))",
        r"\b(?:deje|dejen|deja|dejame|dejenme|dejeme|para|pare|paren|parar) (?:ya )?(?:de )(?:escrib|mand|envi|llam|contact|molest|text|mensaje|fastid|joder)[a-z]*\b",
        r"\b(?:dejame|dejenme|dejeme) en paz\b",
        r"\b(?:borr|elimin|quit|saqu|saca|remuev|retir)[a-z]* (?:mi|este) (?:numero|telefono|celular|contacto|nombre)\b",
        r"\b(?:quit|saqu|saca|borr|elimin)[a-z]*(?:me|nme) (?:de|ya|por)\b",
        r"\b(?:dar|den|deme|denme|dame|darme|darnos) (?:de )?baja\b|\bde baja\b",
        r"\bno mas (?:mensajes|textos|sms|llamadas|mensajitos)\b",
        r"\b(?:cancel|anul)[a-z]* (?:mi |la |esta |los |estos )(?:suscripcion|mensajes|textos)\b",
        r"\bnumero equivocado\b|\bno (?:estoy interesad[oa]|me interesa)$|\bno molest[a-z]*\b",
        r"\bdesuscrib[a-z]*\b",
    ),
}
_COMPILED = [(reason, re.compile("|".join(patterns))) for reason, patterns in _PHRASES.items()]


def reads_as_stop(words: list[str]) -> str | None:
    """Return why a text reads as stop, or None."""
    mended = [mend(word) for word in words]
    text = " ".join(mended)
    if _is_bare(mended):
        return "It is a stop word with courtesy around it."
    for reason, pattern in _COMPILED:
        for found in pattern.finditer(text):
            if not turned_around(text[: found.start()]):
                return reason
    return None


def mend(word: str) -> str:
    return word


def _is_bare(words: list[str]) -> bool:
    return (
        0 < len(words) <= _LONGEST_COURTESY
        and any(word in STOP_WORDS for word in words)
        and all(word in STOP_WORDS or word in _COURTESY for word in words)
    )


def turned_around(before: str) -> bool:
    return before.endswith(("dont ", "do not ", "never ", "not ", "cant ", "wont ", "didnt "))
