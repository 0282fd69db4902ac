"""`/DailyInfoWebServ/DailyInfo.asmx`: of the Bank of Russia's SOAP service what tells currencies and their history.

Two operations, EnumValutesXML and GetCursDynamic, enough for readers that ask for one currency's series. The Bank's
service has some eighty more; they are not here. Source: https://www.cbr.ru/development/dws/
"""

from datetime import date, datetime
from xml.sax.saxutils import quoteattr

from aiohttp import hdrs
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from oracle.api import feed_xml
from oracle.api.feed import Read
from oracle.api.feed_lines import Feed, TooManyDaysError
from oracle.api.media import Media
from oracle.api.problem import ProblemError
from oracle.api.route import Call, Parameters, Reply, route
from oracle.days import Span
from oracle.store.reads import Reads

ADDRESS = "/DailyInfoWebServ/DailyInfo.asmx"
SPACE = "http://web.cbr.ru/"
SOAP = Media("xml", "text/xml", "utf-8")
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_OPERATIONS = {
    "EnumValutesXML": (("Seld", "boolean", 1),),
    "GetCursDynamic": (("FromDate", "dateTime", 1), ("ToDate", "dateTime", 1), ("ValutaCode", "string", 0)),
}


class Wsdl(Parameters):
    """The service's description is at its own address with `?wsdl`."""

    wsdl: str = ""
    WSDL: str = ""


@route("GET", ADDRESS, tag="feed", query=Wsdl, formats=(SOAP,), is_hidden=True)
async def wsdl(call: Call) -> Reply:
    """What the service can be asked, with this server's own address in it: the public one, if one is set.

    What a proxy says of the address that callers know is not believed: anybody can write such a header.
    """
    request = call.request
    told = call.service.public_url or f"{request.scheme}://{request.host}"
    return Reply(description(f"{told}{ADDRESS}").encode(), SOAP)


@route("POST", ADDRESS, tag="feed", formats=(SOAP,), is_heavy=True, is_hidden=True)
async def soap(call: Call) -> Reply:
    """The answer to one of the operations."""
    name, told = asked(await call.request.read())
    most = call.service.limits.range_days

    def find(reads: Reads) -> bytes:
        feed = Feed(reads, Read.model_validate({}).reading())
        body = _currencies(feed) if name == "EnumValutesXML" else _dynamic(feed, told, most)
        return _envelope(f'<{name}Response xmlns="{SPACE}"><{name}Result>{body}</{name}Result></{name}Response>')

    headers: dict[str, str] = {hdrs.CACHE_CONTROL: "no-store"}
    with call.service.current.held() as opened:
        try:
            return Reply(await call.service.current.ask(opened, find), SOAP, headers=headers)
        except TooManyDaysError as error:
            # SOAP 1.1 wants faults under this status.
            fault = (
                f"<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{feed_xml.text(str(error))}</faultstring>"
            )
            return Reply(_envelope(f"{fault}</soap:Fault>"), SOAP, status=500, headers=headers)


def _envelope(body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{_ENVELOPE}"><soap:Body>{body}</soap:Body>'
        "</soap:Envelope>"
    ).encode()


def asked(body: bytes) -> tuple[str, dict[str, str]]:
    """The operation in an envelope and its parameters; ProblemError for what is none that is here."""
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise ProblemError("malformed", f"the body is not a SOAP envelope: {str(error)[:100]}") from error
    content = root.find(f"{{{_ENVELOPE}}}Body")
    operation = content[0] if content is not None and len(content) else root
    name = operation.tag.removeprefix(f"{{{SPACE}}}")
    if name not in _OPERATIONS:
        raise ProblemError("unprocessable", f"no operation {name[:40]!r} here; known: {', '.join(_OPERATIONS)}")
    return name, {part.tag.rpartition("}")[2]: (part.text or "").strip() for part in operation}


def _currencies(feed: Feed) -> str:
    """All there is, also where the list of what is set monthly is asked for: cbrapi fails on an empty one."""
    rows = "".join(
        f"<EnumValutes><Vcode>{feed_xml.text(item.id)}</Vcode><Vname>{feed_xml.text(item.name)}</Vname>"
        f"<VEngname>{feed_xml.text(item.english)}</VEngname><Vnom>{nominal}</Vnom>"
        f"<VcommonCode>{feed_xml.text(item.id)}</VcommonCode><VnumCode>{int(item.number)}</VnumCode>"
        f"<VcharCode>{feed_xml.text(item.code)}</VcharCode></EnumValutes>"
        for item, nominal in feed.everything()
    )
    return f'<ValuteData xmlns="">{rows}</ValuteData>'


def _dynamic(feed: Feed, told: dict[str, str], most: int) -> str:
    first, last = _day(told, "FromDate"), _day(told, "ToDate")
    number = feed_xml.text(told.get("ValutaCode", ""))
    rows = "".join(
        f'<ValuteCursDynamic diffgr:id="ValuteCursDynamic{place + 1}" msdata:rowOrder="{place}">'
        f"<CursDate>{day}T00:00:00+03:00</CursDate><Vcode>{number}</Vcode><Vnom>{rate.nominal}</Vnom>"
        f"<Vcurs>{rate.value}</Vcurs><VunitRate>{rate.unit}</VunitRate></ValuteCursDynamic>"
        for place, (day, rate) in enumerate(feed.days(told.get("ValutaCode", ""), Span(first, last), most))
    )
    return (
        '<diffgr:diffgram xmlns:msdata="urn:schemas-microsoft-com:xml-msdata" '
        f'xmlns:diffgr="urn:schemas-microsoft-com:xml-diffgram-v1"><ValuteData xmlns="">{rows}</ValuteData>'
        "</diffgr:diffgram>"
    )


def _day(told: dict[str, str], name: str) -> date:
    """The calendar date that is written, whatever hour stands beside it."""
    try:
        return datetime.fromisoformat(told.get(name, "")).date()
    except ValueError as error:
        raise ProblemError("malformed", f"{name} = {told.get(name, '')[:40]!r} is no date") from error


def description(address: str) -> str:
    """The WSDL of the two operations: document, literal, SOAP 1.1; results are XML of any kind."""
    parts = {name: _operation(name, parameters) for name, parameters in _OPERATIONS.items()}
    types, messages, ports, bindings = ("".join(each[place] for each in parts.values()) for place in range(4))
    return (
        '<?xml version="1.0" encoding="utf-8"?><wsdl:definitions xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" '
        f'xmlns:tns="{SPACE}" xmlns:s="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" targetNamespace="{SPACE}">'
        f'<wsdl:types><s:schema elementFormDefault="qualified" targetNamespace="{SPACE}">{types}</s:schema>'
        "</wsdl:types>"
        f'{messages}<wsdl:portType name="DailyInfoSoap">{ports}</wsdl:portType>'
        '<wsdl:binding name="DailyInfoSoap" type="tns:DailyInfoSoap">'
        f'<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>{bindings}</wsdl:binding>'
        '<wsdl:service name="DailyInfo"><wsdl:port name="DailyInfoSoap" binding="tns:DailyInfoSoap">'
        f"<soap:address location={quoteattr(address)}/></wsdl:port></wsdl:service></wsdl:definitions>"
    )


def _operation(name: str, parameters: tuple[tuple[str, str, int], ...]) -> tuple[str, str, str, str]:
    """Types, messages, port and binding of an operation."""
    given = "".join(
        f'<s:element minOccurs="{least}" maxOccurs="1" name="{part}" type="s:{kind}"/>'
        for part, kind, least in parameters
    )
    anything = '<s:complexType mixed="true"><s:sequence><s:any/></s:sequence></s:complexType>'
    types = (
        f'<s:element name="{name}"><s:complexType><s:sequence>{given}</s:sequence></s:complexType></s:element>'
        f'<s:element name="{name}Response"><s:complexType><s:sequence><s:element minOccurs="0" maxOccurs="1" '
        f'name="{name}Result">{anything}</s:element></s:sequence></s:complexType></s:element>'
    )
    messages = "".join(
        f'<wsdl:message name="{name}Soap{way}"><wsdl:part name="parameters" element="tns:{name}{ending}"/>'
        "</wsdl:message>"
        for way, ending in (("In", ""), ("Out", "Response"))
    )
    port = (
        f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}SoapIn"/>'
        f'<wsdl:output message="tns:{name}SoapOut"/></wsdl:operation>'
    )
    binding = (
        f'<wsdl:operation name="{name}"><soap:operation soapAction="{SPACE}{name}" style="document"/>'
        '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>'
        "</wsdl:operation>"
    )
    return types, messages, port, binding
