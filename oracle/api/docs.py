"""`/docs`: the OpenAPI document for people, to read and to try, without a network."""

from functools import cache
from importlib import resources

from aiohttp import hdrs

from oracle.api.media import HTML, RAW
from oracle.api.problem import ProblemError
from oracle.api.route import Call, Parameters, Reply, route

_SCRIPT = """window.onload = () => {
  window.ui = SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout", validatorUrl: null, tryItOutEnabled: true});
};
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Market quotation oracle: HTTP API</title>
<link rel="stylesheet" href="docs/swagger-ui.css"><link rel="icon" href="docs/favicon-32x32.png">
</head>
<body><div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script>
</body>
</html>
"""
# Only its own files, nothing from elsewhere; Swagger UI writes styles into the page.
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
    "start.js": "text/javascript",
}


class OfFile(Parameters):
    """A file of the viewer."""

    file: str


@route("GET", "/docs", tag="operation", formats=(HTML,), is_open=True, is_hidden=True)
async def docs(_call: Call) -> Reply:
    """This API for people, to read and to try."""
    return Reply(_PAGE.encode(), HTML, headers={"Content-Security-Policy": _POLICY})


@route("GET", "/docs/{file}", tag="operation", path=OfFile, formats=(RAW,), is_open=True, is_hidden=True)
async def docs_file(call: Call) -> Reply:
    """A file of the viewer."""
    name = call.path.file
    if name not in _FILES:
        raise ProblemError("not-found", "the viewer has no such file")
    headers: dict[str, str] = {hdrs.CONTENT_TYPE: _FILES[name], hdrs.CACHE_CONTROL: "max-age=86400"}
    return Reply(_viewer(name), RAW, headers=headers)


@cache
def _viewer(name: str) -> bytes:
    if name == "start.js":
        return _SCRIPT.encode()
    return resources.files("swagger_ui").joinpath("static", name).read_bytes()
