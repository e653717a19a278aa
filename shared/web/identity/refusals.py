"""Why a token isn't accepted: one refusal each, to tell an outage from an attack."""

from typing import ClassVar

from shared.contract.errors import Category, Refusal, Unavailable


class TokenMissing(Refusal):
    """The request has no bearer token."""

    category = Category.UNAUTHENTICATED
    title = "A bearer token is needed"

    def __init__(self, detail: str = "Send the header `Authorization: Bearer <token>`.") -> None:
        super().__init__(detail)


class TokenInvalid(Refusal):
    """The token can't be read, or isn't one for us. Subclasses say why."""

    category = Category.UNAUTHENTICATED
    title = "The bearer token can't be read"
    hint: ClassVar[str] = "Sign in again and send the new token."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.hint)


class TokenExpired(TokenInvalid):
    """`exp` has passed."""

    title = "The bearer token has expired"


class TokenNotYetValid(TokenInvalid):
    """`nbf` or `iat` lies in the future."""

    title = "The bearer token isn't valid yet"
    hint = "Check the clock of the identity provider."


class TokenForged(TokenInvalid):
    """The signature doesn't fit."""

    title = "The bearer token's signature is wrong"


class TokenFromElsewhere(TokenInvalid):
    """`iss` is another issuer."""

    title = "The bearer token comes from another issuer"
    hint = "Get a token from this organisation's identity provider."


class TokenForOthers(TokenInvalid):
    """`aud` doesn't name this platform."""

    title = "The bearer token was issued for another audience"
    hint = "Ask the identity provider for a token for this audience."


class TokenOfWrongType(TokenInvalid):
    """An ID token, a refresh token, or a JWT made for something else."""

    title = "The bearer token isn't an access token"
    hint = "Send the access token, not the ID or refresh token."


class TokenAlgorithmRefused(TokenInvalid):
    """The algorithm is `none`, a symmetric one, or doesn't belong to the key."""

    title = "The bearer token is signed with an algorithm that isn't accepted"
    hint = "Sign with RS256, PS256, ES256 or EdDSA."


class TokenHeaderRefused(TokenInvalid):
    """The token brings its own key or address of a key, or extensions that must be understood."""

    title = "The bearer token carries a header that isn't accepted"
    hint = "Headers jku, x5u, jwk, x5c, crit and b64 are never followed."


class TokenKeyUnknown(TokenInvalid):
    """No key has the name that the token gives (`kid`)."""

    title = "The bearer token is signed with an unknown key"


class TokenClaimMissing(TokenInvalid):
    """A claim that must be there isn't.

    Args:
        claim: The name of the claim, or a dotted path to it.
    """

    title = "The bearer token lacks a claim"
    hint = "Needed are iss, aud, exp, iat and the claim that names the person."

    def __init__(self, claim: str = "") -> None:
        super().__init__(f"The claim `{claim}` is missing. {self.hint}" if claim else "")


class TokenClaimInvalid(TokenInvalid):
    """A claim is there and can't be used.

    Args:
        claim: The name of the claim, or a dotted path to it.
        fault: What is wrong with it: the end of a sentence that begins with the name.
    """

    title = "A claim of the bearer token can't be used"
    hint = "The claim has another type than it must have, or a value out of its bounds."

    def __init__(self, claim: str = "", fault: str = "") -> None:
        super().__init__(f"The claim `{claim}` {fault}." if claim else "")


class KeysUnavailable(Unavailable):
    """No key has been had from the identity provider since the start, so no token can be judged."""

    title = "The identity provider's keys can't be had right now"
    retry_after = 5
