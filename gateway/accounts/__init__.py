"""Who may govern the gateway: accounts, roles, passwords, sessions, sign-in by OpenID Connect."""
