"""The names that senders give to the fields of a lead, squeezed as names.py squeezes them.

Spanish, Portuguese, French and German names are Meta's, whose forms speak the language of
the page; Dutch, Nordic and Polish ones are the plain words. A role with its own rank
("mobile") counts before the ordinary one.
"""

ALIASES = {
    "first_name": """
        firstname first fname forename givenname given namefirst prenom nombredepila
        primernombre primeironome vorname contactfirstname nomeproprio
        billingfirstname userfirstname voornaam fornavn fornamn etunimi imie
        firstnamegivenname givennamefirstname
        """,
    "last_name": """
        lastname last lname surname familyname family namelast secondname nomdefamille
        apellido apellidos apelido apelidos sobrenome ultimonome nachname familienname cognome
        contactlastname primerapellido
        billinglastname userlastname apellidopaterno achternaam etternavn efternavn efternamn
        sukunimi nazwisko surnamefamilyname familynamesurname lastnamesurname
        surnamelastname lastnamefamilyname
        """,
    "full_name": """
        fullname name completename namefull nombrecompleto nombreyapellido nombreyapellidos
        nomecompleto nomcomplet nometprenom nomprenom prenometnom vollstandigername
        vorundnachname firstandlastname firstlastname namefirstlast contactname personname
        nombre nombres nome nomes nomeecognome nom namefirstandlast
        billingname userfullname nombredecontacto nombrecontacto namevorname nachnamevorname
        lastnamefirstname naam volledigenaam navn fuldenavn fulltnavn namn fullstandigtnamn
        nimi kokonimi imieinazwisko nazwiskoiimie
        """,
    "mobile": """
        mobile mobilephone mobilenumber mobilephonenumber mobileno cell cellphone cellnumber
        cellphonenumber phonemobile phonecell sms smsnumber smsphone textnumber whatsapp
        whatsappnumber celular numerodecelular telefonocelular telefonomovil movil numeromovil
        telefonecelular telemovel portable telephoneportable mobiltelefon handy handynummer
        mobilnummer numerodeportable mobiltelefonnummer mobilfunknummer mobilrufnummer
        cel mobil cellulare telefonocellulare mobilfunk handynr mobilnr
        telefonemovel telephonemobile numerodemobile
        numerodetelemovel
        cellmobile mobilecell mob mobno mobnumber numerocelular telefonmobil cellormobile
        mobieltelefoonnummer mobiel
        mobielnummer mobielenummer gsm gsmnummer mobilnummer mobiltelefon mobiltelefonnummer
        matkapuhelin matkapuhelinnumero komorka telefonkomorkowy numerkomorki
        """,
    "phone": """
        phone phonenumber phoneno phonenum phone1 primaryphone telephone telephonenumber tel
        telno telnumber telephoneno contactnumber contactphone contactphonenumber
        numberphone callbacknumber bestphone daytimephone dayphone phonefull
        telefono telefon telefone numerodetelefono numerotelefono numerotelefonico
        numerodetelefone numerodetelephone numerotelephone telefonnummer rufnummer
        numeroditelefono telefonnr telnr rufnr
        phonenumberwithcountrycode msisdn phoneraw phonee164
        contactno contactnum phoneormobile mobileorphone
        numerodecontacto numerocontacto telefoonnummer telefoon
        telefoonnr telefonnummer puhelin puhelinnumero numertelefonu nrtelefonu
        """,
    "other_phone": """
        homephone phonehome homenumber workphone phonework businessphone officephone
        phone2 secondaryphone alternatephone altphone otherphone secondphone eveningphone
        workphonenumber homephonenumber alternatephonenumber landline telefonofijo
        billingphone billingphonenumber userphone userphonenumber usermobile billingmobile
        """,
    "calling_code": """
        phonecountrycode mobilecountrycode countrycode countrycallingcode callingcode dialcode
        dialingcode countrydialcode phonedialcode phonecode phonecountry
        """,
    "area_code": "areacode phonearea phoneareacode",
    "email": """
        email emailaddress mail emailid correo correoelectronico courriel adressemail
        adresseemail emailadresse mailadresse enderecodeemail contactemail
        direcciondecorreoelectronico adressedemessagerie
        """,
    "lead_id": "leadid leadgenid eventid submissionid entryid responseid",
    "consent": """
        consent smsconsent textconsent tcpaconsent consentsms smsoptin optin optinsms
        marketingconsent consentcheckbox agree iagree agreement agreetoterms acceptance
        consentimiento consentimento consentement einwilligung termsandconditions tcpa
        accept acceptterms smsagreement privacyconsent
        hasconsent consentgiven consentvalue smsconsentgiven textconsentgiven optedin
        isoptedin hasoptedin textoptin tcpaoptin smsoptedin consented hasconsented
        """,
    "disclosure": """
        leadidtcpadisclosure tcpadisclosure disclosure disclosuretext consenttext
        tcpatext consentlanguage tcpalanguage consentdisclosure tcpaconsenttext
        """,
    "trusted_form_cert_url": """
        xxtrustedformcerturl xxtrustedformcerturl0 trustedformcerturl trustedform
        trustedformurl trustedformcert trustedformcertificate
        """,
    "trusted_form_token": "xxtrustedformtoken xxtrustedformtoken0 trustedformtoken",
    "trusted_form_ping_url": """
        xxtrustedformpingurl xxtrustedformpingurl0 trustedformpingurl
        """,
    "jornaya_lead_id": "universalleadid leadidtoken jornaya jornayaleadid jornayaid",
    "ip": """
        ip ipaddress ipaddr clientip userip remoteip remoteaddr visitorip leadip optinip
        """,
    "user_agent": "useragent browser browseruseragent",
    "page_url": """
        pageurl url sourceurl landingpage landingpageurl referrer referer formurl pageuri
        websiteurl optinurl sourcepage
        """,
    "submitted_at": """
        submittedat createdtime createdat datecreated submissiondate timestamp datesubmitted
        submissiontime submittime optindate optintime date
        """,
    "state": """
        state stateprovince province region estado bundesland etat statecode addressstate
        """,
    "zip": """
        zip zipcode postcode postalcode codigopostal cep codepostal plz postleitzahl
        addresszip addresszipcode propertyzip addresspostalcode
        """,
    "time_zone": "timezone tz zonahoraria",
}
