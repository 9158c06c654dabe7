"""What only sounds like an opt-out in English; english.py tells how to read it."""

INNOCENT = """
    stop to opt_out|unsubscribe|cancel|end|quit|stop
    bus|truck|train|pit|rest|full|non|subway|metro|next|first|last|tram|quick|short stop
    stop by|at|in|over|sign|signs|light|lights|loss|watch|off|motion|gap|for|and_see
    stop|stopped to
    DONT|cant|wont|didnt|couldnt|wouldnt|wasnt|isnt|not|non stop|quit|end|cancel|stopping
    DONT|didnt|wont|cant ever? unsubscribe|remove|delete|opt_out|revoke
    dont|do_not|didnt|did_not|not want|mean|ask|asking|trying|wanting you|it|this|these|
        them? to stop|unsubscribe|opt_out|cancel|quit|end|be_removed
    dont|do_not|didnt|did_not want|mean to? remove|opt
    DONT take me off
    dont want|like|let|wait this|it to stop|end
    dont|do_not|never mind|worry|hesitate|forget to? text|call|contact|message|send|write|
        reach_out
    dont|do_not hesitate|forget
    please|feel free to text|call|contact
    stop|quit|end|cancel|remove smoking|drinking|crying|laughing|working|paying|renting|
        raining|snowing|school|sugar|payment|payments|worrying|being|having|eating|gambling|
        bleeding|foreclosure
    CEASE texting_and_driving|texting_while
    quit|cancel|end|ended|stopped my|the|our|his|her|a job|appointment|appointments|appt|
        order|viewing|showing|lease|contract|meeting|tour|visit|flight|membership|policy|
        reservation|booking|listing|mortgage|gym|relationship|trial|insurance|inspection|
        call|interview|class|service_on|credit_card|loan|card|escrow|offer|purchase|closing|
        deal|sale|event|project|conversation|appraisal|garbage|trash
    cancel or|our|tomorrows|todays|mondays|tuesdays|wednesdays|thursdays|fridays
    cancel|remove|delete|end and|or|to reschedule|rebook
    end of|date|user|result|table|unit|times|up|zone
    the|an|no|at|dead|weekend|week|high|low|rear|front|back|open end
    until|when|where|what_time|what_day|what_date|did|if|once|before|since|after|how|why|has|
        who_can|who_could|who_will|who_would|who_says|who_said * stop|end|quit|
            cancel|stopped|ends $
    do|does|did|will|would|can it|this|that|school|offer|sale|class|promo|promotion|lease|
        the_offer|the_sale|the_program end|stop|expire
    opt|opting|opted out of the|my|our? school|insurance|class|401k|plan|hoa|lease|game|
        coverage|warranty|escrow|field_trip
    opt in|for|to
    stop|quit|end|leave sending|texting my mom|dad|husband|wife|realtor|agent
    call|text|message|contact me on my other number
    i_will|ill|can_i|could_i|should_i|may_i remove|delete|take
    remove|removed|removing|take the|a|my|our|that|those|these|his|her|off_the tree|trees|
        stain|wall|walls|carpet|fence|furniture|junk|deck|roof|shed|pool|appliances|debris|
        snow|wallpaper|photo|photos|picture|pictures|clause|contingency|listing
    take me off mute|hold|speaker
    blocked|block|blocking number|road|street|driveway
    report|reported it|to|on
    wrong number of
    you|they|who get|got|have my number|info|information|name|contact|phone|cell
    howd|how_did you|they get my number|info|information|name|contact
    i called|dialed|texted|messaged|have|got the? wrong number|person
    if|do|does|can|could|should|will|would i just? text|say|reply|type|send|write stop
    easy|possible|able|free|hard to stop|unsubscribe|cancel|opt_out|quit
    no need|reason to stop
    do|did|should|must i|we need_to|have_to|must? opt_out|unsubscribe of|from anything|something
    out of this|my|our|the house|home|lease|contract|mortgage|place|apartment|neighborhood|
        condo|property|town|city|state|marriage|deal|loan|timeshare|area
    DONT call|calling me|us? at|on work|home|night|weekends|sunday|sundays
    unsubscribe means|link|button
    can|could|may i ever? unsubscribe|cancel|quit|opt_out later|anytime|any|at
    CEASE calling|texting|bothering|messaging everyone|everybody|people
    text|email|write|txt me? * * dont|do_not call
    DONT call|calling me|us? ever|at_all|please|just|but|only|you_can|can_you? just|only|
        please|can? text|message|sms|email
    dont|do_not WANT THESE? phone? calls|call|calling * text|message|email
    DONT ever? WRITE me? the|a|an|before|until|till|while|when|between|tomorrow|tonight|today|
        early|late|so|yet|after
    DONT WRITE my|his|her|the wife|husband|spouse|mom|mother|dad|father|son|daughter|sister|
        brother|tenant|tenants|agent|realtor|landlord|neighbor|office|boss|job|work|bank
    how|can|could|do|does|where|what * stop|unsubscribe|cancel|opt_out|quit * if|later
    he|she|they|sign|it|who|kid|kids|wife|husband|text|teacher says|said|say|yells stop
    stop it haha|hahaha|lol|lmao|jaja|hehe|you|youre
    drop|dropped|dropping off
    did|if you? lose|lost
    i_quit|i_ended|quit_my|i_stopped
    unsubscribe from the_other|another|other|their|them|that|those|everyone_else|netflix|hulu|
        spotify|youtube
"""
