"""What senders call the fields of a lead.

A label is matched without case, accents, spaces, `_` and `-`; failing that once more without
words that say nothing ("your", "please enter"). Spanish, Portuguese, French and German names
are Meta's, whose forms speak the language of the page.
"""

import re
import unicodedata
from functools import lru_cache

LONGEST_LABEL = 120  # beyond it a label is a paragraph and no name of a field

_ALIASES = {
    "first_name": """
        firstname first fname forename givenname given namefirst prenom nombredepila
        primernombre primeironome vorname contactfirstname nomepropio
        """,
    "last_name": """
        lastname last lname surname familyname family namelast secondname nomdefamille
        apellido apellidos sobrenome ultimonome nachname familienname cognome contactlastname
        """,
    "full_name": """
        fullname name completename namefull nombrecompleto nombreyapellido nombreyapellidos
        nomecompleto nomcomplet nometprenom nomprenom prenometnom vollstandigername
        vorundnachname firstandlastname firstlastname namefirstlast contactname personname
        nombre nome nom displayname namefirstandlast
        """,
    "mobile": """
        mobile mobilephone mobilenumber mobilephonenumber mobileno cell cellphone cellnumber
        cellphonenumber phonemobile phonecell sms smsnumber smsphone textnumber whatsapp
        whatsappnumber celular numerodecelular telefonocelular telefonomovil movil numeromovil
        telefonecelular telemovel portable telephoneportable mobiltelefon handy handynummer
        mobilnummer numerodeportable
        """,
    "phone": """
        phone phonenumber phoneno phonenum phone1 primaryphone telephone telephonenumber tel
        telno telnumber telephoneno contactnumber contactphone contactphonenumber
        numberphone callbacknumber bestphone daytimephone dayphone phonefull
        telefono telefon telefone numerodetelefono numerotelefono numerotelefonico
        numerodetelefone numerodetelephone numerotelephone telefonnummer rufnummer
        phonenumberwithcountrycode msisdn phoneraw phonee164
        """,
    "other_phone": """
        homephone phonehome homenumber workphone phonework businessphone officephone
        phone2 secondaryphone alternatephone altphone otherphone secondphone eveningphone
        workphonenumber homephonenumber alternatephonenumber landline telefonofijo
        """,
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
    "state": "state stateprovince province region estado bundesland etat statecode addressstate",
    "zip": """
        zip zipcode postcode postalcode codigopostal cep codepostal plz postleitzahl
        addresszip addresszipcode propertyzip addresspostalcode
        """,
    "time_zone": "timezone tz zonahoraria",
}
ROLES = {alias: role for role, aliases in _ALIASES.items() for alias in aliases.split()}
LEAD_IDS = tuple(_ALIASES["lead_id"].split())  # in the order in which they are believed

_IDLE_WORDS = frozenset(
    """
    your my our the a an what is s please enter provide type best primary preferred main
    to reach you at number no lead customer client person applicant contact su tu mi seu sua votre vos ihr ihre dein deine
    cual es por favor ingrese quel est we can call text on required optional here below
    for us in with us valid current legal digit 10 and code area including
    """.split()
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def role_of(label: str) -> str | None:
    """Say what a field is by its label, or None when its label says nothing."""
    return _role(label) if len(label) <= LONGEST_LABEL else None


def squeezed(label: str) -> str:
    """Return the label without case, accents and everything but letters and digits."""
    return "".join(_WORD.findall(_plain(label))).lower()


@lru_cache(maxsize=2048)
def _role(label: str) -> str | None:
    words = [word.lower() for word in _WORD.findall(_plain(label))]
    role = ROLES.get("".join(words))
    if role or not words:
        return role
    telling = [word for word in words if word not in _IDLE_WORDS]
    return ROLES.get("".join(telling)) if len(telling) < len(words) else None


def _plain(label: str) -> str:
    decomposed = unicodedata.normalize("NFKD", label)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
