"""What people write who want to be left alone, however they say it; english.py tells how to
read it.
"""

CLASSES = {
    "NEVER": """
        never|did_not|didnt|havent|have_not|dont_remember|do_not_remember|dont_recall|
            dont_know_how_i|nobody_here|dont_think_i
    """,
    "SIGN": """
        sign_up|signed_up|sign_up_for|agree_to|agreed_to|consent_to|consented_to|opt_in|
            opted_in|subscribe|subscribed|authorized|authorize|signing_up|requested|request|
            asked_for|ask_for|gave_you|give_you|gave_permission|signed_up_for|signed_me_up|
            ask_you_to|asked_you_to|agree_for|enrolled|enroll|registered_for
    """,
    "AWAY": """
        fuck_off|piss_off|screw_off|bugger_off|f_off|go_away|get_lost|buzz_off|fuck_you|stfu|
            shut_up|go_to_hell|screw_you|drop_dead|kiss_my_ass|eat_shit|fuck_yourself|
            get_a_life|bug_off|f_you|sod_off|take_a_hike|fuk_off|fk_off|eff_off
    """,
    "THREAT": """
        report|reporting|reported|sue|suing|block|blocking|blocked|sueing|press_charges|
            pressing_charges
    """,
    "LAW": """
        lawyer|attorney|lawyers|attorneys|fcc|ftc|tcpa|authorities|police|cops|lawsuit|
            legal_action|attorney_general|court|bbb|better_business_bureau|ag_office
    """,
    "REGISTER": """
        do_not_call_registry|do_not_call_list|dnc_list|dnc_registry|do_not_contact_list|
            national_do_not_call|dnc|dont_call_list|do_not_text_list
    """,
}

STOP = {
    "It says the number is not theirs, or was never given.": """
        wrong number|person|phone|guy|girl|lady|dude|man|woman|one|contact|bro|house_and_number
        NEVER SIGN
        not|isnt|is_not my|his|her|that_persons|their|the_right|johns number|phone|cell
        this is? not|isnt|aint|no_longer|hasnt_been * number|phone|cell anymore|now|$
        you|yall have|got|hav the? wrong
        no|nobody|noone|none one? here? by|with|named|called that|this|the name
        no|nobody one? by|with|named|called that|this|the? name? here
        not who|the_person you
        who? gave? you|u got? my number * stop|remove|delete
        this isnt|is_not|aint|not him|her|them
        no|not|nobody * here|at|on|with this number|phone|line|cell
        doesnt|does_not|no_longer|isnt have|has|own|owns|use|uses|at|on this number|phone|line|
            cell
        not|isnt|is_not|no_longer my|his|her husbands|wifes|moms|dads|sons|daughters|mothers \
            number|phone|cell
        belongs to someone_else|somebody_else|another|a_different
    """,
    "It asks to be left alone.": """
        ^ no|nope|hi|sorry|hello|nah|no_thanks|no_thank_you|but|and|ok|yes? \
            im|i_am|we_are|were|am|we|i? definitely|very|absolutely|still? \
            not|no|never|no_longer|aint|isnt interested|intrested|intersted \
            at_all|anymore|thanks|thank_you|please|sorry|ok|any_more|bye|stop|at_this_time|
            take_care|dude|bro|sir|maam|whatsoever|god_bless? please|thanks|thank_you? $
        not interested * stop|remove|delete|dont
        not interested in|with your|any|these|this? TALK|service|services|products
        ^ please|just|oh|ok|no|nah|hey|yo|so|all|you|yall? AWAY
        you|yall AWAY $
        stop|me and|or AWAY
        will|going_to|gonna|ill|im|i_am|be|am|were|getting THREAT you|this|yall|your|to|as|it|
            these
        will|ill|going_to|gonna|im|be THREAT $
        ^ blocked|blocking|reported|reporting you|this|your|and_blocked|and_reported|
            and_deleted|$
        youre|your|you_are blocked|reported $
        report|reporting|reported this|it|you? as? spam|abuse
        THREAT as|for spam|harassment|harassing|spamming|scam
        block me
        do_not|dont disturb me|us|$
        i|we want|wanna|need out $|of_this|of_these|of_your|please|now
        ^ this|that|its is? spam $|stop|please
        this is|counts_as harassment|harassing|illegal|unlawful
        you|yall are|r|youre? harassing|spamming|stalking me|us|people|my|this|$|and
        you are harassing|spamming
        youre harassing|spamming
        dont bother|bug|harass|annoy me|us
        nobody|no_one wants|asked|cares|asked_for|wants_to_get your|for|this|these|to_hear
    """,
    "It threatens with the law.": """
        REGISTER
        violat… * tcpa|law|fcc|federal|state|dnc|my_rights|privacy
        tcpa|fcc|ftc violation|violations|complaint|lawsuit|suit|rules|laws
        7726
        complaint|report|file|filing|reported|reporting|complain * fcc|ftc|tcpa|police|bbb|
            attorney_general|authorities
        LAW * * if|next_time you * TALK|WRITE me|us|again
        LAW next_time|if_you_text|if_you_contact|if_you_message|if_you_keep|if_you_call|
            if_you_continue|if_you_dont|if_this|if_these|if_i_get
        one|1 more|another TALK * sue|LAW|court|report|lawyer
        next TALK * sue|LAW|court|report
        stop|again|or|or_else and|then? i|i_will|ill|im|we_will|well * sue|LAW|court
        LAW has|have|is|are been|being? notified|contacted|informed|called|involved|copied
        call|letter|hear from my|our LAW
        hear|hearing from|about_this my LAW
        my LAW will|is|has * hear|hearing|contacting_you|in_touch_with_you|on_this
        ill|i_will|going_to|gonna|im|am|will sue|suing|prosecute you|yall|your|this_company|$
        see you in court
        under|by|per federal|state|the law|tcpa
        you owe me 500|1500|money
        500|1500|dollars per|for_each|each|for_every TALK
    """,
}
