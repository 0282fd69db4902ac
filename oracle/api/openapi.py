"""`/openapi.json`: what the routes' table says, for machines."""

import json
from functools import cache
from typing import Any

from aiohttp import hdrs
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

import oracle
from oracle.api.media import CSV, JSON, NDJSON, TEXT, Media
from oracle.api.problem import KINDS, MEDIA, Problem
from oracle.api.route import TABLE, Call, Reply, Route, route

_REF = "#/components/schemas/{model}"
ALWAYS = (
    "malformed",
    "unauthorized",
    "not-acceptable",
    "misdirected",
    "overloaded",
    "unavailable",
    "timed-out",
    "internal",
)
_TAGS = {
    "quotations": "What a coin was worth in rubles, and why",
    "reference": "Coins, venues, official rates and rulebooks",
    "evidence": "The responses that everything rests on",
    "feed": "The Bank of Russia's own feed, with coins as currencies",
    "operation": "The server and its dataset",
}


@route("GET", "/openapi.json", tag="operation", is_open=True, is_hidden=True)
async def openapi(_call: Call) -> Reply:
    """This API as an OpenAPI 3.1 document."""
    return Reply(_document(), JSON, headers={hdrs.CACHE_CONTROL: "no-cache"})


@cache
def _document() -> bytes:
    return json.dumps(document(), ensure_ascii=False).encode()


def document() -> dict[str, Any]:
    """The OpenAPI document of the routes in the table."""
    shown = [each for each in TABLE if not each.is_hidden]
    answers = [model for each in shown for model in (each.row, each.body) if model]
    adapters = [TypeAdapter(each.answer) for each in shown if each.answer is not None]
    _, problem = models_json_schema([(Problem, "serialization")], ref_template=_REF)
    made, schemas = TypeAdapter.json_schemas(
        [(str(number), "serialization", adapter) for number, adapter in enumerate(adapters)], ref_template=_REF
    )
    _, rows = models_json_schema([(model, "serialization") for model in answers], ref_template=_REF)
    answer_of = dict(
        zip(
            [id(each) for each in shown if each.answer is not None],
            [made[str(number), "serialization"] for number in range(len(adapters))],
            strict=True,
        )
    )
    components = {**problem.get("$defs", {}), **schemas.get("$defs", {}), **rows.get("$defs", {})}
    components["Problem"] = problem["$defs"]["Problem"]
    paths: dict[str, Any] = {}
    for each in shown:
        paths.setdefault(each.address, {})[each.method.lower()] = _operation(each, answer_of.get(id(each)))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Market quotation oracle",
            "version": oracle.__version__,
            "description": "Market quotations of coins in rubles under art. 282.3 of the Russian Tax Code, with their "
            "evidence. Amounts and prices are text, digit for digit. Formats are wished by Accept, or by an extension "
            "of the address: .csv, .ru.csv (for Russian spreadsheets), .ndjson, .parquet. Not legal advice.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "if the server wants one; also as the password of HTTP Basic",
                }
            },
        },
    }


def _operation(each: Route, schema: dict[str, Any] | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": each.handler.__name__,
        "tags": [each.tag],
        "summary": each.summary,
        "description": each.description or each.summary,
        "parameters": [*_parameters(each.path, "path"), *_parameters(each.query, "query")],
        "responses": {
            "200": {
                "description": "the answer",
                "content": {media.type: {"schema": _schema(media, schema)} for media in each.formats},
            },
            **({} if each.method != "GET" or each.is_open else {"304": {"description": "your copy still holds"}}),
            **_problems(each),
        },
        "security": [] if each.is_open else [{}, {"token": []}],
    }
    if each.body:
        told["requestBody"] = _body(each)
    return told


def _schema(media: Media, schema: dict[str, Any] | None) -> dict[str, Any]:
    if media is JSON:
        return schema if schema is not None else {}
    return {"type": "string"} if media.charset or media is TEXT else {}


def _body(each: Route) -> dict[str, Any]:
    """What may be sent: a document, its rows one per line, or a table."""
    whole = {"$ref": _REF.format(model=each.body.__name__)} if each.body else {}
    text = {"type": "string"}
    return {
        "required": True,
        "content": {JSON.type: {"schema": whole}, NDJSON.type: {"schema": text}, CSV.type: {"schema": text}},
    }


def _parameters(model: type[BaseModel], place: str) -> list[dict[str, Any]]:
    schema = TypeAdapter(model).json_schema(ref_template=_REF)
    required = schema.get("required", [])
    return (
        [
            {
                "name": name,
                "in": place,
                "required": name in required,
                "description": part.pop("description", name),
                "schema": {key: value for key, value in part.items() if key != "title"},
            }
            for name, part in schema["properties"].items()
        ]
        if "properties" in schema
        else []
    )


def _problems(each: Route) -> dict[str, Any]:
    """Problems by status; several types may share one."""
    found: dict[str, list[str]] = {}
    heavy = ("too-many-requests",) if each.is_heavy else ()
    always = ALWAYS if not each.is_open else tuple(name for name in ALWAYS if name != "unauthorized")
    for name in dict.fromkeys((*each.problems, *heavy, *always)):
        found.setdefault(str(KINDS[name].status), []).append(name)
    content = {MEDIA: {"schema": {"$ref": _REF.format(model="Problem")}}}
    return {status: {"description": ", ".join(names), "content": content} for status, names in sorted(found.items())}
