"""What serves the pages: who comes in (the gate), the ASGI app, its routes and documents, the shell, the warm start."""
