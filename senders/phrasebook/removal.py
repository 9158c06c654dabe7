"""What people write in English who want their number gone from a list; english.py tells how to
read it.
"""

CLASSES = {
    "REMOVE": """
        remove|take|delete|drop|get|scratch|erase|pull|unsubscribe|unenroll|unsub|exclude|
            strike|removing|deleting|opt|scrub|purge|wipe|cut|cross|clear|kick|boot|
            toss|eliminate|omit|get_rid_of|disconnect|unlist|withdraw|taken|taking|dump|erasing
    """,
    "MINE": """
        me|us|my_number|my_phone|my_phone_number|my_cell|my_cell_number|my_info|
            my_information|my_name|my_contact|my_contact_info|this_number|this_phone|
            this_phone_number|my_data|number|my_mobile|my_details|the_number|this_cell|
            this_line|this_contact|my_digits|me_and_my_number|my_name_and_number|our_number|
            my_entry|my_record|my_records
    """,
    "LIST": """
        list|lists|database|system|records|file|files|mailing_list|text_list|call_list|
            contact_list|distribution_list|texts|messages|subscription|thing|phone_list|
            rolodex|contacts|mailing|mailings|directory|crm|marketing|roster|books|thread|
            chain|group_text|registry|service|program|rotation|spam_list|sms_list
    """,
    "SUBSCRIPTION": """
        subscription|text|texts|text_messages|messages|sms|alerts|messaging|notifications|
            enrollment|text_alerts|opt_in|signup
    """,
    "MY": """
        my|the|this|these|your|all|all_the|all_these|any|that|those
    """,
}

STOP = {
    "It asks to be taken off.": """
        take my_number|my_name|my_info|this_number|us|me out $|please
        REMOVE MINE out_of|of your|this|the|these LIST
        REMOVE all? MINE from|off|please|now|immediately|asap|thanks|today|thank_you|pls|
            plz|right_away
        REMOVE MINE $
        may|can|could|should i|we please? be removed|deleted|taken_off|unsubscribed|opted_out
        remove|delete|erase|unsubscribe|purge|scrub his|her|their|that|the|this person|number|
            phone|name|persons_number
        consent|permission is|has_been|was? withdrawn|revoked|removed|rescinded|denied
        MINE needs_to_be|should_be|must_be|to_be|be|is_to_be? removed|deleted|taken_off|
            erased|unsubscribed|taken_out|opted_out|scrubbed|purged|off_your|off_this
        REMOVE from|off your|this|the|all LIST
        REMOVE me|us? off|from your|this|the|all? LIST
        REMOVE me|us your|this|the LIST
        remove|delete|take it from|off your|this|the|all LIST
        ^ please|pls remove $
        ^ remove please $
        ~ remove|delete it $|please|now
        delete|remove your|this|the? LIST
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
        i? revoke|withdraw|rescind|revoking|withdrawing|take_back|retract my|all|any|prior? \
            consent|permission|authorization|opt_in
        i do|give|never|no|not * give|have|gave|has|given|had|granted|grant * consent|
            permission
        dont|not|never|no|nor have|has|had|gave|give|given|grant you? my|me|any? \
            consent|permission
        do_not|dont|not consent $|to_this|to_these|to_text|to_texts|to_being|to_receive
        no consent|permission
        cancel|end MY? MY? SUBSCRIPTION
        put|add|place me|my_number|us|this_number on|to your|the|a? do_not|dnc|no|dont
        do_not|dont call|contact|text|disturb list|lists|registry
        on|to the|your? dnc
        dont|do_not|not want|wanna|want_to|need_to|wish_to \
            be? on|in|part_of your|this|the|that LIST
        request|requesting|want|need|demand removal
        ^ removal please|from|$
        not|no longer|not_want|want? to be on|part of|in your|this|the LIST
    """,
}
