"""Who may do what: identities and rights, the settings a running server follows, tokens, who is behind each page."""
