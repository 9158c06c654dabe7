"""What people write in English when they want no more texts.

One phrase a line, in folded and mended words. CAPITALS are a class of words, `a|b` a choice,
`a_b` two words, `?` marks what may be missing, `*` a gap of up to three words, `^` and `$`
begin and end of a clause, `escrib…` every word that begins so. A line that ends with `|` or
with a backslash goes on in the next.
"""

CLASSES = {
    "CEASE": """
        stop|quit|cease|halt|discontinue|desist|end|stop_with|quit_with|refrain_from|
            desist_from|stop_from|cancel|suspend|terminate|kill|cut_it_out_with|enough_with|
            enough_already_with|turn_off|shut_off|switch_off|cut_off|stopping|lay_off
    """,
    "THESE": """
        these|those|this|the|your|all|any|all_these|all_the|all_of_these|all_your|it|future|
            further|more|ur|all_of_the|sending|sending_me|getting|with_the|with_these|us|all_this|of_these|of_your|ads|marketing|
            automated|unwanted|unsolicited|random|stupid|annoying|constant|this_number_with
    """,
    "TALK": """
        text|texts|texting|txt|txts|txting|texted|message|messages|messaging|msg|msgs|
            messeging|contact|contacting|call|calls|calling|bothering|spam|spamming|
            harassing|annoying|sms|sending|writing|communication|communications|alerts|
            notifications|hitting_me_up|blowing_up|reaching_out|pestering|solicitation|
            soliciting|correspondence|blasting|bugging|pinging|reminders|updates|
            bombarding|disturbing|hounding|chasing|asking|hitting_my_line|hitting_up|contacts|pestering|emailing_and_texting|contact_from
    """,
    "OFFERS": """
        promo|promos|promotions|offers|ads|marketing|newsletter|newsletters|campaign|deals|
            blasts|solicitations|crap|shit|bs|bullshit|nonsense|garbage|junk|madness|emails
    """,
    "DONT": """
        dont|do_not|never|no_longer|not_to|shouldnt|should_not|you_cant|you_cannot|please_not|
            must_not|mustnt|not_allowed_to|better_not|dont_ever|do_not_ever|dont_you_ever|
            not_authorized_to|no_permission_to|dont_even|dont_keep|dont_you_dare
    """,
    "WRITE": """
        text|txt|message|msg|contact|call|bother|spam|write|send|reach_out_to|solicit|
            texting|messaging|contacting|sms|reply|respond|reach_out|disturb|bug|harass|
            pester|ping|hit_me_up|hit_up
    """,
    "ME": """
        me|us|my_number|my_phone|my_cell|my_house|my_home|my_mobile|my_line|my_family|my_job|
            this|back|to_me|to_my|to_this|anymore|again|any|any_more|these|here|please|him|
            her|at_this|at_my|on_this|on_my|no_more|at_all|by|thanks|thank_you
    """,
    "WANT": """
        want|wish|need|care|like|wanna|consent|agree|authorize|would_like|want_to|wish_to|
            need_to|care_to|consent_to|agree_to|like_to|give_permission
    """,
    "GET": """
        get|receive|be|getting|receiving|have|hear|recieve|be_getting|be_receiving
    """,
}

STOP = {
    "It asks to stop texting.": """
        CEASE THESE? THESE? TALK
        CEASE me|my TALK
        stop|cease * texts|messages|notifications
        stop|cease|quit|desist now|immediately|it|this|please? or
        ^ end this|these $
        ^ unsubscribed please
        stop|quit|cease|end|no_more|enough_of|enough|unsubscribe_from THESE? THESE? OFFERS \
            please|$|now|to_me|already
        dont|do_not|not WANT you|anyone|yall|your_company|people? to|for? WRITE|TALK ME
        dont|do_not|not WANT|need nothing|anything|shit|none from|of you|yall|your|this
        DONT text|message it $
        ^ quit it|this|that $
        dont|not|never get|receive|see any|anymore? more * TALK|these|this
        please|and|god|gods_sake|sake|sakes|favor|just|must|need_to|has_to|have_to stop|quit $
        no further|additional|other texts|messages|contact|communication|communications|calls
        done with THESE THESE? TALK
        cut_it_out|give_it_a_rest|enough_is_enough|knock_it_off
        no|zero interest $|in_this|in_your|at_all|whatsoever|thanks|please
        no longer|dont want|need|wish_for your|this|the service|services
        DONT ever? WRITE ME
        DONT ever? WRITE or|and|nor WRITE ME|$|by
        DONT ever? WRITE $
        no more THESE? TALK
        no more please? $
        ^ enough TALK|please|already|of_this|with_the? TALK? $
        dont|do_not|no_longer|not|never|didnt|did_not WANT|WANT_GET|wanting|wishing|
            interested_in GET? THESE? THESE? TALK|from_you
        dont|do_not|no_longer|dnt|not WANT|interested_in GET|to_get|to_receive|to_be|to_hear|
            getting|receiving THESE? THESE? TALK|texted|contacted|messaged|called|from_you|
            bothered
        dont|do_not|no_longer|not|never WANT get|receive|getting|receiving|recieve \
            these|those|this|them|any anymore|any_more|$
        dont|do_not|no_longer WANT these|those anymore|any_more|from_you
        mind|prefer|rather|appreciate * not texting|messaging|contacting|sending|bothering
        rather|prefer not get|receive|be|to_get|to_receive|to_be THESE? THESE? TALK|texted|
            contacted|messaged|bothered
        rather|prefer you|if_you|that_you didnt|dont|stop|stopped|quit|not|wouldnt TALK|WRITE
        appreciate|grateful|great|nice * if * stop|stopped|quit TALK|these|this|sending|$
        appreciate|grateful|great|nice * if you|yall didnt|dont|did_not|wouldnt|not TALK|WRITE
        get|stay off|out_of|off_of my phone|cell|line|number|messages
        stop us|me from? getting|receiving
        stop everything|communicating|reaching $|with|out
        can|could|would|will you please? not $
        ^ can|could|would|will you please|just|all|guys? stop|quit|cease please|now|it? $
        asked|told|tell|telling|asking you|yall|you_guys|you_people * to stop|quit $
        annoying|ridiculous|crazy|insane|enough stop|quit $
        stop|quit|enough with these|this|it $
        stop|quit when_i_ask|or_else|or_i|or_im|or_ill|or_we
        why are you|yall still TALK
        turn|shut|switch these|those|this TALK? off
        turn|shut|switch THESE? THESE? TALK off
        ^ no texts|texting|sms|spam|solicitors|soliciting|solicitation please|$|to_this
        ^ no messages|text_messages please|to_this
        you|yall keep|kept TALK|texting me|us * dont|stop|quit|asked
        leave me|us|this_number|my_phone|this_phone the? hell|fuck|heck? alone|be
        let me|us be $
        lose|forget|loose|trash|toss|burn|shred|block|remove|erase|delete my|this|our \
            number|digits|info|contact|information|phone|cell
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
        make THESE THESE? TALK stop
        enough of THESE THESE? TALK
        dont|do_not|not want any? part of this|it|these
        when|how_many_times * stop TALK
        how do|can|to|would i? to? stop|end|cancel|quit|opt_out|unsubscribe|get_off|
            turn_off THESE|this|texts|messages|getting|receiving|it|your|from|please|$
        how do|can|to|would i? to? unsubscribe|opt_out|get_off_this|get_off_the|get_off_your
        turn off THESE? TALK
        tired|sick of|off THESE THESE? TALK
        i|ive|have|already|times|to|keep|do|kept|just text|say|said|saying|typed|reply|
            replied|replying|sent|send|texted|asked|saying|answered stop|no_more|quit
        ^ stop i|im|we|were|not|no|dont|do|never|you|ur|u|damn|the_fuck|fucking|fing|freaking
    """,
}
