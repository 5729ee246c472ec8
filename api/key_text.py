"""Where a request carries its API key."""

from fastapi import Request


def key_text(request: Request) -> str | None:
    """Return the key that a request carries, good or not; None or empty: it carries none.

    `Authorization: Bearer <key>` goes before `X-API-Key: <key>`.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.headers.get("x-api-key")
