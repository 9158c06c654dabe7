"""What people write in English when they want no more texts.

One phrase a line, in folded and mended words. CAPITALS are a class of words, `a|b` a choice,
`a_b` two words, `?` marks what may be missing, `*` a gap of up to three words, `^` and `$`
begin and end of the text, `escrib…` every word that begins so. A line that ends with `|`
goes on in the next.
"""

CLASSES = {
    "CEASE": """
        stop|quit|cease|halt|discontinue|desist|end|stop_with|quit_with
    """,
    "THESE": """
        these|those|this|the|your|all|any|all_these|all_the|all_of_these|all_your|it|future|
            further|more|ur|all_of_the|sending|sending_me|getting|with_the|with_these|us
    """,
    "TALK": """
        text|texts|texting|txt|txts|txting|texted|message|messages|messaging|msg|msgs|
            messeging|contact|contacting|call|calls|calling|bothering|spam|spamming|
            harassing|annoying|sms|sending|writing|communication|communications|alerts|
            notifications|hitting_me_up|blowing_up|reaching_out|pestering|solicitation|
            soliciting|correspondence|blasting|bugging
    """,
    "DONT": """
        dont|do_not|never|no_longer|not_to|dnt|donot|shouldnt|should_not|cant|cannot
    """,
    "WRITE": """
        text|txt|message|msg|contact|call|bother|spam|write|send|reach_out_to|solicit|
            texting|messaging|contacting|sms|reply|respond
    """,
    "ME": """
        me|us|my|this|to_me|to_my|to_this|anymore|again|any|any_more|these|here|please|him|her
    """,
    "WANT": """
        want|wish|need|care|like|wanna|consent|agree|authorize|would_like|want_to|wish_to|
            need_to|care_to|consent_to|agree_to|like_to|give_permission
    """,
    "GET": """
        get|receive|be|getting|receiving|have|hear|recieve|be_getting|see|be_receiving
    """,
    "REMOVE": """
        remove|take|delete|drop|get|scratch|erase|pull|unsubscribe|unenroll|unsub|exclude|
            strike|removing|deleting|opt
    """,
    "MINE": """
        me|us|my_number|my_phone|my_phone_number|my_cell|my_cell_number|my_info|
            my_information|my_name|my_contact|my_contact_info|this_number|this_phone|
            this_phone_number|my_data|number|my_mobile|my_details|the_number
    """,
    "LIST": """
        list|lists|database|system|records|file|files|mailing_list|text_list|call_list|
            contact_list|distribution_list|texts|messages|subscription|thing
    """,
    "SUBSCRIPTION": """
        subscription|text|texts|text_messages|messages|sms|alerts|messaging|notifications|
            enrollment|text_alerts|opt_in|signup
    """,
    "MY": """
        my|the|this|these|your|all|all_the|all_these|any|that|those
    """,
    "NEVER": """
        never|did_not|didnt|havent|have_not|dont_remember|do_not_remember|dont_recall
    """,
    "SIGN": """
        sign_up|signed_up|sign_up_for|agree_to|agreed_to|consent_to|consented_to|opt_in|
            opted_in|subscribe|subscribed|authorized|authorize|signing_up|requested|request|
            asked_for|ask_for|gave_you|give_you|gave_permission|signed_up_for
    """,
    "AWAY": """
        fuck_off|piss_off|screw_off|bugger_off|f_off|go_away|get_lost|buzz_off|fuck_you|stfu|
            shut_up
    """,
    "THREAT": """
        report|reporting|reported|sue|suing|block|blocking|blocked|sueing
    """,
}

STOP = {
    "It asks to stop texting.": """
        CEASE THESE? THESE? TALK
        CEASE me TALK
        DONT ever? WRITE ME
        DONT ever? WRITE or|and|nor WRITE ME
        DONT ever? WRITE $
        no more THESE? TALK
        no more please? $
        ^ enough TALK|please|already|of_this|with_the? TALK? $
        dont|do_not|no_longer|not|never|dnt WANT|WANT_GET|wanting|wishing|
            interested_in GET? THESE? THESE? TALK|from_you
        dont|do_not|no_longer|dnt|not WANT|interested_in GET|to_get|to_receive|to_be|to_hear|
            getting|receiving THESE? THESE? TALK|texted|contacted|messaged|called|from_you|
            bothered
        leave me|us alone|be
        let me|us be $
        lose|forget|loose my|this number
        please stop|cease|quit|desist $
        ^ please stop|cease
        stop it|this|please|now|already|immediately|all|them|asap|texts|right_now|pls|plz|
            thx|thanks|bro $
        ^ stop stop|it|this|now|already|please
        want|need|like|asking|asked|told|ask|tell this|it|these|you|them|yall|
            all_of_this THESE? TALK? to stop|cease|quit|end
        want|need|like THESE? TALK to stop|cease|quit|end
        want|need|like to stop|quit THESE? TALK|getting|receiving|$
        make it|this|these|them stop
        when|how_many_times * stop TALK
        how do|can|to|would i? to? stop|end|cancel|quit|opt_out|unsubscribe|get_off|
            turn_off THESE|this|texts|messages|getting|receiving|it|your|from|please|$
        how do|can|to|would i? to? unsubscribe|opt_out|get_off_this|get_off_the|get_off_your
        turn off THESE? TALK
        tired|sick of|off THESE THESE? TALK
        text|say|said|saying|typed|reply|replied|replying|sent|send|texted stop
        i said stop|no_more|quit
        ^ stop i|im|we|were|not|no|dont|do|never|you|ur|u|damn|the_fuck|fucking|fing|freaking
        knock it off
    """,
    "It asks to be taken off.": """
        REMOVE MINE from|off|out|of|please|now|immediately|asap|thanks|today|thank_you|pls|
            plz|right_away
        REMOVE MINE $
        REMOVE from|off your|this|the|all LIST
        REMOVE me? off? your|this|the|all? LIST
        take|get me off
        want|like|need|wish|asking|asked|request|requesting|ask to? be? off|removed|
            unsubscribed|deleted|taken_off|opted_out|unenrolled
        please|pls|plz|want_to|like_to|need_to|wish_to|trying_to|to|can_you|must|wanna|
            have_to|now unsubscribe|opt_out|opting_out|unenroll|unsub
        ^ unsubscribe|unsub|optout
        unsubscribe|unsub me|us|my|please|now|from|this|immediately|asap|$
        opt|opting|opted me|us|my_number? out
        ^ opt * out
        optout $
        i? revoke|withdraw|rescind|revoking|withdrawing my|all|any|all_prior|prior? consent|
            permission|authorization|opt_in
        i do|give|never|no|not * give|have|gave|has|given|had|granted|grant * consent|
            permission
        no consent|permission
        cancel|end MY? MY? SUBSCRIPTION
        put|add|place me|my_number|us|this_number on|to your|the|a? do_not|dnc|no
        do_not|dont call|contact|text|disturb list
        not|no longer|not_want|want? to be on|part of|in your|this|the LIST
    """,
    "It says the number is not theirs, or was never given.": """
        wrong number|person|phone|guy|num
        NEVER SIGN
        not|isnt|is_not my|his|her|that_persons|their|the_right|johns number
        you have|got|hav the? wrong
        no|nobody one? here? by|with that|this name
        not who|the_person you|u
        who? gave? you|u got? my number * stop|remove|delete
        this isnt|is_not|aint him|her|them
    """,
    "It asks to be left alone.": """
        ^ no|nope|hi|sorry|hello|nah|no_thanks|no_thank_you? im|i_am|we_are|were|am|really|
            i? just? not|no|never|no_longer interested|intrested|interesed|
            interested_anymore at_all|anymore|thanks|thank_you|please|sorry|in_this|ok|
            any_more|pls|bye|stop? please|thanks|thank_you? $
        not interested * stop|remove|delete|dont
        AWAY
        will|going_to|gonna|ill|im|i_am|be|am THREAT you|u|this|yall|your|to|as
        THREAT as|for spam|harassment
        block me
        do_not|dont disturb me|us|$
        i|we want|wanna out
        this is harassment
        dont bother|bug|harass|annoy me|us
    """,
}
