"""What serves the pages: the ASGI app, its routes and documents, the shell, the warm start."""
