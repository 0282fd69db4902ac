"""The local HTTP API: questions to published versions, answered over aiohttp."""
