"""Look-ups, version 2: what kind of line a number is."""

import phonenumbers
from aiohttp import web

from simulator.fates import fate_of
from simulator.resources import Json
from simulator.state import SIMULATOR

LINE_TYPE = "line_type_intelligence"
PACKAGES = (
    "caller_name",
    "sim_swap",
    "call_forwarding",
    LINE_TYPE,
    "line_status",
    "identity_match",
    "reassigned_number",
    "sms_pumping_risk",
    "phone_number_quality_score",
    "pre_fill",
)
INVALID_LENGTH = {
    phonenumbers.ValidationResult.TOO_SHORT: "TOO_SHORT",
    phonenumbers.ValidationResult.TOO_LONG: "TOO_LONG",
    phonenumbers.ValidationResult.INVALID_LENGTH: "INVALID_LENGTH",
    phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "INVALID_COUNTRY_CODE",
}


async def fetch(request: web.Request) -> web.Response:
    """Answer one look-up; a package that was not asked for, or is not simulated, stays null."""
    raw = request.match_info["number"]
    try:
        parsed = phonenumbers.parse(raw, request.query.get("CountryCode"))
    except phonenumbers.NumberParseException:
        return web.json_response(_shape(request, raw, ["NOT_A_NUMBER"]))
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(parsed):
        possible = phonenumbers.is_possible_number_with_reason(parsed)
        error = INVALID_LENGTH.get(possible, "INVALID_BUT_POSSIBLE")
        return web.json_response(_shape(request, number, [error]))
    return web.json_response(_shape(request, number, []) | _details(request, parsed, number))


def _shape(request: web.Request, number: str, errors: list[str]) -> Json:
    settings = request.app[SIMULATOR].settings
    packages: Json = dict.fromkeys(PACKAGES)
    return packages | {
        "calling_country_code": None,
        "country_code": None,
        "national_format": None,
        "phone_number": number,
        "url": f"{settings.base_url}/v2/PhoneNumbers/{number}",
        "valid": not errors,
        "validation_errors": errors,
    }


def _details(request: web.Request, parsed: phonenumbers.PhoneNumber, number: str) -> Json:
    details: Json = {
        "calling_country_code": str(parsed.country_code),
        "country_code": phonenumbers.region_code_for_number(parsed),
        "national_format": phonenumbers.format_number(
            parsed, phonenumbers.PhoneNumberFormat.NATIONAL
        ),
    }
    if LINE_TYPE in request.query.get("Fields", "").split(","):
        line_type = fate_of(number).line_type
        details[LINE_TYPE] = {
            "carrier_name": "Simulated Carrier",
            "error_code": None,
            "mobile_country_code": "311" if line_type == "mobile" else None,
            "mobile_network_code": "480" if line_type == "mobile" else None,
            "type": line_type,
        }
    return details
