"""`localtender serve`: the payments API in one process, with no AWS behind it."""
