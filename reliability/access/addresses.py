"""The sign-in's own addresses: the door answers them, the pages link to them."""

SIGN_IN, CALLBACK = "/session/sign-in", "/session/callback"
SIGN_OUT, SIGNED_OUT = "/session/sign-out", "/session/signed-out"
